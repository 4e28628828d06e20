/** An instance's data: one named volume with its owner's labels. It has no size of its own. */
import type {
  FleetResource,
  InstanceTags,
  Resources,
  ResourcesLearned,
  VolumeObservation,
} from '../provider.ts';
import { belongsTo, ownerTags, TAG } from '../tags.ts';
import { type Volume, VolumeListSchema, VolumeSchema } from './engine-answers.ts';
import type { EngineApi } from './engine-api.ts';
import { dockerError } from './engine-errors.ts';
import { isOwnedBy, type Owner, ownerFilter, volumeNameOf } from './names.ts';

const IN_USE = 409;

const learnedFrom = ({ Name }: Volume): ResourcesLearned => ({ volumeName: Name });

function requireOwn(volume: Volume, tags: InstanceTags): Volume {
  const { Name, Labels } = volume;
  if (belongsTo(Labels, tags)) return volume;
  throw dockerError(
    'invalid',
    `This host has a volume named ${Name} that is not this instance's. It was left alone: rename or remove it.`,
  );
}

/** Null where there is none; refuses (`invalid`) one that is not this instance's. */
async function inspectOwn(api: EngineApi, tags: InstanceTags, name: string): Promise<Volume | null> {
  const volume = await api.find(VolumeSchema, { method: 'GET', route: '/volumes/{id}', id: name });
  return volume === null ? null : requireOwn(volume, tags);
}

/** Refuses (`invalid`) a volume of our name that is not ours. */
export async function findVolume(
  api: EngineApi,
  tags: InstanceTags,
  resources: Resources,
): Promise<ResourcesLearned | null> {
  const volume = await inspectOwn(api, tags, volumeNameOf(tags, resources));
  return volume === null ? null : learnedFrom(volume);
}

/** Known by its name, which is all that there is to know: a folder of the host has no size. */
export async function observeVolume(
  api: EngineApi,
  tags: InstanceTags,
  resources: Resources,
): Promise<VolumeObservation | null> {
  const volume = await inspectOwn(api, tags, volumeNameOf(tags, resources));
  return volume === null ? null : { volumeId: volume.Name, sizeGb: null };
}

/** Always `invalid`. */
export async function refuseExtension(): Promise<never> {
  throw dockerError(
    'invalid',
    "A docker-local volume is a folder on the host's disk and has no size of its own: there is nothing to extend.",
  );
}

export async function refuseFork(): Promise<never> {
  throw dockerError(
    'invalid',
    'All docker-local volumes are on this one host: there is no other to copy one to.',
  );
}

/** Repeatable: an engine answers a known name with the volume that it has, whose labels tell whose it is. */
export async function createVolume(
  api: EngineApi,
  tags: InstanceTags,
  resources: Resources,
): Promise<ResourcesLearned> {
  const body = { Name: volumeNameOf(tags, resources), Labels: ownerTags(tags) };
  const made = await api.askFor(VolumeSchema, { method: 'POST', route: '/volumes/create', body });
  return learnedFrom(requireOwn(made, tags));
}

export async function listVolumes(api: EngineApi, owner: Owner): Promise<readonly FleetResource[]> {
  const { Volumes } = await api.askFor(VolumeListSchema, {
    method: 'GET',
    route: '/volumes',
    query: { filters: ownerFilter(owner) },
  });
  const owned = (Volumes ?? []).filter(({ Labels }) => isOwnedBy(Labels, owner));
  return owned.map(({ Name, Labels }) => ({
    kind: 'volume',
    id: Name,
    instanceId: Labels[TAG.instanceId] ?? null,
  }));
}

/** Deletes all of this instance's volumes. One that is gone is a success, one in use throws `precondition`. */
export async function deleteVolumes(api: EngineApi, tags: InstanceTags): Promise<void> {
  for (const { id } of await listVolumes(api, tags)) {
    await removeVolume(api, id);
  }
}

/** Deletes one of this instance's volumes; refuses (`invalid`) its recorded one and any that is not its own. */
export async function deleteVolume(
  api: EngineApi,
  tags: InstanceTags,
  resources: Resources,
  volumeId: string,
): Promise<void> {
  if (volumeId === volumeNameOf(tags, resources)) {
    throw dockerError(
      'invalid',
      `The volume ${volumeId} is the one that this instance uses. It was left alone.`,
    );
  }
  if ((await inspectOwn(api, tags, volumeId)) !== null) await removeVolume(api, volumeId);
}

/** One that is gone is a success, one in use throws `precondition`. */
async function removeVolume(api: EngineApi, name: string): Promise<void> {
  await api.ask({ method: 'DELETE', route: '/volumes/{id}', id: name, expected: [404] });
}

/** Deletes this instance's volumes of other names; one in use is left where it is. */
export async function deleteSurplusVolumes(
  api: EngineApi,
  tags: InstanceTags,
  resources: Resources,
): Promise<void> {
  const kept = volumeNameOf(tags, resources);
  for (const { id } of await listVolumes(api, tags)) {
    if (id === kept) continue;
    await api.ask({ method: 'DELETE', route: '/volumes/{id}', id, expected: [404, IN_USE] });
  }
}
