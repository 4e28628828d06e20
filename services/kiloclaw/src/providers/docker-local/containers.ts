/** An instance's machine: one container of a fixed name, on the instance's volume. */
import { type MachineSize, sameMachineSize } from '@kiloclaw/instance-tiers';
import type { FleetResource, InstanceTags, MachineSpec, Resources, ResourcesLearned } from '../provider.ts';
import { belongsTo, sizeSourceOf, TAG } from '../tags.ts';
import { containerBody, sizeOf, updateBody } from './container-mapping.ts';
import { type Container, ContainerListSchema, ContainerSchema, CreatedSchema } from './engine-answers.ts';
import type { EngineApi, EngineRequest } from './engine-api.ts';
import { dockerError } from './engine-errors.ts';
import { cannotPull, pullImage } from './images.ts';
import { containerNameOf, instanceFilter, recordedContainerId, volumeNameOf } from './names.ts';
import { findVolume } from './volumes.ts';

/** How long a machine may take to end by itself before it is killed. */
const STOP_SECONDS = 10;
const STOP_TIMEOUT_MS = 30_000;
const NOT_MODIFIED = 304;

const WITHOUT_CPU_KIND = { cpuKindObservable: false };

export function inspect(api: EngineApi, idOrName: string): Promise<Container | null> {
  return api.find(ContainerSchema, { method: 'GET', route: '/containers/{id}/json', id: idOrName });
}

/** Null where there is none; refuses (`invalid`) one that is not this instance's. */
async function inspectOwn(api: EngineApi, tags: InstanceTags, idOrName: string): Promise<Container | null> {
  const container = await inspect(api, idOrName);
  if (container === null || belongsTo(container.Config.Labels, tags)) return container;
  throw dockerError(
    'invalid',
    `This host has a container named ${idOrName} that is not this instance's. It was left alone: rename or remove it.`,
  );
}

const findByName = (api: EngineApi, tags: InstanceTags) => inspectOwn(api, tags, containerNameOf(tags));

const learnedFrom = ({ Id }: { Id: string }, tags: InstanceTags): ResourcesLearned => ({
  containerName: containerNameOf(tags),
  machineId: Id,
});

/** By name, else by labels, since people rename containers. Refuses (`invalid`) one of our name that is not ours. */
export async function findMachine(api: EngineApi, tags: InstanceTags): Promise<ResourcesLearned | null> {
  const named = await findByName(api, tags);
  if (named !== null) return learnedFrom(named, tags);
  const [labelled] = await listMachines(api, instanceFilter(tags));
  return labelled === undefined ? null : learnedFrom({ Id: labelled.id }, tags);
}

function wasBuiltAs(container: Container, spec: MachineSpec): boolean {
  const { Labels } = container.Config;
  const size = sizeOf(container);
  return (
    size !== null &&
    sameMachineSize(size, spec.size, WITHOUT_CPU_KIND) &&
    sizeSourceOf(Labels) === spec.sizeSource &&
    Labels[TAG.configuration] === spec.configurationFingerprint
  );
}

/** The container that an earlier, lost answer was about. */
async function adopt(api: EngineApi, tags: InstanceTags, spec: MachineSpec): Promise<ResourcesLearned> {
  const container = await findByName(api, tags);
  if (container !== null && wasBuiltAs(container, spec)) return learnedFrom(container, tags);
  throw dockerError(
    'conflict',
    `The container ${containerNameOf(tags)} is there already, built in another way.`,
  );
}

async function createContainer(
  api: EngineApi,
  tags: InstanceTags,
  resources: Resources,
  spec: MachineSpec,
): Promise<ResourcesLearned> {
  const asked: EngineRequest = {
    method: 'POST',
    route: '/containers/create',
    query: { name: containerNameOf(tags) },
    body: containerBody(tags, volumeNameOf(tags, resources), spec),
    expected: [404, 409],
  };
  let answer = await api.ask(asked);
  if (answer.status === 404) {
    await pullImage(api, spec.image);
    answer = await api.ask(asked);
  }
  if (answer.status === 404) throw cannotPull(spec.image, 'the engine does not find it after the pull');
  if (answer.status === 409) return adopt(api, tags, spec);
  const created = CreatedSchema.safeParse(answer.json);
  return created.success ? learnedFrom(created.data, tags) : adopt(api, tags, spec);
}

