import { z } from 'zod';
import { timesThatFit } from './capacity.ts';
import { invalidArgument } from './errors.ts';
import { checkGuest, guestOfPreset, guestSchema } from './guest-rules.ts';
import { needOf } from './hosts.ts';
import { expandRegionWish } from './regions.ts';
import { type Call, parseBody, type Reply, type Simulation } from './route.ts';

const MAX_COUNT = 1000;

const placementsSchema = z.looseObject({
  org_slug: z.string().min(1),
  region: z.string().optional(),
  compute: guestSchema.optional(),
  count: z.int().min(1).max(MAX_COUNT).optional(),
  volume_name: z.string().optional(),
  volume_size_bytes: z.int().min(0).optional(),
});

/**
 * POST /v1/platform/placements: a dry run. Regions that have room for one machine of this size at least, each with how
 * many (at most `count`) would fit now; regions without room are left out. Nothing is kept free.
 */
export function probePlacements(sim: Simulation, call: Call): Reply {
  const body = parseBody(call, placementsSchema);
  const compute = body.compute ? checkGuest(body.compute, 'compute') : guestOfPreset('shared-cpu-1x');
  const wanted = expandRegionWish(body.region || 'any');
  if (wanted === null) throw invalidArgument(`region: unknown region in "${body.region}"`);
  const regions = wanted
    .map((region) => ({
      region,
      count: Math.min(timesThatFit(sim, region, needOf(compute)), body.count ?? MAX_COUNT),
      concurrency: 1,
    }))
    .filter(({ count }) => count > 0);
  return { status: 200, body: { regions } };
}
