import { describe, expect, it } from 'vitest';
import { checkHouseNumbers, noticeLongFiles } from './house-numbers.ts';
import { readSourceTree } from './source-tree.ts';
import { manifest, rootManifest, textsOf, writeTree } from './testing/temp-tree.ts';

const lines = (count: number) => '//\n'.repeat(count);

function treeWith(files: Record<string, string>) {
  return readSourceTree(
    writeTree({
      'package.json': rootManifest(),
      'packages/db/package.json': manifest('@kiloclaw/db', { exports: { './rows': './src/rows.ts' } }),
      'services/kiloclaw/package.json': manifest('@kiloclaw/control-plane'),
      ...files,
    }),
  );
}

const findingsFor = (file: string, text = '') => textsOf(checkHouseNumbers(treeWith({ [file]: text })));

describe('sizes', () => {
  it.each([
    ['packages/db/src/a.ts', 500],
    ['packages/db/src/a.test.ts', 800],
    ['packages/db/src/a.tsx', 500],
    ['services/kiloclaw/src/instance/instance-object.ts', 200],
  ])('%s may have %i lines and not one more', (file, maxLines) => {
    expect(findingsFor(file, lines(maxLines))).toEqual([]);
    expect(findingsFor(file, lines(maxLines + 1))).toEqual([expect.stringContaining(`at most ${maxLines}`)]);
    expect(findingsFor(file, `${lines(maxLines)}// without a newline`)).toHaveLength(1);
  });

  it('only notices source files beyond the length aimed at, and no tests', () => {
    const tree = treeWith({
      'packages/db/src/a.ts': lines(301),
      'packages/db/src/b.ts': lines(300),
      'packages/db/src/c.test.ts': lines(301),
    });
    expect(noticeLongFiles(tree).map(({ file }) => file)).toEqual(['packages/db/src/a.ts']);
  });
});

describe('places and names', () => {
  it('allows five folders below src and not six', () => {
    expect(findingsFor('packages/db/src/a/b/c/d/e/x.ts')).toEqual([]);
    expect(findingsFor('packages/db/src/a/b/c/d/e/f/x.ts')).toEqual([expect.stringContaining('6 folders')]);
  });

  it.each([
    'a.ts',
    'kiloclaw-instances.ts',
    'alarm.do.test.ts',
    'tiers-2.ts',
    'fake-clock/x.ts',
    'app-shell.tsx',
    'styles.css',
  ])('allows the name %s', (name) => {
    expect(findingsFor(`packages/db/src/${name}`)).toEqual([]);
  });

  it.each([
    'fakeClock.ts',
    'FakeClock.ts',
    'fake_clock.ts',
    'fakeClock/x.ts',
    'fake--clock.ts',
    'AppShell.tsx',
    'Styles.css',
  ])('refuses the name %s', (name) => {
    expect(findingsFor(`packages/db/src/${name}`)).toEqual([expect.stringContaining('kebab-case')]);
  });

  it('refuses barrels, save for the way into the package', () => {
    const barrel = "export * from './a.ts';\nexport * from './b.ts';\n";
    for (const file of ['src/index.ts', 'src/rows.ts', 'src/worker.ts']) {
      expect(findingsFor(`packages/db/${file}`, barrel)).toEqual([]);
    }
    expect(findingsFor('packages/db/src/queries.ts', barrel)).toEqual([
      expect.stringContaining('only hands on'),
    ]);
    expect(findingsFor('packages/db/src/queries/index.ts', 'export const a = 1;')).toEqual([
      expect.stringContaining('only src/index.ts'),
    ]);
  });
});

describe('notes in the code', () => {
  it.each(['TO' + 'DO', 'FIX' + 'ME', 'biome' + '-ignore', '@ts' + '-ignore'])(
    'refuses %s and names its line',
    (word) => {
      const tree = treeWith({ 'packages/db/src/a.ts': `const a = 1;\n// ${word} later\n` });
      expect(checkHouseNumbers(tree)).toEqual([
        expect.objectContaining({ file: 'packages/db/src/a.ts', line: 2 }),
      ]);
    },
  );
});
