/** Makes an instance's container and starts it, on a port of the host that is its own. */
import { sameMachineSize } from '@kiloclaw/instance-tiers';
import type { InstanceTags, MachineSpec, Resources, ResourcesLearned } from '../provider.ts';
import { sizeSourceOf, TAG } from '../tags.ts';
import { bodyAsItWas, containerBody, hostPortOf, sizeOf } from './container-mapping.ts';
import {
  findByName,
  inspectOwn,
  learnedFrom,
  listContainers,
  machineOf,
  removeContainer,
  WITHOUT_CPU_KIND,
} from './containers.ts';
import { type Container, CreatedSchema } from './engine-answers.ts';
import type { EngineApi, EngineRequest } from './engine-api.ts';
import { dockerError, engineError, isNameTaken, isPortTaken } from './engine-errors.ts';
import { HOST_PORT_LABEL, noPortFree, type PortRange, portsToTry, recordedHostPort } from './host-ports.ts';
import { containerNameOf, volumeNameOf } from './names.ts';
import { findVolume } from './volumes.ts';

const NOT_MODIFIED = 304;

/** Where this host's machines are published. */
export interface PublishingPolicy {
  readonly portRange: PortRange;
  /** The host's address that published ports listen on. */
  readonly listensOn: string;
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

/** The container that an earlier, lost answer was about; on whichever port. */
async function adopt(
  api: EngineApi,
  tags: InstanceTags,
  isTheSame: (container: Container) => boolean,
): Promise<Container> {
  const container = await findByName(api, tags);
  if (container !== null && isTheSame(container)) return container;
  throw dockerError(
    'conflict',
    `The container ${containerNameOf(tags)} is there already, built in another way.`,
  );
}

/** What is to be made, but for its port. */
interface Blueprint {
  readonly image: string;
  readonly bodyOn: (hostPort: number) => object;
  readonly isTheSame: (container: Container) => boolean;
}

async function createContainer(
  api: EngineApi,
  tags: InstanceTags,
  { image, bodyOn, isTheSame }: Blueprint,
  hostPort: number,
): Promise<ResourcesLearned> {
  const name = containerNameOf(tags);
  const asked: EngineRequest = { method: 'POST', route: '/containers/create', query: { name } };
  const answer = await api.ask({ ...asked, body: bodyOn(hostPort), expected: [404, 409, 500] });
  const isThere = isNameTaken(answer);
  if (answer.status === 500 && !isThere) throw engineError(asked, answer);
  if (answer.status === 404) {
    throw dockerError(
      'invalid',
      `The image ${image} is not on this host. Start the instance again to have it fetched.`,
      { details: { image } },
    );
  }
  const created = CreatedSchema.safeParse(isThere ? null : answer.json).data;
  if (created === undefined) return learnedFrom(await adopt(api, tags, isTheSame), tags);
  return { containerName: name, machineId: created.Id, hostPort };
}

/** This fleet's other containers on their ports, also those at rest, whose ports an engine would give away. */
async function othersOnPorts(api: EngineApi, { fleetId, instanceId }: InstanceTags) {
  const found = await listContainers(api, { fleetId });
  return found.flatMap(({ Labels, State }) => {
    const hostPort = Number(Labels[HOST_PORT_LABEL] ?? 0);
    const other = Labels[TAG.instanceId] ?? '';
    if (other === instanceId || hostPort === 0) return [];
    return [{ instanceId: other, hostPort, wasStarted: State !== 'created' }];
  });
}

async function portsOfOthers(api: EngineApi, tags: InstanceTags): Promise<Set<number>> {
  const others = await othersOnPorts(api, tags);
  return new Set(others.map(({ hostPort }) => hostPort));
}

/**
 * Of machines that are made at the same time on one port, the one with the least instance id stays: if each gave way to
 * the other, they would drive each other out of every port of a narrow range.
 */
async function givesWay(api: EngineApi, tags: InstanceTags, hostPort: number): Promise<boolean> {
  const others = await othersOnPorts(api, tags);
  return others.some(
    (other) => other.hostPort === hostPort && (other.wasStarted || other.instanceId < tags.instanceId),
  );
}

async function startContainer(api: EngineApi, id: string): Promise<'started' | 'port_taken' | 'gone'> {
  const asked: EngineRequest = { method: 'POST', route: '/containers/{id}/start', id };
  const answer = await api.ask({ ...asked, expected: [NOT_MODIFIED, 404, 500] });
  if (answer.status === 404) return 'gone';
  if (answer.status !== 500) return 'started';
  if (isPortTaken(answer.json)) return 'port_taken';
  throw engineError(asked, answer);
}

/**
 * Makes the container and starts it; on a port that turns out to be another's, it is taken away and made anew on the
 * next one. Two that are made at the same time can choose one port: each looks for the other after its own is there to be
 * seen.
 */
async function makeOnFreePort(
  api: EngineApi,
  tags: InstanceTags,
  blueprint: Blueprint,
  ports: readonly number[],
): Promise<ResourcesLearned> {
  for (const port of ports) {
    const learned = await createContainer(api, tags, blueprint, port);
    const id = machineOf(tags, learned);
    const hostPort = recordedHostPort(learned);
    const isLeft = hostPort !== null && (await givesWay(api, tags, hostPort));
    if (!isLeft && (await startContainer(api, id)) === 'started') return learned;
    await removeContainer(api, id);
  }
  throw noPortFree(ports);
}

/** Makes the machine and starts it; takes over the one that an earlier call has made. */
export async function createMachine(
  api: EngineApi,
  tags: InstanceTags,
  resources: Resources,
  spec: MachineSpec,
  { portRange, listensOn }: PublishingPolicy,
): Promise<ResourcesLearned> {
  // An engine makes a missing volume by itself: unmarked, and in silence empty where data was.
  const volumeName = volumeNameOf(tags, resources);
  if ((await findVolume(api, tags, resources)) === null) {
    throw dockerError('not_found', `The volume ${volumeName} is not on this host.`);
  }
  const taken = await portsOfOthers(api, tags);
  const ports = portsToTry(portRange, tags.instanceId, recordedHostPort(resources), taken);
  const cpuLimit = await api.cpuLimit();
  const blueprint: Blueprint = {
    image: spec.image,
    bodyOn: (hostPort) => containerBody(tags, volumeName, spec, { hostPort, listensOn }, cpuLimit),
    isTheSame: (container) => wasBuiltAs(container, spec),
  };
  return makeOnFreePort(api, tags, blueprint, ports);
}

/**
 * Starts the recorded container. A port can't be changed on one: where somebody else took it meanwhile, the container is
 * made anew as it was, on another port, and learned. One that was made so, and whose answer was lost, has our name.
 */
export async function startMachine(
  api: EngineApi,
  tags: InstanceTags,
  resources: Resources,
  { portRange, listensOn }: PublishingPolicy,
): Promise<ResourcesLearned> {
  const recorded = machineOf(tags, resources);
  const came = await startContainer(api, recorded);
  if (came === 'started') return {};
  const container = came === 'gone' ? await findByName(api, tags) : await inspectOwn(api, tags, recorded);
  if (container === null) throw dockerError('not_found', `The container ${recorded} is not on this host.`);
  if (came === 'gone' && (await startContainer(api, container.Id)) === 'started') {
    return learnedFrom(container, tags);
  }
  const had = hostPortOf(container);
  const bodyOn = bodyAsItWas(container, listensOn);
  if (bodyOn === null || had === null) throw noPortFree(had === null ? [] : [had]);
  const taken = (await portsOfOthers(api, tags)).add(had);
  const ports = portsToTry(portRange, tags.instanceId, null, taken);
  await removeContainer(api, container.Id);
  const blueprint = { image: container.Config.Image ?? '', bodyOn, isTheSame: () => true };
  return makeOnFreePort(api, tags, blueprint, ports);
}
