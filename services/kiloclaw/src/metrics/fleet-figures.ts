/** What is counted for watchers outside of this process's memory: by the registry, and by its writers. */
import type { FleetGauges } from '@kiloclaw/db';
import type { OperationKind } from '@kiloclaw/platform-contract';
import type { Env } from '../env.ts';
import { createLog } from '../log.ts';
import { readFleetGauges } from '../registry/registry-reader.ts';
import { stuckKinds } from '../registry/stuck-port.ts';

/** However often somebody scrapes, Postgres is asked no more often than this. */
const FIGURES_KEPT_MS = 15_000;

export interface FleetFigures {
  /** Null where Postgres does not answer. */
  readonly registry: FleetGauges | null;
  /** The kind of each operation that is stuck. */
  readonly stuck: readonly OperationKind[];
}

const log = createLog('metrics');
let kept: { readonly figures: FleetFigures; readonly at: number } | null = null;

/** As they are, or were a few seconds ago. Never throws. */
export async function fleetFigures(env: Env, now: number): Promise<FleetFigures> {
  if (kept !== null && now - kept.at < FIGURES_KEPT_MS) return kept.figures;
  const [registry, stuck] = await Promise.all([gauges(env, now), stuckKinds(env, now)]);
  const figures = { registry, stuck };
  // One that failed is kept as well: a scrape must not wait for a dead connection each time.
  kept = { figures, at: Date.now() };
  return figures;
}

async function gauges(env: Env, now: number): Promise<FleetGauges | null> {
  try {
    return await readFleetGauges(env, now);
  } catch (error) {
    log.warn('the registry can’t be counted', {
      message: error instanceof Error ? error.message : String(error),
    });
    return null;
  }
}
