/** Races by the hundred: each history has to be one that could have happened one call after another. */
import fc from 'fast-check';
import { expect } from 'vitest';
import { registryRow } from '../../registry-row.ts';
import { type BeginningWish, beginningOf, LENT_FOR_MS } from './beginnings.ts';
import { explain } from './explain.ts';
import type { Wish } from './model.ts';
import { type History, race } from './rig.ts';
import { Turns } from './turns.ts';

/** Schedules of one pair; more on demand. */
const SCHEDULES = Number(process.env.KILOCLAW_TEST_SCHEDULES ?? 500);
const SCHEDULE_TIMEOUT_MS = 50;
export const RACE_TIMEOUT_MS = Math.max(60_000, SCHEDULES * SCHEDULE_TIMEOUT_MS);

/** When lent sizes of these histories end, and just after: every beginning was made at the same time of the clock. */
const BEGAN_AT_MS = Date.UTC(2026, 0, 1);
const ENDS_AT_MS = BEGAN_AT_MS + LENT_FOR_MS;
/** Late enough for an alarm to look at the machine as well. */
const LOOKS_AT_MS = BEGAN_AT_MS + 120_000;

const applies = fc.constantFrom('manual', 'now');

const WISHES = {
  resize: fc.record({
    kind: fc.constant('resize'),
    to: fc.constantFrom('perf-1-3', 'perf-4-8', 'perf-4-16'),
    apply: applies,
  }),
  set_override: fc.record({
    kind: fc.constant('set_override'),
    to: fc.constantFrom('perf-4-8', 'perf-4-16'),
    apply: applies,
    expiresAt: fc.constantFrom(null, ENDS_AT_MS),
  }),
  clear_override: fc.record({ kind: fc.constant('clear_override'), apply: applies }),
  extend_volume: fc.record({ kind: fc.constant('extend_volume'), toGb: fc.constantFrom(10, 15, 25, 41) }),
  start: fc.record({ kind: fc.constant('start') }),
  stop: fc.record({ kind: fc.constant('stop') }),
  destroy: fc.record({ kind: fc.constant('destroy') }),
  alarm: fc.record({ kind: fc.constant('alarm'), jumpsToMs: fc.constantFrom(ENDS_AT_MS, LOOKS_AT_MS) }),
} as const satisfies { readonly [Kind in Wish['kind']]: fc.Arbitrary<Extract<Wish, { kind: Kind }>> };

const beginnings: fc.Arbitrary<BeginningWish> = fc.record({
  status: fc.constantFrom('running', 'stopped'),
  lent: fc.constantFrom('none', 'applied', 'waiting'),
  ends: fc.boolean(),
  isExtended: fc.boolean(),
});

/** Most answers come soon, some after everything else: that is where a stale one does its harm. */
const latency = fc.oneof({ weight: 4, arbitrary: fc.nat(3) }, { weight: 1, arbitrary: fc.nat(80) });
const latencies = fc.array(latency, { minLength: 40, maxLength: 40 });

/**
 * Lets one call of each kind race on `SCHEDULES` schedules. The story of the first history that no order explains, with
 * the line that shows it again, or null.
 */
export async function unexplainedRace(
  kinds: readonly Wish['kind'][],
  testFile: string,
): Promise<string | null> {
  const wishes = fc.tuple(...kinds.map((kind): fc.Arbitrary<Wish> => WISHES[kind]));
  return firstUnexplained(wishes, testFile, titleOf(kinds));
}

/** The same of any three calls, of which one changes the hardware. */
export async function unexplainedThree(testFile: string, title: string): Promise<string | null> {
  const { resize, set_override, clear_override, extend_volume } = WISHES;
  const changes = fc.oneof(resize, set_override, clear_override, extend_volume);
  const any: fc.Arbitrary<Wish> = fc.oneof(...Object.values(WISHES));
  return firstUnexplained(fc.tuple(changes, any, any), testFile, title);
}

async function firstUnexplained(
  wishes: fc.Arbitrary<readonly Wish[]>,
  testFile: string,
  title: string,
): Promise<string | null> {
  const property = fc.asyncProperty(beginnings, wishes, latencies, async (wanted, asked, given) => {
    const turns = new Turns(given);
    const history = await race(await beginningOf(wanted), asked, turns);
    expectExplained(history, turns);
    expectTold(history);
  });
  const { KILOCLAW_TEST_SEED: seed, KILOCLAW_TEST_PATH: path } = process.env;
  const replayed = seed === undefined ? {} : { seed: Number(seed), path: path ?? '' };
  const run = await fc.check(property, { numRuns: SCHEDULES, ...replayed });
  if (!run.failed) return null;
  const replay = `KILOCLAW_TEST_SEED=${run.seed} KILOCLAW_TEST_PATH=${run.counterexamplePath} KILOCLAW_TEST_SCHEDULES=${SCHEDULES} npx vitest run --project unit ${testFile} -t '${title}'`;
  return `${fc.defaultReportMessage(run)}\nSee it again:\n${replay}`;
}

export function titleOf(kinds: readonly Wish['kind'][]): string {
  return kinds.join(' and ');
}

function expectExplained({ initial, calls, final }: History, { taken }: Turns): void {
  if (explain(initial, calls, final) !== null) return;
  const story = calls.map((call, index) => `${index + 1}: ${JSON.stringify(call)}`).join('\n');
  throw new Error(
    `no order explains this history\nfrom ${JSON.stringify(initial)}\n${story}\nto ${JSON.stringify(final)}\nin the turns ${taken.join(', ')}`,
  );
}

/** The registry shows the state, and the audit tells of every operation that it was asked for and how it ended. */
function expectTold({ test }: History): void {
  expect(test.logged.filter((line) => /^(run|debt|live check) failed/.test(line))).toEqual([]);
  expect(test.registry.row).toEqual(registryRow(test.state()));
  for (const { id, status } of test.operations()) {
    const outcome = status === 'succeeded' ? 'succeeded' : 'failed';
    expect(test.registry.auditOf(id)).toEqual(['requested', outcome]);
  }
}
