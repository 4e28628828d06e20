/** The cron's part: what stands in the registry is written to Analytics Engine, where it is bound. */
import type { Env } from '../env.ts';
import { writeFigures } from './analytics.ts';
import { fleetFigures } from './fleet-figures.ts';

/** Never throws; on one box it does nothing, since a scrape counts for itself. */
export async function writeFleetFigures(env: Env): Promise<void> {
  if (env.METRICS === undefined) return;
  const now = Date.now();
  writeFigures(env.METRICS, await fleetFigures(env, now), now);
}
