/** An instance's machine: one container of a fixed name, on the instance's volume. */
import { type MachineSize, sameMachineSize } from '@kiloclaw/instance-tiers';
import type { FleetResource, InstanceTags, Resources, ResourcesLearned } from '../provider.ts';
import { belongsTo, TAG } from '../tags.ts';
import { hostPortOf, sizeOf, updateBody } from './container-mapping.ts';
import { type Container, ContainerListSchema, ContainerSchema } from './engine-answers.ts';
import type { EngineApi, EngineRequest } from './engine-api.ts';
import { dockerError } from './engine-errors.ts';
import { containerNameOf, isOwnedBy, type Owner, ownerFilter, recordedContainerId } from './names.ts';

/** How long a machine may take to end by itself before it is killed. */
const STOP_SECONDS = 10;
const STOP_TIMEOUT_MS = 30_000;
const NOT_MODIFIED = 304;

export const WITHOUT_CPU_KIND = { cpuKindObservable: false };

export function inspect(api: EngineApi, idOrName: string): Promise<Container | null> {
  return api.find(ContainerSchema, { method: 'GET', route: '/containers/{id}/json', id: idOrName });
}

/** Null where there is none; refuses (`invalid`) one that is not this instance's. */
export async function inspectOwn(
  api: EngineApi,
  tags: InstanceTags,
  idOrName: string,
): Promise<Container | null> {
  const container = await inspect(api, idOrName);
  if (container === null || belongsTo(container.Config.Labels, tags)) return container;
  throw dockerError(
    'invalid',
    `This host has a container named ${idOrName} that is not this instance's. It was left alone: rename or remove it.`,
  );
}

export const findByName = (api: EngineApi, tags: InstanceTags) =>
  inspectOwn(api, tags, containerNameOf(tags));

/** The fixed port of a container outlives it: the one that comes in its place takes it over. */
export function learnedFrom(container: Container, tags: InstanceTags): ResourcesLearned {
  const hostPort = hostPortOf(container);
  return {
    containerName: containerNameOf(tags),
    machineId: container.Id,
    ...(hostPort !== null && { hostPort }),
  };
}

/** By name, else by labels, since people rename containers. Refuses (`invalid`) one of our name that is not ours. */
export async function findMachine(api: EngineApi, tags: InstanceTags): Promise<ResourcesLearned | null> {
  const named = await findByName(api, tags);
  if (named !== null) return learnedFrom(named, tags);
  const [labelled] = await listMachines(api, tags);
  const found = labelled === undefined ? null : await inspectOwn(api, tags, labelled.id);
  return found === null ? null : learnedFrom(found, tags);
}

export function machineOf(tags: InstanceTags, resources: Resources): string {
  return recordedContainerId(resources) ?? containerNameOf(tags);
}

function cannotUpdate(id: string) {
  return dockerError(
    'invalid',
    `The container engine can't change the CPUs and RAM of ${id}: its release is too old for that. Install Docker 20.10 or newer, or a newer Podman.`,
  );
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
  const cpuLimit = await api.cpuLimit();
  const body = updateBody(before, size, cpuLimit);
  const asked: EngineRequest = { method: 'POST', route: '/containers/{id}/update', id, body };
  const { status } = await api.ask({ ...asked, expected: [404], mayBeUnknown: cpuLimit === 'quota' });
  // The container was there a moment ago: where it still is, it is the call that this Podman does not know.
  if (status === 404 && (await inspect(api, id)) !== null) throw cannotUpdate(id);
  // Some releases of Podman say yes and leave the CPUs as they were.
  const after = await inspect(api, id);
  if (after === null) throw dockerError('not_found', `The container ${id} is not on this host any more.`);
  const given = sizeOf(after);
  if (given === null || !sameMachineSize(given, size, WITHOUT_CPU_KIND)) throw cannotUpdate(id);
  return learnedFrom(before, tags);
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

/** The owner's containers with their labels, at work or at rest. */
export async function listContainers(api: EngineApi, owner: Owner) {
  const query = { all: '1', filters: ownerFilter(owner) };
  const found = await api.askFor(ContainerListSchema, { method: 'GET', route: '/containers/json', query });
  return found.filter(({ Labels }) => isOwnedBy(Labels, owner));
}

export async function listMachines(api: EngineApi, owner: Owner): Promise<readonly FleetResource[]> {
  const found = await listContainers(api, owner);
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
  for (const { id } of await listMachines(api, tags)) await removeContainer(api, id);
}

/** Deletes one of this instance's containers, at work or at rest. Refuses (`invalid`) any other. */
export async function deleteMachine(api: EngineApi, tags: InstanceTags, machineId: string): Promise<void> {
  const container = await inspectOwn(api, tags, machineId);
  // By the id that was judged: a name may have gone over to another container meanwhile.
  if (container !== null) await removeContainer(api, container.Id);
}

export async function removeContainer(api: EngineApi, id: string): Promise<void> {
  // `v` takes the image's anonymous volumes along; a named one is never touched by it.
  const query = { force: '1', v: '1' };
  await api.ask({ method: 'DELETE', route: '/containers/{id}', id, query, expected: [404] });
}
