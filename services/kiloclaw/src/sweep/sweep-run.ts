/**
 * One run of the slow sweep: a bounded slice of the registry, from where the run before ended. Many runs make a round
 * over the whole fleet, and a round begins when the one before began long enough ago.
 */
import type { InstanceRow } from '@kiloclaw/db';
import type { Log } from '../instance/deps.ts';
import type { SweepAnswer } from '../instance/instance-rpc.ts';

const PAGE_ROWS = 500;
/**
 * A Worker's invocation has 10,000 subrequests, and each poke is one. With a run every 10 minutes a fleet of 1,150,000
 * instances is met within a day.
 */
export const POKES_MOST = 8_000;
/** Objects that a run wakes at once: their start must not crowd out anybody's request. */
const POKES_AT_ONCE = 20;
/** Over before the cron begins the next run, with time for the slowest pokes. */
const RUN_MOST_MS = 8 * 60_000;

/** Where a round has got to. */
export interface SweepPlace {
  /** The last row that was met; null between two rounds. */
  readonly afterId: string | null;
  readonly roundBeganAt: number;
}

export interface SweepPorts {
  readonly now: () => number;
  readonly place: {
    readonly read: () => Promise<SweepPlace | null>;
    readonly keep: (place: SweepPlace) => Promise<void>;
  };
  /** Rows in the order of their ids, after `afterId`. Throws where Postgres is away. */
  readonly readPage: (afterId: string | null, limit: number) => Promise<readonly InstanceRow[]>;
  /** Null where the instance refused, or did not answer. Never throws. */
  readonly poke: (row: InstanceRow) => Promise<SweepAnswer | null>;
  readonly log: Log;
}

export interface SweepSummary {
  instances: number;
  alarmsRepaired: number;
  rowsDiffered: number;
  /** Refused, or without an answer. */
  failed: number;
}

/**
 * Takes the round on, or begins one where `roundMs` have passed since the last began. An instance that fails keeps no
 * other from its turn; a page that can't be read ends the run, and the next one goes on from there. Throws then.
 */
export async function runSweep(ports: SweepPorts, roundMs: number): Promise<SweepSummary> {
  const { now, place, log } = ports;
  const startedAt = now();
  const summary: SweepSummary = { instances: 0, alarmsRepaired: 0, rowsDiffered: 0, failed: 0 };
  const kept = await place.read();
  const isBetween = kept !== null && kept.afterId === null;
  if (isBetween && startedAt - kept.roundBeganAt < roundMs) return summary;
  const roundBeganAt = kept === null || isBetween ? startedAt : kept.roundBeganAt;
  let afterId = kept?.afterId ?? null;
  const hasTime = () => now() - startedAt < RUN_MOST_MS;
  while (summary.instances < POKES_MOST && hasTime()) {
    const limit = Math.min(PAGE_ROWS, POKES_MOST - summary.instances);
    const rows = await ports.readPage(afterId, limit);
    const lastId = await pokeAll(ports, rows, summary, hasTime);
    const isOver = rows.length < limit && lastId === (rows.at(-1)?.id ?? null);
    afterId = isOver ? null : (lastId ?? afterId);
    await place.keep({ afterId, roundBeganAt });
    if (isOver) break;
  }
  log.info('registry swept', { ...summary, isRoundOver: afterId === null });
  if (now() - roundBeganAt > roundMs)
    log.warn('a round over the registry takes longer than it may', { roundBeganAt });
  return summary;
}

/** Pokes as many of them as there is time for; the id of the last one. */
async function pokeAll(
  { poke }: SweepPorts,
  rows: readonly InstanceRow[],
  summary: SweepSummary,
  hasTime: () => boolean,
): Promise<string | null> {
  let lastId: string | null = null;
  for (let first = 0; first < rows.length && hasTime(); first += POKES_AT_ONCE) {
    const some = rows.slice(first, first + POKES_AT_ONCE);
    for (const answer of await Promise.all(some.map(poke))) count(summary, answer);
    lastId = some.at(-1)?.id ?? lastId;
  }
  return lastId;
}

function count(summary: SweepSummary, answer: SweepAnswer | null): void {
  summary.instances += 1;
  if (answer === null) summary.failed += 1;
  if (answer?.alarmRepaired) summary.alarmsRepaired += 1;
  if (answer?.rowDiffered) summary.rowsDiffered += 1;
}
