/** The instance's volume. Fly's volumes have no tags and their names may repeat: the name and the app say whose it is. */

import { isKind } from '../adapter-error.ts';
import type { ResourcesLearned, VolumeSpec } from '../provider.ts';
import type { ProviderError } from '../provider-error.ts';
import { type Fly, inAppIfAny, inNewApp, orGone, orNull } from './apps.ts';
import { flyError } from './errors.ts';
import { flyGuestOf } from './guest.ts';
import { type FlyResources, isVolumeNameOf } from './names.ts';
import { ROUTES } from './routes.ts';
import { type Volume, VolumeListSchema, VolumeSchema } from './schemas.ts';

/** Volumes that one call deletes; a caller that still finds some asks again. */
const DELETES_PER_CALL_MOST = 50;

/** Deleted volumes stay readable for a day, and are of no more use. */
const GONE_STATES: ReadonlySet<string> = new Set([
  'scheduling_destroy',
  'pending_destroy',
  'waiting_for_detach',
  'fork_cleanup',
  'destroying',
  'destroyed',
]);

export function isGoneVolume(volume: Volume): boolean {
  return GONE_STATES.has(volume.state);
}

/** All volumes of an app, those included that are being destroyed. */
export function listVolumes({ client }: Fly, appName: string): Promise<readonly Volume[]> {
  return client.list(ROUTES.listVolumes, { params: { app: appName }, schema: VolumeListSchema });
}

export function getVolume({ client }: Fly, appName: string, volumeId: string): Promise<Volume | null> {
  const params = { app: appName, volume: volumeId };
  return orNull(client.call(ROUTES.getVolume, { params, schema: VolumeSchema }));
}

export function isRetired(volume: Volume, own: FlyResources): boolean {
  return own.retiredVolumeIds.includes(volume.id);
}

/** Whether it is the instance's: the one in use, a retired one, or one that nobody recorded. */
export function isOfInstance(volume: Volume, own: FlyResources): boolean {
  return volume.id === own.volumeId || isRetired(volume, own) || isVolumeNameOf(own.volumeName, volume.name);
}

const learnedOf = (volume: Volume): ResourcesLearned => ({ volumeId: volume.id, region: volume.region });

/** By id first: an empty list alone proves nothing about a volume that is known. */
export async function findVolume(fly: Fly, own: FlyResources): Promise<ResourcesLearned | null> {
  const recorded = own.volumeId === null ? null : await getVolume(fly, own.appName, own.volumeId);
  if (recorded !== null && !isGoneVolume(recorded)) return learnedOf(recorded);
  const volumes = await inAppIfAny(fly, own.appName, () =>
    inNewApp(fly, own, () => listVolumes(fly, own.appName)),
  );
  const [best] = (volumes ?? [])
    .filter((volume) => isOwn(volume, own) && !isRetired(volume, own))
    .sort(byUse);
  return best === undefined ? null : learnedOf(best);
}

function isOwn(volume: Volume, own: FlyResources): boolean {
  return !isGoneVolume(volume) && isOfInstance(volume, own);
}

/** One that a machine holds before any other, then the newest. */
function byUse(a: Volume, b: Volume): number {
  const attached = Number(Boolean(b.attached_machine_id)) - Number(Boolean(a.attached_machine_id));
  return attached || (b.created_at ?? '').localeCompare(a.created_at ?? '') || a.id.localeCompare(b.id);
}

/**
 * Makes the volume, in the region asked for, else in the first of ours that has room. Only a definite "no room" goes on
 * to the next region: a lost answer may have left a volume behind.
 */
