/**
 * Providers are told apart by their adapters and by what they can do, never by their names: outside its adapter, a
 * provider is named only where it is chosen, configured, or shown.
 */
import type { Finding } from './finding.ts';
import { isToolConfig, type SourceFile, type SourceTree } from './source-tree.ts';

/** Where the ids stand that this rule goes by: a provider that is added there is looked for as well. */
const IDS_FILE = 'packages/platform-contract/src/states.ts';
const ADAPTERS = 'services/kiloclaw/src/providers';

/** What makes the product; simulators, the stack for one machine and tests are there for particular providers. */
const CHECKED_PARTS = /^(packages|services|apps)\//;

/** Files that may name providers, and what for. */
const MAY_NAME: Readonly<Record<string, string>> = {
  [IDS_FILE]: 'the ids themselves',
  [`${ADAPTERS}/pick.ts`]: 'makes the adapter of an id',
  [`${ADAPTERS}/gate/call-gates.ts`]: 'makes the gate of an id',
  [`${ADAPTERS}/gate/rates.ts`]: 'what each provider publishes as its limits',
  'services/kiloclaw/src/settings.ts': 'their variables',
  'services/kiloclaw/src/env.ts': 'the binding to a container engine',
  'apps/web/src/client/modules/instances/list/filter-words.ts': 'their labels and words in addresses',
};

function idsIn(tree: SourceTree): string[] {
  const text = tree.packages.flatMap(({ files }) => files).find(({ path }) => path === IDS_FILE)?.text ?? '';
  const list = /ProviderIdSchema\s*=\s*z\.enum\(\[([^\]]*)\]/.exec(text)?.[1] ?? '';
  return [...list.matchAll(/'([a-z0-9-]+)'/g)].map(([, id = '']) => id);
}

/** `fly`, `Fly` or `FLY` as a word, also within `flyProvider`, `createFlyProvider` and `FLY_API_TOKEN`. */
function nameOf(id: string): RegExp {
  const [word = id] = id.split('-');
  const capital = word.charAt(0).toUpperCase() + word.slice(1);
  const upper = word.toUpperCase();
  return new RegExp(`(?<![A-Za-z])${word}(?![a-z])|${capital}(?![a-z])|(?<![A-Z])${upper}(?![A-Z])`);
}

/** The provider whose adapter the file belongs to, if it does. */
function adapterOf({ path }: SourceFile, ids: readonly string[]): string | undefined {
  return ids.find((id) => path.startsWith(`${ADAPTERS}/${id}/`));
}

function checkFile(file: SourceFile, ids: readonly string[]): Finding[] {
  const others = ids.filter((id) => id !== adapterOf(file, ids));
  return file.text.split('\n').flatMap((text, index) => {
    const named = others.find((id) => nameOf(id).test(text));
    if (named === undefined) return [];
    const message = `names the provider ${named}: ask its capabilities, or move this into its adapter (tools/src/provider-names.ts)`;
    return [{ file: file.path, line: index + 1, message }];
  });
}

/** Every line of the product that names a provider outside its adapter, and every exception that has no use. */
export function checkProviderNames(tree: SourceTree): Finding[] {
  const ids = idsIn(tree);
  if (ids.length === 0) {
    return [{ file: IDS_FILE, message: 'tells no provider ids any more: see tools/src/provider-names.ts' }];
  }
  const files = tree.packages
    .flatMap((part) => part.files)
    .filter(({ path, pathInPackage, isTest }) => {
      return CHECKED_PARTS.test(path) && !isTest && !isToolConfig(pathInPackage);
    });
  const findings = new Map(files.map((file) => [file.path, checkFile(file, ids)]));
  const unused = Object.keys(MAY_NAME).filter((path) => (findings.get(path) ?? []).length === 0);
  return [
    ...[...findings].flatMap(([path, found]) => (path in MAY_NAME ? [] : found)),
    ...unused.map((file) => ({
      file,
      message: 'may name providers by tools/src/provider-names.ts, and does not: remove it there',
    })),
  ];
}