/** Makes the machine and starts it; takes over the one that an earlier call has made. */
export async function createMachine(
  api: EngineApi,
  tags: InstanceTags,
  resources: Resources,
  spec: MachineSpec,
): Promise<ResourcesLearned> {
  // An engine makes a missing volume by itself: unmarked, and in silence empty where data was.
  if ((await findVolume(api, tags, resources)) === null) {
    throw dockerError('not_found', `The volume ${volumeNameOf(tags, resources)} is not on this host.`);
  }
  const learned = await createContainer(api, tags, resources, spec);
  await startMachine(api, tags, { ...resources, ...learned });
  return learned;
}

function machineOf(tags: InstanceTags, resources: Resources): string {
  return recordedContainerId(resources) ?? containerNameOf(tags);
}

/**
 * Changes the limits of the container, at rest or at work, and proves that they have changed. All that can change on a
 * container: what else a machine is built from goes by a new one.
 */
export async function changeMachineSize(
  api: EngineApi,
  tags: InstanceTags,
  resources: Resources,
  size: MachineSize,
): Promise<ResourcesLearned> {
  const id = machineOf(tags, resources);
  const before = await inspectOwn(api, tags, id);
  if (before === null) throw dockerError('not_found', `The container ${id} is not on this host.`);
  const body = updateBody(before, size);
  await api.ask({ method: 'POST', route: '/containers/{id}/update', id, body });
  // Some releases of Podman say yes and leave the CPUs as they were.
  const after = await inspect(api, id);
  const given = after === null ? null : sizeOf(after);
  if (given === null || !sameMachineSize(given, size, WITHOUT_CPU_KIND)) {
    throw dockerError(
      'invalid',
      `The container engine did not take the new size of ${id}; it needs a newer release.`,
    );
  }
  return learnedFrom(before, tags);
}

export async function startMachine(api: EngineApi, tags: InstanceTags, resources: Resources): Promise<void> {
  const id = machineOf(tags, resources);
  await api.ask({ method: 'POST', route: '/containers/{id}/start', id, expected: [NOT_MODIFIED] });
}

export async function stopMachine(api: EngineApi, tags: InstanceTags, resources: Resources): Promise<void> {
  await api.ask({
    method: 'POST',
    route: '/containers/{id}/stop',
    id: machineOf(tags, resources),
    query: { t: String(STOP_SECONDS) },
    timeoutMs: STOP_TIMEOUT_MS,
    expected: [NOT_MODIFIED, 404],
  });
}

/** Containers by labels, as `filters` says, at work or at rest. */
export async function listMachines(api: EngineApi, filters: string): Promise<readonly FleetResource[]> {
  const query = { all: '1', filters };
  const found = await api.askFor(ContainerListSchema, { method: 'GET', route: '/containers/json', query });
  return found.map(({ Id, Labels }) => ({
    kind: 'machine',
    id: Id,
    instanceId: Labels[TAG.instanceId] ?? null,
  }));
}

/**
 * Deletes all of this instance's containers. Labels are fixed at creation and ours on every container that we
 * make, so that the list by labels holds the recorded one too, and never a foreign one of our name.
 */
export async function deleteMachines(api: EngineApi, tags: InstanceTags): Promise<void> {
  for (const { id } of await listMachines(api, instanceFilter(tags))) await removeContainer(api, id);
}

/** Deletes one of this instance's containers, at work or at rest. Refuses (`invalid`) any other. */
export async function deleteMachine(api: EngineApi, tags: InstanceTags, machineId: string): Promise<void> {
  const container = await inspectOwn(api, tags, machineId);
  // By the id that was judged: a name may have gone over to another container meanwhile.
  if (container !== null) await removeContainer(api, container.Id);
}

async function removeContainer(api: EngineApi, id: string): Promise<void> {
  // `v` takes the image's anonymous volumes along; a named one is never touched by it.
  const query = { force: '1', v: '1' };
  await api.ask({ method: 'DELETE', route: '/containers/{id}', id, query, expected: [404] });
}
