/** Machines as containers of the container engine that this host runs. */
import { sameMachineSize } from '@kiloclaw/instance-tiers';
import type { ProviderCapabilities } from '@kiloclaw/platform-contract';
import type {
  InstanceTags,
  MachineBuild,
  MachineObservation,
  MachineWait,
  Provider,
  Resources,
} from '../provider.ts';
import { createMachine, startMachine } from './container-creation.ts';
import { observationOf } from './container-mapping.ts';
import * as containers from './containers.ts';
import { createEngineApi, type EngineApi, type EngineApiOptions } from './engine-api.ts';
import { listeningAddress } from './host-address.ts';
import { fitToHost, readHostCapacity } from './host-capacity.ts';
import type { PortRange } from './host-ports.ts';
import { ensureImage } from './images.ts';
import { containerNameOf, type Owner, recordedContainerId, volumeNameOf } from './names.ts';
import * as volumes from './volumes.ts';

const LOOK_AGAIN_MS = 200;
const MAX_WAIT_MS = 60_000;

export const DOCKER_LOCAL_CAPABILITIES: ProviderCapabilities = {
  resize: true,
  sizeOverride: true,
  extendVolume: false,
  forksVolume: false,
  observesHardware: true,
  volumesAreSized: false,
  cpuKindsObservable: false,
  sizeAppliesAt: 'live_upwards',
  resizeNeedsStop: true,
  hasRegions: false,
};

/** `fetch` reaches the engine by path alone: a service binding to what `engine-fetcher.ts` makes. */
export interface DockerLocalOptions extends EngineApiOptions {
  readonly config: {
    /** Gives what the host has where more is asked, instead of refusing. */
    readonly clamp: boolean;
    /** Published ports come from here: one for each machine, for as long as the instance lives. */
    readonly portRange: PortRange;
    /** The engine's host as callers of `endpoint` reach it. Ports listen on its loopback alone where it is that. */
    readonly hostAddress: string;
  };
}

/** Labels are fixed when a container is made, so that what they tell can change only with a new container. */
export function machineChange(current: MachineBuild, wanted: MachineBuild): 'none' | 'update' | 'replace' {
  const sameLabels =
    current.configurationFingerprint === wanted.configurationFingerprint &&
    current.sizeSource === wanted.sizeSource;
  if (!sameLabels) return 'replace';
  return sameMachineSize(current.size, wanted.size, { cpuKindObservable: false }) ? 'none' : 'update';
}

/** Nothing is waited for that a start or stop has already brought about: only for what is on its way. */
function isOnItsWay({ state }: MachineObservation, until: MachineWait['until']): boolean {
  return state === 'transient' || (until === 'stopped' && state === 'running');
}

async function observeMachine(
  api: EngineApi,
  resources: Resources,
  hostAddress: string,
  wait?: MachineWait,
): Promise<MachineObservation | null> {
  const id = recordedContainerId(resources);
  if (id === null) return null;
  const looks = 1 + Math.ceil(Math.min(wait?.waitMs ?? 0, MAX_WAIT_MS) / LOOK_AGAIN_MS);
  for (let look = 1; ; look += 1) {
    const container = await containers.inspect(api, id);
    if (container === null) return null;
    const seen = observationOf(container, hostAddress);
    if (look >= looks || wait === undefined || !isOnItsWay(seen, wait.until)) return seen;
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

async function listAll(api: EngineApi, owner: Owner) {
  return [...(await containers.listMachines(api, owner)), ...(await volumes.listVolumes(api, owner))];
}

/** An adapter for the Docker Engine API 1.41 to 1.44, and for what Podman speaks of it. */
export function createDockerLocalProvider({ config, ...engine }: DockerLocalOptions): Provider {
  const api = createEngineApi(engine);
  const { clamp, hostAddress, portRange } = config;
  const publishing = { portRange, listensOn: listeningAddress(hostAddress) };
  const nameResources = (tags: InstanceTags) => ({
    containerName: containerNameOf(tags),
    volumeName: volumeNameOf(tags, {}),
  });
  return {
    id: 'docker-local',
    capabilities: DOCKER_LOCAL_CAPABILITIES,
    nameResources,
    defaultRegion: () => null,
    fitSize: async (asked) => fitToHost(asked, await readHostCapacity(api), clamp),

    ensureHome: async () => ({}),
    findVolume: (tags, resources) => volumes.findVolume(api, tags, resources),
    createVolume: (tags, resources) => volumes.createVolume(api, tags, resources),
    observeVolume: (tags, resources) => volumes.observeVolume(api, tags, resources),
    extendVolume: volumes.refuseExtension,
    forkVolume: volumes.refuseFork,
    removeSurplusVolumes: (tags, resources) => volumes.deleteSurplusVolumes(api, tags, resources),

    ensureImage: (tags, _resources, image) => ensureImage(api, tags, image),
    findMachine: (tags) => containers.findMachine(api, tags),
    createMachine: (tags, resources, spec) => createMachine(api, tags, resources, spec, publishing),
    machineChange,
    updateMachine: (tags, resources, { size }) => containers.changeMachineSize(api, tags, resources, size),
    changeMachineSize: (tags, resources, { size }) =>
      containers.changeMachineSize(api, tags, resources, size),
    // An engine's containers can't be held: whoever reaches its socket may do anything.
    holdMachine: async () => ({}),
    releaseMachine: async () => ({}),
    startMachine: (tags, resources) => startMachine(api, tags, resources, publishing),
    stopMachine: (tags, resources) => containers.stopMachine(api, tags, resources),
    observeMachine: (_tags, resources, wait) => observeMachine(api, resources, hostAddress, wait),

    deleteMachines: (tags) => containers.deleteMachines(api, tags),
    deleteVolumes: (tags) => volumes.deleteVolumes(api, tags),
    deleteMachine: (tags, _resources, machineId) => containers.deleteMachine(api, tags, machineId),
    deleteVolume: (tags, resources, volumeId) => volumes.deleteVolume(api, tags, resources, volumeId),
    deleteHome: async () => {},
    listOwned: (tags) => listAll(api, tags),
    listFleet: (fleetId) => listAll(api, { fleetId }),
  };
}
