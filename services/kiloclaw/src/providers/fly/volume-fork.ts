/**
 * A copy of the instance's volume on another host, with all that is in it: a volume stays on its host for good, so that
 * one without room for its machine is copied to where there is. The one copied stays as it is.
 */

import { isKind } from '../adapter-error.ts';
import type { ResourcesLearned, VolumeSpec } from '../provider.ts';
import type { ProviderError } from '../provider-error.ts';
import type { Fly } from './apps.ts';
import { flyError } from './errors.ts';
import { flyGuestOf } from './guest.ts';
import { lastRanAtMs } from './machine-events.ts';
import { getMachine } from './machines.ts';
import { copyNameOf, type FlyResources, isVolumeNameOf } from './names.ts';
import { ROUTES } from './routes.ts';
import { type Volume, VolumeSchema } from './schemas.ts';
import { getVolume, isGoneVolume, isRetired, listVolumes } from './volumes.ts';

/** A copy that nobody recorded is of an earlier call of the same operation up to this age, and forgotten beyond it. */
const COPY_ADOPTED_MS = 30 * 60_000;
const RETIRED_VOLUMES_MOST = 20;

/**
 * Copies the recorded volume, in its own region or else in the first of ours that has room; the volume copied is
 * retired. Only a definite "no room" goes on to the next region: a lost answer may have left a copy behind, which the
 * next call finds. `not_found` without a volume to copy, `region_full` where no region has room.
 */
export async function forkVolume(fly: Fly, own: FlyResources, spec: VolumeSpec): Promise<ResourcesLearned> {
  const source = own.volumeId === null ? null : await getVolume(fly, own.appName, own.volumeId);
  if (source === null || isGoneVolume(source)) {
    throw flyError('not_found', 'No volume at Fly is there to be copied for this instance.');
  }
  const volumes = await listVolumes(fly, own.appName);
  const retired = [...(await retiredStillThere(fly, own, volumes)), source.id];
  if (retired.length > RETIRED_VOLUMES_MOST) {
    const message = `This instance has ${RETIRED_VOLUMES_MOST} retired volumes at Fly: delete some before another is copied.`;
    throw flyError('invalid', message);
  }
  const copyName = copyNameOf(
    isVolumeNameOf(own.volumeName, source.name) && source.name !== null ? source.name : own.volumeName,
  );
  const candidates = volumes.filter(
    (volume) => volume.name === copyName && !isGoneVolume(volume) && !isRetired(volume, own),
  );
  const copy =
    (await copyAmong(fly, own, source, candidates)) ?? (await makeCopy(fly, own, source, copyName, spec));
  return { volumeId: copy.id, region: copy.region, retiredVolumeIds: retired.join(',') };
}

/** Those that Fly says are gone, by their id, are dropped: an admin has let them go. */
async function retiredStillThere(
  fly: Fly,
  own: FlyResources,
  listed: readonly Volume[],
): Promise<readonly string[]> {
  const there: string[] = [];
  for (const volumeId of own.retiredVolumeIds) {
    const volume = listed.find(({ id }) => id === volumeId) ?? (await getVolume(fly, own.appName, volumeId));
    if (volume !== null && !isGoneVolume(volume)) there.push(volumeId);
  }
  return there;
}

/**
 * The copy that an earlier call has made and whose answer was lost. One that was made before the machine last ran lacks
 * what it wrote since, and must never be taken. A machine tells that itself, for as long as it is there; of one that is
 * gone, the record does.
 */
async function copyAmong(
  fly: Fly,
  own: FlyResources,
  source: Volume,
  candidates: readonly Volume[],
): Promise<Volume | null> {
  if (candidates.length === 0) return null;
  const machine = source.attached_machine_id
    ? await getMachine(fly, own.appName, source.attached_machine_id)
    : null;
  const ranAtMs = machine === null ? Number.NEGATIVE_INFINITY : lastRanAtMs(machine);
  const usedAtMs = own.volumeUsedAtMs ?? Number.NEGATIVE_INFINITY;
  const sinceMs = Math.max(ranAtMs, usedAtMs, fly.now() - COPY_ADOPTED_MS);
  const [newest] = candidates
    .filter(({ created_at }) => Date.parse(created_at ?? '') > sinceMs)
    .sort((a, b) => (b.created_at ?? '').localeCompare(a.created_at ?? '') || a.id.localeCompare(b.id));
  return newest ?? null;
}

async function makeCopy(
  fly: Fly,
  own: FlyResources,
  source: Volume,
  name: string,
  spec: VolumeSpec,
): Promise<Volume> {
  const regions = new Set([source.region, spec.region, ...fly.config.regions]);
  let full: ProviderError | null = null;
  for (const region of regions) {
    if (region === null) continue;
    try {
      return await postCopy(fly, own, source, { name, region, compute: flyGuestOf(spec.machineSize) });
    } catch (error) {
      if (!isKind(error, 'region_full')) throw error;
      full = error;
    }
  }
  throw full ?? flyError('invalid', 'There is no region to copy the volume to: set FLY_REGION.');
}

async function postCopy(
  { client }: Fly,
  own: FlyResources,
  source: Volume,
  where: { readonly name: string; readonly region: string; readonly compute: object },
): Promise<Volume> {
  const copy = await client.call(ROUTES.createVolume, {
    params: { app: own.appName },
    // Without a size: a copy has its source's.
    body: { ...where, source_volume_id: source.id },
    schema: VolumeSchema,
  });
  return { ...copy, region: copy.region ?? where.region };
}
