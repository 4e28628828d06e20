import { describe, expect, it } from 'vitest';
import { checkProviderNames } from './provider-names.ts';
import { readSourceTree } from './source-tree.ts';
import { manifest, rootManifest, textsOf, writeTree } from './testing/temp-tree.ts';

const IDS = "export const ProviderIdSchema = z.enum(['fly', 'docker-local', 'northflank']);\n";
const ADAPTERS = 'services/kiloclaw/src/providers';
const USED_EXCEPTIONS = [
  `${ADAPTERS}/pick.ts`,
  `${ADAPTERS}/gate/call-gates.ts`,
  `${ADAPTERS}/gate/rates.ts`,
  'services/kiloclaw/src/settings.ts',
  'services/kiloclaw/src/env.ts',
  'apps/web/src/client/modules/instances/list/filter-words.ts',
];

function findingsFor(files: Record<string, string>): string[] {
  const root = writeTree({
    'package.json': rootManifest(),
    'packages/platform-contract/package.json': manifest('@kiloclaw/platform-contract'),
    'packages/platform-contract/src/states.ts': IDS,
    'services/kiloclaw/package.json': manifest('@kiloclaw/control-plane'),
    'apps/web/package.json': manifest('@kiloclaw/web'),
    'dev/package.json': manifest('@kiloclaw/dev'),
    ...Object.fromEntries(USED_EXCEPTIONS.map((path) => [path, "export const id = 'fly';\n"])),
    ...files,
  });
  return textsOf(checkProviderNames(readSourceTree(root)));
}

describe('a provider’s name', () => {
  it.each([
    ['an id', "if (provider === 'fly') stop();"],
    ['an id in two words', "if (provider === 'docker-local') stop();"],
    ['a function', 'createFlyProvider();'],
    ['a function that begins with it', 'northflankPlans();'],
    ['a variable of the environment', 'env.FLY_API_TOKEN;'],
    ['a sentence', '/** As at Northflank. */'],
    ['a label', "const words = 'Docker has no sizes.';"],
  ])('is refused outside its adapter as %s', (_what, text) => {
    const file = 'services/kiloclaw/src/instance/plan.ts';
    expect(findingsFor({ [file]: text })).toEqual([expect.stringContaining(`${file}: names the provider`)]);
  });

  it.each(['butterfly', 'flying', 'onTheFlyway', 'DRAGONFLYING', 'dockers'])('is not found in %s', (word) => {
    expect(findingsFor({ 'apps/web/src/words.ts': `const ${word} = 1;` })).toEqual([]);
  });

  it('is refused in the adapter of another one, and not in its own', () => {
    const own = `${ADAPTERS}/docker-local/a.ts`;
    const other = `${ADAPTERS}/fly/a.ts`;
    const text = "const id = 'docker-local';";
    expect(findingsFor({ [own]: text, [other]: text })).toEqual([expect.stringContaining(other)]);
  });

  it.each([
    'services/kiloclaw/src/instance/a.test.ts',
    'services/kiloclaw/src/instance/testing/a.ts',
    'services/kiloclaw/vitest.config.ts',
    'dev/src/providers.ts',
  ])('may stand in %s', (file) => {
    expect(findingsFor({ [file]: "const id = 'fly';" })).toEqual([]);
  });

  it('is looked for as soon as its id is there', () => {
    const states = IDS.replace('northflank', 'skyhook');
    const findings = findingsFor({
      'packages/platform-contract/src/states.ts': states,
      'apps/web/src/a.ts': 'const atSkyhook = 1; const northflank = 2;',
    });
    expect(findings).toEqual([expect.stringContaining('names the provider skyhook')]);
  });
});

it('an exception that is not used is refused', () => {
  const [file = ''] = USED_EXCEPTIONS;
  expect(findingsFor({ [file]: 'export const id = 1;' })).toEqual([
    expect.stringContaining('remove it there'),
  ]);
});

it('a contract without ids is refused: nothing would be looked for', () => {
  const findings = findingsFor({ 'packages/platform-contract/src/states.ts': 'export const other = 1;' });
  expect(findings).toEqual([expect.stringContaining('tells no provider ids')]);
});
