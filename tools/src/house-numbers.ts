/** Sizes, depths and names of source files. The length of functions is the linter's to check. */
import { posix } from 'node:path';
import type { Finding } from './finding.ts';
import { isBarrel } from './imports.ts';
import { isPublic, type Package, type SourceFile, type SourceTree } from './source-tree.ts';

const AIMED_SOURCE_LINES = 300;
const MAX_SOURCE_LINES = 500;
const MAX_TEST_LINES = 800;
const MAX_DEPTH_BELOW_SRC = 5;

/** Files with a limit of their own. */
const MAX_LINES_BY_FILE: Record<string, number> = {
  // A switchboard: an RPC method or alarm is parsed, handed on and saved here, and decided elsewhere.
  'services/kiloclaw/src/instance/instance-object.ts': 200,
};

const KEBAB_CASE = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$/;

/** Written in two halves, so that this file may be read by its own rule. */
const REFUSED_COMMENTS = new RegExp(
  `(?<!\\w)(${['TO' + 'DO', 'FIX' + 'ME', 'biome' + '-ignore', '@ts' + '-ignore', '@ts' + '-nocheck'].join('|')})\\b`,
);

/** Newlines, as an editor counts lines. */
function countLines(text: string): number {
  const newlines = text.split('\n').length - 1;
  return text === '' || text.endsWith('\n') ? newlines : newlines + 1;
}

function maxLinesOf(file: SourceFile): number {
  return MAX_LINES_BY_FILE[file.path] ?? (file.isTest ? MAX_TEST_LINES : MAX_SOURCE_LINES);
}

function checkSize(file: SourceFile): string[] {
  const lines = countLines(file.text);
  const maxLines = maxLinesOf(file);
  return lines > maxLines ? [`has ${lines} lines, at most ${maxLines} are allowed: split it by subject`] : [];
}

function checkNames(file: SourceFile): string[] {
  const wrong = file.pathInPackage.split('/').filter((name) => !KEBAB_CASE.test(name));
  return wrong.map((name) => `'${name}' is not in kebab-case`);
}

function checkDepth(file: SourceFile): string[] {
  const [top, ...below] = posix.dirname(file.pathInPackage).split('/');
  return top === 'src' && below.length > MAX_DEPTH_BELOW_SRC
    ? [`lies ${below.length} folders below src/, at most ${MAX_DEPTH_BELOW_SRC} are allowed`]
    : [];
}

function checkBarrel(part: Package, file: SourceFile): string[] {
  if (file.pathInPackage === 'src/index.ts' || isPublic(part, file.pathInPackage)) return [];
  if (posix.basename(file.path).startsWith('index.'))
    return ['only src/index.ts may be called index: name it by its subject'];
  const isWayIn = posix.basename(file.path) === 'worker.ts';
  return !isWayIn && isBarrel(file.path, file.text)
    ? ['only hands on the exports of others: import those files themselves']
    : [];
}

function checkComments(file: SourceFile): Finding[] {
  return file.text.split('\n').flatMap((text, index) => {
    const word = REFUSED_COMMENTS.exec(text)?.[0];
    return word === undefined
      ? []
      : [{ file: file.path, line: index + 1, message: `'${word}' is refused: settle it now` }];
  });
}

/** Every source file that is too long, too deep, misnamed, a barrel, or holds a note to do something later. */
export function checkHouseNumbers(tree: SourceTree): Finding[] {
  return tree.packages.flatMap((part) =>
    part.files.flatMap((file) => [
      ...[...checkSize(file), ...checkNames(file), ...checkDepth(file), ...checkBarrel(part, file)].map(
        (message) => ({
          file: file.path,
          message,
        }),
      ),
      ...checkComments(file),
    ]),
  );
}

/** Source files beyond the length aimed at, within the length allowed: worth a look, no breach. */
export function noticeLongFiles(tree: SourceTree): Finding[] {
  return tree.packages
    .flatMap(({ files }) => files)
    .filter((file) => !file.isTest && countLines(file.text) > AIMED_SOURCE_LINES)
    .map((file) => ({
      file: file.path,
      message: `has ${countLines(file.text)} lines, ${AIMED_SOURCE_LINES} are aimed at`,
    }));
}