export async function createVolume(fly: Fly, own: FlyResources, spec: VolumeSpec): Promise<ResourcesLearned> {
  const { sizeGb } = spec;
  if (sizeGb === null) throw flyError('invalid', 'A volume at Fly needs a size: give volumeSizeGb.');
  const regions = spec.region === null ? fly.config.regions : [spec.region];
  let full: ProviderError | null = null;
  for (const region of regions) {
    try {
      return await inNewApp(fly, own, () => postVolume(fly, own, region, sizeGb, spec));
    } catch (error) {
      if (!isKind(error, 'region_full')) throw error;
      full = error;
    }
  }
  throw full ?? flyError('invalid', 'There is no region to make a volume in: set FLY_REGION.');
}

async function postVolume(
  { client }: Fly,
  own: FlyResources,
  region: string,
  sizeGb: number,
  { machineSize }: VolumeSpec,
): Promise<ResourcesLearned> {
  const volume = await client.call(ROUTES.createVolume, {
    params: { app: own.appName },
    body: {
      name: own.volumeName,
      region,
      size_gb: sizeGb,
      encrypted: true,
      // A volume stays on its host: without this, on one where its machine may not fit.
      compute: flyGuestOf(machineSize),
    },
    schema: VolumeSchema,
  });
  return { volumeId: volume.id, region: volume.region ?? region };
}

/**
 * Deletes those that a repeated creation has left beside the recorded one; none at all where a machine holds one of
 * them. Retired ones stay, and so does every copy: it may hold data.
 */
export async function removeSurplusVolumes(fly: Fly, own: FlyResources): Promise<void> {
  const volumes = (await inAppIfAny(fly, own.appName, () => listVolumes(fly, own.appName))) ?? [];
  const ours = volumes.filter((volume) => isOwn(volume, own) && !isRetired(volume, own));
  const surplus = ours.filter(({ id, name }) => id !== own.volumeId && name === own.volumeName);
  // Without the recorded one in sight, or with another in use, nobody knows which one holds the data.
  const isRecordedThere = ours.some(({ id }) => id === own.volumeId);
  if (!isRecordedThere || surplus.some((volume) => volume.attached_machine_id)) return;
  await deleteEach(fly, own.appName, surplus);
}

/** Deletes all that are ours, retired ones included; refused (`precondition`) for as long as a machine binds one. */
export async function deleteVolumes(fly: Fly, own: FlyResources): Promise<void> {
  const volumes = await inAppIfAny(fly, own.appName, () => listVolumes(fly, own.appName));
  if (volumes === null) return;
  const ours = volumes.filter((volume) => isOwn(volume, own));
  const recordedIds = own.volumeId === null ? own.retiredVolumeIds : [own.volumeId, ...own.retiredVolumeIds];
  for (const volumeId of recordedIds) {
    if (volumes.some(({ id }) => id === volumeId)) continue;
    const recorded = await getVolume(fly, own.appName, volumeId);
    if (recorded !== null && !isGoneVolume(recorded)) ours.push(recorded);
  }
  await deleteEach(fly, own.appName, ours);
}

/** Deletes one of ours beside the recorded one, such as a retired one; refused (`precondition`) for as long as a machine binds it. */
export async function deleteVolume(fly: Fly, own: FlyResources, volumeId: string): Promise<void> {
  if (volumeId === own.volumeId) {
    const message = `The volume ${volumeId} at Fly is the one that this instance uses. It was not touched.`;
    throw flyError('invalid', message, { details: { volumeId } });
  }
  const volume = await getVolume(fly, own.appName, volumeId);
  if (volume === null || isGoneVolume(volume)) return;
  if (!isOwn(volume, own)) {
    const message = `The volume ${volumeId} in this instance's app at Fly bears another name. It was not touched: delete it by hand.`;
    throw flyError('invalid', message, { details: { volumeId } });
  }
  await deleteEach(fly, own.appName, [volume]);
}

async function deleteEach({ client }: Fly, appName: string, volumes: readonly Volume[]): Promise<void> {
  for (const volume of volumes.slice(0, DELETES_PER_CALL_MOST)) {
    await orGone(client.ask(ROUTES.deleteVolume, { params: { app: appName, volume: volume.id } }));
  }
}
