/** The repository as the house rules see it: its packages, their source files and what each of them imports. */
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { type Import, importsOf } from './imports.ts';

const MAX_FILES = 20_000;
const SKIPPED_FOLDERS = new Set(['node_modules', 'dist', 'dist-types', 'testdata', 'coverage']);
const SOURCE_FILE = /\.(ts|tsx|mts|mjs|js|css)$/;
/** Parts that are there for tests as a whole. */
const TEST_PARTS = new Set(['e2e']);

export interface Manifest {
  name: string;
  scripts?: Record<string, string>;
  exports?: Record<string, string>;
  bin?: Record<string, string>;
  workspaces?: string[];
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
}

/** A source file. `path` is relative to the repository's root, `pathInPackage` to its package's folder. */
export interface SourceFile {
  path: string;
  pathInPackage: string;
  text: string;
  imports: Import[];
  isTest: boolean;
}

/** A workspace package, or the root itself with the folder ''. */
export interface Package {
  folder: string;
  manifest: Manifest;
  files: SourceFile[];
}

export interface SourceTree {
  root: string;
  packages: Package[];
}

/**
 * Tests, and what serves only tests: `x.test.ts`, `x.e2e.ts`, `x.conformance.ts`, `x.fixture.ts`, `testing.ts`,
 * `fixtures.ts`, anything under `testing/` or `fixtures/`.
 */
export function isTestPath(path: string): boolean {
  return (
    /\.(test|e2e|conformance|fixture)\.tsx?$/.test(path) || /(^|\/)(testing|fixtures)(\/|\.ts$)/.test(path)
  );
}

/** A file that a test runner starts from. */
export function isTestEntry(path: string): boolean {
  return /\.(test|e2e)\.tsx?$/.test(path);
}

/** Settings of a tool that looks for them by name: `vitest.config.ts` and the like at a package's top. */
export function isToolConfig(pathInPackage: string): boolean {
  return /^[^/]+\.config\.(ts|mts|mjs|js)$/.test(pathInPackage);
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

function listSourceFiles(folder: string, nested: boolean): string[] {
  const found: string[] = [];
  const visit = (relative: string): void => {
    for (const entry of readdirSync(join(folder, relative), { withFileTypes: true })) {
      const path = posix.join(relative, entry.name);
      if (entry.isDirectory() && nested && !SKIPPED_FOLDERS.has(entry.name) && !entry.name.startsWith('.'))
        visit(path);
      if (entry.isFile() && SOURCE_FILE.test(entry.name)) found.push(path);
      if (found.length > MAX_FILES) throw new Error(`More than ${MAX_FILES} source files under ${folder}.`);
    }
  };
  visit('');
  return found.sort();
}

function readPackage(root: string, folder: string): Package {
  const files = listSourceFiles(join(root, folder), folder !== '').map((pathInPackage) => {
    const path = posix.join(folder, pathInPackage);
    const text = readFileSync(join(root, path), 'utf8');
    const isTest = TEST_PARTS.has(folder) || isTestPath(pathInPackage);
    return { path, pathInPackage, text, imports: importsOf(path, text), isTest };
  });
  return { folder, manifest: readManifest(join(root, folder)), files };
}

/** Reads every package that the root's package.json names as a workspace, and the root. */
export function readSourceTree(root: string): SourceTree {
  const patterns = readManifest(root).workspaces ?? [];
  const folders = globSync(patterns, { cwd: root })
    .filter((folder) => existsSync(join(root, folder, 'package.json')))
    .sort();
  return { root, packages: ['', ...folders].map((folder) => readPackage(root, folder)) };
}

/** The file that a relative import means, relative to the repository's root. */
export function resolveRelative(importer: string, specifier: string): string {
  return posix.normalize(posix.join(dirname(importer), specifier));
}

/** Whether a package's `exports` or `bin` name this file: a way in from outside. */
export function isPublic({ manifest }: Package, pathInPackage: string): boolean {
  const targets = [...Object.values(manifest.exports ?? {}), ...Object.values(manifest.bin ?? {})];
  return targets.some((target) => posix.normalize(target) === pathInPackage);
}
