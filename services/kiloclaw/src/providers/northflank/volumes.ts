/** The instance's volume: found by its name, which says whose it is, made, and deleted. */

import { isKind } from '../adapter-error.ts';
import type { InstanceTags, ResourcesLearned, VolumeSpec } from '../provider.ts';
import { northflankError, orGone, orNull } from './errors.ts';
import { instanceOfVolumeName, type NorthflankResources } from './names.ts';
import type { Northflank } from './northflank.ts';
import { ROUTES } from './routes.ts';
import { CreatedSchema, type Volume, VolumeSchema } from './schemas.ts';

export const MB_PER_GB = 1_024;

/** Volumes that one call deletes; a caller that still finds some asks again. */
const DELETES_PER_CALL_MOST = 50;

type Home = Pick<NorthflankResources, 'projectId'>;

export function listVolumes({ client }: Northflank, projectId: string): Promise<readonly Volume[]> {
  const params = { project: projectId };
  return client.list(ROUTES.listVolumes, { params, schema: VolumeSchema, key: 'volumes' });
}

export function getVolume(
  { client }: Northflank,
  { projectId }: Home,
  volumeId: string,
): Promise<Volume | null> {
  const params = { project: projectId, volume: volumeId };
  return orNull(client.call(ROUTES.getVolume, { params, schema: VolumeSchema }));
}

export function isOwnVolume({ id, name }: Volume, tags: InstanceTags, own: NorthflankResources): boolean {
  if (id === own.volumeId) return true;
  return instanceOfVolumeName(name ?? '', tags.fleetId) === tags.instanceId;
}

/** By the recorded id, then by the id that its name gives: a list that comes back empty by mistake is never asked. */
export async function findVolume(
  northflank: Northflank,
  own: NorthflankResources,
): Promise<ResourcesLearned | null> {
  for (const id of new Set([own.volumeId ?? own.volumeName, own.volumeName])) {
    const volume = await getVolume(northflank, own, id);
    if (volume !== null) return { volumeId: volume.id };
  }
  return null;
}

/** Makes the volume, or adopts the one of its name where that is mounted on nothing of others. */
export async function createVolume(
  northflank: Northflank,
  own: NorthflankResources,
  { sizeGb }: VolumeSpec,
): Promise<ResourcesLearned> {
  const { client, config } = northflank;
  const { mountPath, accessMode, storageClass } = config;
  const body = {
    name: own.volumeName,
    mounts: [{ containerMountPath: mountPath }],
    spec: {
      accessMode,
      ...(storageClass !== undefined && { storageClassName: storageClass }),
      storageSize: storageSizeMbOf(northflank, sizeGb),
    },
  };
  const params = { project: own.projectId };
  try {
    const made = await client.call(ROUTES.createVolume, { params, body, schema: CreatedSchema });
    return { volumeId: made?.id ?? own.volumeName, mountPath };
  } catch (error) {
    if (!isKind(error, 'conflict')) throw error;
    const volume = await getVolume(northflank, own, own.volumeName);
    if (volume === null) throw error;
    requireOwnMount(volume, own);
    return { volumeId: volume.id, mountPath: null };
  }
}

/** The setting counts only where nobody knows a size: else the record would promise what there is not. */
function storageSizeMbOf({ config }: Northflank, sizeGb: number | null): number {
  if (sizeGb !== null) return sizeGb * MB_PER_GB;
  if (config.volumeSizeMb !== undefined) return config.volumeSizeMb;
  const message =
    'A volume at Northflank needs a size, and none is known: give volumeSizeGb, or set NF_VOLUME_SIZE_MB.';
  throw northflankError('invalid', message, { details: { path: 'volumeSizeGb' } });
}

function requireOwnMount({ id, attachedObjects }: Volume, own: NorthflankResources): void {
  const others = (attachedObjects ?? []).filter((object) => object.id !== (own.machineId ?? own.serviceName));
  if (others.length === 0) return;
  const message = `The volume ${id} at Northflank is attached to something that is not this instance's. It was not touched: detach it there.`;
  throw northflankError('invalid', message, { details: { volumeId: id } });
}

/** Says where the volume is mounted; the machine that it is attached to is started anew by that. */
export async function mountAt(
  { client }: Northflank,
  own: NorthflankResources,
  volumeId: string,
  mountPath: string,
): Promise<void> {
  if (own.mountPath === mountPath) return;
  const params = { project: own.projectId, volume: volumeId };
  await client.ask(ROUTES.updateVolume, {
    params,
    body: { mounts: [{ containerMountPath: mountPath }] },
  });
}

/**
 * Sees to it that a machine at rest is on its volume. Somebody else may have detached it, and a service without its volume
 * starts all the same, on nothing. Refuses (`invalid`) where the volume is gone.
 */
export async function ensureAttached(
  northflank: Northflank,
  own: NorthflankResources,
  { volumeId, serviceId }: { readonly volumeId: string; readonly serviceId: string },
): Promise<void> {
  const volume = await getVolume(northflank, own, volumeId);
  if (volume === null) {
    const message = `The volume ${volumeId} of this instance is gone at Northflank: its machine was not started without it. Replace the volume.`;
    throw northflankError('invalid', message, { details: { volumeId } });
  }
  if (volume.attachedObjects?.some(({ id }) => id === serviceId) ?? true) return;
  await northflank.client.ask(ROUTES.attachVolume, {
    params: { project: own.projectId, volume: volumeId },
    body: { nfObject: { id: serviceId, type: 'service' } },
  });
}

/** Deletes all that are ours; refused (`precondition`) for as long as one is attached. */
export async function deleteVolumes(
  northflank: Northflank,
  tags: InstanceTags,
  own: NorthflankResources,
): Promise<void> {
  const volumes = await orNull(listVolumes(northflank, own.projectId));
  if (volumes === null) return;
  const ours = volumes.filter((volume) => isOwnVolume(volume, tags, own));
  if (own.volumeId !== null && !ours.some(({ id }) => id === own.volumeId)) {
    const recorded = await getVolume(northflank, own, own.volumeId);
    if (recorded !== null) ours.push(recorded);
  }
  for (const { id } of ours.slice(0, DELETES_PER_CALL_MOST)) await destroyVolume(northflank, own, id);
}

/** Deletes one of ours beside the recorded one; refused (`precondition`) for as long as it is attached. */
export async function deleteVolume(
  northflank: Northflank,
  tags: InstanceTags,
  own: NorthflankResources,
  volumeId: string,
): Promise<void> {
  if (volumeId === own.volumeId) {
    const message = `The volume ${volumeId} at Northflank is the one that this instance uses. It was not touched.`;
    throw northflankError('invalid', message, { details: { volumeId } });
  }
  const volume = await getVolume(northflank, own, volumeId);
  if (volume === null) return;
  if (!isOwnVolume(volume, tags, own)) {
    const message = `The volume ${volumeId} in this instance's project at Northflank bears another name. It was not touched: delete it by hand.`;
    throw northflankError('invalid', message, { details: { volumeId } });
  }
  await destroyVolume(northflank, own, volume.id);
}

async function destroyVolume({ client }: Northflank, { projectId }: Home, volumeId: string): Promise<void> {
  await orGone(client.ask(ROUTES.deleteVolume, { params: { project: projectId, volume: volumeId } }));
}
