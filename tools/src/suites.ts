/**
 * What `npm test` runs, in this order. All of it takes some 30 minutes on two cores; the limits are for what hangs, and
 * leave a slower machine its time.
 */

import { fileURLToPath } from 'node:url';

const MINUTE_MS = 60_000;

interface SuiteBase {
  name: string;
  /** Files of node_modules/.bin, or `node` for the Node that runs us. */
  command: string;
  args: string[];
  timeoutMs: number;
}

/** Passes or fails as a whole, and counts as one test. */
export interface CheckSuite extends SuiteBase {
  kind: 'check';
}

/** Counts its tests; it has the machine to itself, since vitest uses every core. */
export interface VitestSuite extends SuiteBase {
  kind: 'vitest';
}

export type Suite = CheckSuite | VitestSuite;

const HOUSE_RULES = fileURLToPath(new URL('./house-rules.ts', import.meta.url));

const ALL_SUITES: Suite[] = [
  {
    name: 'format-and-lint',
    kind: 'check',
    command: 'biome',
    args: ['ci', '--error-on-warnings', '.'],
    timeoutMs: 1 * MINUTE_MS,
  },
  { name: 'types', kind: 'check', command: 'tsc', args: ['-b'], timeoutMs: 2 * MINUTE_MS },
  {
    name: 'house-rules',
    kind: 'check',
    command: 'node',
    args: [HOUSE_RULES],
    timeoutMs: 1 * MINUTE_MS,
  },
  {
    name: 'unit',
    kind: 'vitest',
    command: 'vitest',
    args: ['run', '--project', 'unit'],
    timeoutMs: 20 * MINUTE_MS,
  },
  {
    name: 'workers',
    kind: 'vitest',
    command: 'vitest',
    args: ['run', '--root', 'services/kiloclaw', '--config', 'vitest.workers.config.ts'],
    timeoutMs: 12 * MINUTE_MS,
  },
  {
    name: 'stack',
    kind: 'vitest',
    command: 'vitest',
    args: ['run', '--project', 'stack'],
    timeoutMs: 35 * MINUTE_MS,
  },
  {
    name: 'e2e',
    kind: 'vitest',
    command: 'vitest',
    args: ['run', '--project', 'e2e'],
    timeoutMs: 20 * MINUTE_MS,
  },
];

/** The suites of these names in the order above; all of them for no name. Throws on a name that no suite has. */
export function chooseSuites(names: string[]): Suite[] {
  const known = ALL_SUITES.map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new Error(`No suite '${unknown.join("', '")}': there are ${known.join(', ')}.`);
  return names.length === 0 ? ALL_SUITES : ALL_SUITES.filter(({ name }) => names.includes(name));
}

/** The suites that need no test to run: format, lint, types, house rules. */
export function checkSuites(): Suite[] {
  return ALL_SUITES.filter(({ kind }) => kind === 'check');
}
