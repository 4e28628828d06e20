/**
 * All machines and volumes of a fleet, over all apps of the organisation. Fly's lists for that lag somewhat: what is
 * found here is looked at anew before anything is done to it.
 */
import type { z } from 'zod';
import type { FleetResource } from '../provider.ts';
import { TAG } from '../tags.ts';
import type { Fly } from './apps.ts';
import { flyError } from './errors.ts';
import { appNameOf, instanceOfVolumeName, isAppName } from './names.ts';
import { type FlyRoute, ROUTES } from './routes.ts';
import { OrgMachinesSchema, OrgVolumesSchema } from './schemas.ts';
import { isGoneVolume } from './volumes.ts';

/** Of a thousand each, as a rule; Fly may make them shorter. A longer list is refused, never cut. */
const PAGES_MOST = 1_000;

interface Dated {
  readonly id: string;
  readonly created_at: string | null;
}

/** A resource as lists tell of it; without a time where Fly's does not parse. */
export function resourceOf(
  kind: FleetResource['kind'],
  { id, created_at }: Dated,
  instanceId: string | null,
): FleetResource {
  const createdAtMs = Date.parse(created_at ?? '');
  return { kind, id, instanceId, ...(!Number.isNaN(createdAtMs) && { createdAtMs }) };
}

/** Every machine and volume of a fleet: those in apps of our names that carry its mark. */
export async function listFleet(fly: Fly, fleetId: string): Promise<readonly FleetResource[]> {
  const { appPrefix } = fly.config;
  const isHomeOf = (appName: string, instanceId: string) => appNameOf(appPrefix, instanceId) === appName;
  const found: FleetResource[] = [];
  for await (const { machines } of pagesOf(fly, ROUTES.listOrgMachines, OrgMachinesSchema)) {
    for (const machine of machines) {
      const tags = machine.config?.metadata ?? {};
      if (!isAppName(appPrefix, machine.app_name) || machine.state === 'destroyed') continue;
      if (tags[TAG.fleetId] !== fleetId) continue;
      const named = tags[TAG.instanceId];
      // One that lies in another's app is nobody's: this instance does not look for it there.
      const isAtHome = typeof named === 'string' && isHomeOf(machine.app_name, named);
      found.push(resourceOf('machine', machine, isAtHome ? named : null));
    }
  }
  for await (const { volumes } of pagesOf(fly, ROUTES.listOrgVolumes, OrgVolumesSchema)) {
    for (const volume of volumes) {
      const instanceId = isGoneVolume(volume) ? null : instanceOfVolumeName(volume.name ?? '', fleetId);
      // A name is not much of a proof by itself: the app has to be this very instance's.
      if (instanceId !== null && isHomeOf(volume.app_name, instanceId))
        found.push(resourceOf('volume', volume, instanceId));
    }
  }
  return found;
}

interface Page {
  readonly next_cursor: string | null;
  readonly error_regions: readonly string[];
}

/** Throws (`unavailable`) where Fly says that regions are missing from it: what is not listed would count as gone. */
async function* pagesOf<Schema extends z.ZodType<Page>>(
  { client, config }: Fly,
  route: FlyRoute,
  schema: Schema,
): AsyncGenerator<z.output<Schema>> {
  let query: Record<string, string> = {};
  for (let pages = 1; pages <= PAGES_MOST; pages += 1) {
    const page = await client.call(route, { params: { org: config.orgSlug }, query, schema });
    if (page.error_regions.length > 0) {
      const message = `Fly was asked to ${route.doing}, and some of its regions did not answer.`;
      throw flyError('unavailable', message);
    }
    yield page;
    if (page.next_cursor === null) return;
    query = { cursor: page.next_cursor };
  }
  throw flyError(
    'unavailable',
    `Fly was asked to ${route.doing}, and its list has more than ${PAGES_MOST} pages.`,
  );
}
