/** What no file of the repository may say, and what two of its documents must say. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from './finding.ts';
import type { Manifest, SourceTree } from './source-tree.ts';
import type { TrackedFile } from './tracked-files.ts';

const REQUIREMENTS = 'docs/requirements.md';
const DEPENDENCIES = 'docs/dependencies.md';
const LOCKFILE = 'package-lock.json';

/** The patterns' own text must not match them: this file is read by the rule as well. */
const REFUSED_WORDS: { pattern: RegExp; message: string }[] = [
  {
    pattern: /(?<![\w.~-])\/(?:home|Users)\/[A-Za-z_][\w.-]*|(?<![\w.~-])\/(?:root|work)\/[\w.-]+/,
    message: "is a path on somebody's own machine",
  },
  {
    pattern:
      /registry\.(?:npmjs|yarnpkg)\.\w+|npm\.pkg\.github\.\w+|\bpkgs\.dev\.azure\.\w+|\bartifactory[.-]\w+/i,
    message: 'is the host of a package registry: which one is used is a setting of the machine',
  },
];

const LOOPBACK_HOST = /^(localhost|127\.|\[::1\])/;

/** The registry this machine is set up with, where it is one that only this machine knows. */
function ownRegistryHost(registryUrl: string | undefined): string | undefined {
  const host = URL.parse(registryUrl ?? '')?.hostname;
  return host === undefined || host === '' || LOOPBACK_HOST.test(host) ? undefined : host;
}

/**
 * Every private absolute path and every host of a package registry in the files. `registryUrl` is npm's own
 * setting, if npm has started us.
 */
export function checkRefusedWords(files: TrackedFile[], registryUrl: string | undefined): Finding[] {
  const host = ownRegistryHost(registryUrl);
  return files.flatMap(({ path, text }) =>
    text.split('\n').flatMap((lineText, index) => {
      const line = index + 1;
      const refused = REFUSED_WORDS.flatMap(({ pattern, message }) => {
        const word = pattern.exec(lineText)?.[0];
        return word === undefined ? [] : [{ file: path, line, message: `'${word}' ${message}` }];
      });
      if (refused.length > 0 || host === undefined || !lineText.includes(host)) return refused;
      return [{ file: path, line, message: `'${host}' is the package registry of this machine` }];
    }),
  );
}

/** Every `resolved` URL of the lockfile: they bind it to one registry. Links to our own folders may stay. */
export function checkLockfile(files: TrackedFile[]): Finding[] {
  const text = files.find(({ path }) => path === LOCKFILE)?.text;
  if (text === undefined) return [{ file: LOCKFILE, message: 'is missing: run npm install and commit it' }];
  const packages: Record<string, { resolved?: string }> = JSON.parse(text).packages ?? {};
  return Object.entries(packages)
    .filter(([, { resolved }]) => resolved !== undefined && URL.canParse(resolved))
    .map(([path]) => ({
      file: LOCKFILE,
      message: `'${path}' has a resolved URL: install with omit-lockfile-registry-resolved=true`,
    }));
}

interface TableRow {
  line: number;
  cells: string[];
}

/** The rows of a Markdown document's tables, without their heads. */
function tableRows(text: string): TableRow[] {
  const lines = text.split('\n');
  const isRule = (line: string | undefined) => /^\s*\|[\s:|-]+\|\s*$/.test(line ?? '');
  return lines.flatMap((line, index) => {
    if (!line.trimStart().startsWith('|') || isRule(line) || isRule(lines[index + 1])) return [];
    const cells = line
      .trim()
      .replace(/^\||\|$/g, '')
      .split(/(?<!\\)\|/);
    return [{ line: index + 1, cells: cells.map((cell) => cell.trim()) }];
  });
}

const quotedWords = (text: string): string[] =>
  [...text.matchAll(/`([^`]+)`/g)].flatMap(([, word]) => word ?? []);

/** A cell's paths: quoted, with a slash, without the `#name` or `:line` that may follow. */
function pathsIn(cell: string): string[] {
  return quotedWords(cell)
    .filter((word) => word.includes('/'))
    .map((word) => word.replace(/[#:].*$/, ''));
}

function checkRequirement(root: string, { line, cells }: TableRow): Finding[] {
  const places = [
    { name: 'file', paths: pathsIn(cells.at(-2) ?? '') },
    { name: 'test', paths: pathsIn(cells.at(-1) ?? '') },
  ];
  return places.flatMap(({ name, paths }) => {
    if (paths.length === 0) return [{ file: REQUIREMENTS, line, message: `the row names no ${name}` }];
    return paths
      .filter((path) => !existsSync(join(root, path)))
      .map((path) => ({ file: REQUIREMENTS, line, message: `the row's ${name} '${path}' does not exist` }));
  });
}

/** Every row of docs/requirements.md (what | where | test) whose file or test is not there. No document, no rows. */
export function checkRequirements(root: string, files: TrackedFile[]): Finding[] {
  const text = files.find(({ path }) => path === REQUIREMENTS)?.text ?? '';
  return tableRows(text).flatMap((row) => checkRequirement(root, row));
}

function thirdPartyDependencies(tree: SourceTree): Set<string> {
  const ours = new Set(tree.packages.map(({ manifest }) => manifest.name));
  const groups = ({ dependencies, devDependencies, optionalDependencies, peerDependencies }: Manifest) =>
    [dependencies, devDependencies, optionalDependencies, peerDependencies].flatMap((group) =>
      Object.keys(group ?? {}),
    );
  return new Set(tree.packages.flatMap(({ manifest }) => groups(manifest)).filter((name) => !ours.has(name)));
}

/** What a line of docs/dependencies.md is about: the first quoted word of a list item or of a table row. */
function documentedDependencies(text: string): { line: number; name: string }[] {
  const rows = tableRows(text).map(({ line, cells }) => ({ line, text: cells[0] ?? '' }));
  const items = text
    .split('\n')
    .flatMap((item, index) => (/^\s*[-*] /.test(item) ? [{ line: index + 1, text: item }] : []));
  return [...rows, ...items].flatMap(({ line, text: about }) => {
    const [name] = quotedWords(about);
    return name === undefined ? [] : [{ line, name }];
  });
}

/** Every dependency without its one line in docs/dependencies.md, and every line there without its dependency. */
export function checkDependencyDocument(tree: SourceTree, files: TrackedFile[]): Finding[] {
  const text = files.find(({ path }) => path === DEPENDENCIES)?.text;
  if (text === undefined)
    return [{ file: DEPENDENCIES, message: 'is missing: one line for every dependency, what and why' }];
  const declared = thirdPartyDependencies(tree);
  const documented = documentedDependencies(text);
  const seen = new Set<string>();
  const wrong = documented.flatMap(({ line, name }) => {
    const isRepeated = seen.has(name);
    seen.add(name);
    if (!declared.has(name))
      return [{ file: DEPENDENCIES, line, message: `no package.json declares '${name}'` }];
    return isRepeated ? [{ file: DEPENDENCIES, line, message: `'${name}' has a line already` }] : [];
  });
  const missing = [...declared].filter((name) => !seen.has(name)).sort();
  return [
    ...wrong,
    ...missing.map((name) => ({ file: DEPENDENCIES, message: `'${name}' has no line: say what it is for` })),
  ];
}
