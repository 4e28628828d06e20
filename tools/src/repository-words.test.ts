import { describe, expect, it } from 'vitest';
import {
  checkDependencyDocument,
  checkLockfile,
  checkRefusedWords,
  checkRequirements,
} from './repository-words.ts';
import { readSourceTree } from './source-tree.ts';
import { manifest, rootManifest, textsOf, writeTree } from './testing/temp-tree.ts';

/** Put together here, since this file is read by the rule it tests. */
const NPM_HOST = ['registry', 'npmjs', 'org'].join('.');
const HOME = ['', 'home', 'alice'].join('/');

describe('refused words', () => {
  const findingsFor = (text: string, registryUrl?: string) =>
    textsOf(checkRefusedWords([{ path: 'docs/a.md', text }], registryUrl));

  it.each([`see ${HOME}/notes`, `"${['', 'root', '.npmrc'].join('/')}"`, `https://${NPM_HOST}/zod`])(
    'refuses %s',
    (text) => {
      expect(findingsFor(`first line\n${text}`)).toHaveLength(1);
    },
  );

  it.each([
    'src/home/alice.ts',
    '~/.npm',
    '/data',
    'https://example.com/home/page',
    'registry.fly.io/app',
    '/tmp/x',
  ])('allows %s', (text) => {
    expect(findingsFor(text)).toEqual([]);
  });

  it("refuses the host of this machine's own registry, and never its loopback", () => {
    expect(findingsFor('from packages.example.com', 'https://packages.example.com/npm/')).toHaveLength(1);
    expect(findingsFor('http://localhost:4400', 'http://localhost:4873/')).toEqual([]);
    expect(findingsFor('anything', 'not a URL')).toEqual([]);
  });
});

describe('lockfile', () => {
  const findingsFor = (packages: object) =>
    checkLockfile([{ path: 'package-lock.json', text: JSON.stringify({ packages }) }]);

  it('may link to our folders and may not name a URL', () => {
    expect(findingsFor({ 'node_modules/@kiloclaw/db': { resolved: 'packages/db', link: true } })).toEqual([]);
    expect(findingsFor({ 'node_modules/zod': { resolved: 'https://example.com/zod.tgz' } })).toHaveLength(1);
  });

  it('must be there', () => {
    expect(checkLockfile([])).toEqual([
      expect.objectContaining({ message: expect.stringContaining('is missing') }),
    ]);
  });
});

describe('requirements document', () => {
  function findingsFor(row: string) {
    const root = writeTree({ 'src/a.ts': '', 'src/a.test.ts': '' });
    const text = `| what | where | test |\n| --- | --- | --- |\n${row}\n`;
    return textsOf(checkRequirements(root, [{ path: 'docs/requirements.md', text }]));
  }

  it('passes a row whose file and test exist', () => {
    expect(findingsFor('| tiers | `src/a.ts` (`canUpgradeTo`) | `src/a.test.ts:12` |')).toEqual([]);
  });

  it.each([
    ['| tiers | `src/gone.ts` | `src/a.test.ts` |', "file 'src/gone.ts' does not exist"],
    ['| tiers | `src/a.ts` | `src/gone.test.ts` |', "test 'src/gone.test.ts' does not exist"],
    ['| tiers | `src/a.ts` | none yet |', 'names no test'],
    ['| tiers | somewhere | `src/a.test.ts` |', 'names no file'],
  ])('fails %s', (row, message) => {
    expect(findingsFor(row)).toEqual([expect.stringContaining(message)]);
  });
});

describe('dependencies document', () => {
  function findingsFor(text: string) {
    const root = writeTree({
      'package.json': rootManifest({ devDependencies: { vitest: '1.0.0' } }),
      'packages/db/package.json': manifest('@kiloclaw/db', {
        dependencies: { zod: '1.0.0', '@kiloclaw/dev': '0.1.0' },
      }),
      'dev/package.json': manifest('@kiloclaw/dev', { dependencies: { zod: '1.0.0' } }),
    });
    return textsOf(checkDependencyDocument(readSourceTree(root), [{ path: 'docs/dependencies.md', text }]));
  }

  it('passes with one line for each, as a list or as a table', () => {
    expect(findingsFor('- `vitest` runs the tests of `zod`\n- `zod` parses\n')).toEqual([]);
    expect(
      findingsFor('| package | why |\n| --- | --- |\n| `zod` | parses |\n| `vitest` | tests |\n'),
    ).toEqual([]);
  });

  it('fails for a dependency without a line, a line without a dependency, and a second line', () => {
    expect(findingsFor('- `zod` parses\n- `zod` again\n- `left-pad` pads\n')).toEqual([
      expect.stringContaining("'zod' has a line already"),
      expect.stringContaining("no package.json declares 'left-pad'"),
      expect.stringContaining("'vitest' has no line"),
    ]);
  });

  it('must be there', () => {
    const tree = readSourceTree(writeTree({ 'package.json': rootManifest() }));
    expect(checkDependencyDocument(tree, [])).toHaveLength(1);
  });
});
