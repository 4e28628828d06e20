/** An instance's data: one named volume with its owner's labels. It has no size of its own. */
import type { FleetResource, InstanceTags, Resources, ResourcesLearned } from '../provider.ts';
import { belongsTo, ownerTags, TAG } from '../tags.ts';
import { type Volume, VolumeListSchema, VolumeSchema } from './engine-answers.ts';
import type { EngineApi } from './engine-api.ts';
import { dockerError } from './engine-errors.ts';
import { instanceFilter, volumeNameOf } from './names.ts';

const IN_USE = 409;

function own(volume: Volume, tags: InstanceTags): ResourcesLearned {
  const { Name, Labels } = volume;
  if (belongsTo(Labels, tags)) return { volumeName: Name };
  throw dockerError(
    'invalid',
    `This host has a volume named ${Name} that is not this instance's. It was left alone: rename or remove it.`,
  );
}

/** Refuses (`invalid`) a volume of our name that is not ours. */
export async function findVolume(
  api: EngineApi,
  tags: InstanceTags,
  resources: Resources,
): Promise<ResourcesLearned | null> {
  const id = volumeNameOf(tags, resources);
  const volume = await api.find(VolumeSchema, { method: 'GET', route: '/volumes/{id}', id });
  return volume === null ? null : own(volume, tags);
}

/** Repeatable: an engine answers a known name with the volume that it has, whose labels tell whose it is. */
export async function createVolume(
  api: EngineApi,
  tags: InstanceTags,
  resources: Resources,
): Promise<ResourcesLearned> {
  const body = { Name: volumeNameOf(tags, resources), Labels: ownerTags(tags) };
  return own(await api.askFor(VolumeSchema, { method: 'POST', route: '/volumes/create', body }), tags);
}

/** Volumes by labels, as `filters` says. */
export async function listVolumes(api: EngineApi, filters: string): Promise<readonly FleetResource[]> {
  const { Volumes } = await api.askFor(VolumeListSchema, {
    method: 'GET',
    route: '/volumes',
    query: { filters },
  });
  return (Volumes ?? []).map(({ Name, Labels }) => ({
    kind: 'volume',
    id: Name,
    instanceId: Labels[TAG.instanceId] ?? null,
  }));
}

/** Deletes all of this instance's volumes. One that is gone is a success, one in use throws `precondition`. */
export async function deleteVolumes(api: EngineApi, tags: InstanceTags): Promise<void> {
  for (const { id } of await listVolumes(api, instanceFilter(tags))) {
    await api.ask({ method: 'DELETE', route: '/volumes/{id}', id, expected: [404] });
  }
}

/** Deletes this instance's volumes of other names; one in use is left where it is. */
export async function deleteSurplusVolumes(
  api: EngineApi,
  tags: InstanceTags,
  resources: Resources,
): Promise<void> {
  const kept = volumeNameOf(tags, resources);
  for (const { id } of await listVolumes(api, instanceFilter(tags))) {
    if (id === kept) continue;
    await api.ask({ method: 'DELETE', route: '/volumes/{id}', id, expected: [404, IN_USE] });
  }
}
