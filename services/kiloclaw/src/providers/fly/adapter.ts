/** The provider `fly`: an instance is an app of the Machines API with one machine and one volume in it. */
import { sameMachineSize } from '@kiloclaw/instance-tiers';
import type { ProviderCapabilities } from '@kiloclaw/platform-contract';
import type { CallGate } from '../call-gate.ts';
import type { LogProviderCall } from '../call-log.ts';
import { type Fetch, HTTP_TIMING, type HttpTiming } from '../http.ts';
import type { MachineBuild, Provider } from '../provider.ts';
import type { Fly, FlyConfig } from './apps.ts';
import { createFlyClient } from './client.ts';
import { listFleet } from './fleet.ts';
import { fitFlySize } from './guest.ts';
import { deleteHome, ensureHome, listOwned } from './home.ts';
import { holdMachine, releaseMachine } from './machine-lease.ts';
import {
  changeMachineSize,
  createMachine,
  deleteMachine,
  deleteMachines,
  findMachine,
  startMachine,
  stopMachine,
  updateMachine,
} from './machines.ts';
import { nameFlyResources, readFlyResources } from './names.ts';
import { observeMachine } from './observation.ts';
import { forkVolume } from './volume-fork.ts';
import { extendVolume, observeVolume } from './volume-size.ts';
import { createVolume, deleteVolume, deleteVolumes, findVolume, removeSurplusVolumes } from './volumes.ts';

export const FLY_CAPABILITIES: ProviderCapabilities = {
  resize: true,
  sizeOverride: true,
  extendVolume: true,
  forksVolume: true,
  observesHardware: true,
  volumesAreSized: true,
  cpuKindsObservable: true,
  sizeAppliesAt: 'next_start',
  resizeNeedsStop: true,
  hasRegions: true,
};

export interface FlyProviderOptions {
  readonly fetch: Fetch;
  readonly config: FlyConfig;
  readonly log: LogProviderCall;
  readonly timing?: Partial<HttpTiming>;
  readonly gate?: CallGate;
}

/** Throws where base URL or token can't be used; makes no call. */
export function createFlyProvider({ fetch, config, log, timing, gate }: FlyProviderOptions): Provider {
  const { baseUrl, token, appPrefix } = config;
  const client = createFlyClient({
    fetch,
    baseUrl,
    token,
    log,
    ...(timing && { timing }),
    ...(gate && { gate }),
  });
  const fly: Fly = { client, config, now: timing?.now ?? HTTP_TIMING.now };
  const own = readFlyResources;
  return {
    id: 'fly',
    capabilities: FLY_CAPABILITIES,
    nameResources: (tags) => nameFlyResources(appPrefix, tags),
    defaultRegion: () => config.regions[0] ?? null,
    fitSize: async (asked) => fitFlySize(asked),
    ensureHome: async (tags, resources) => ensureHome(fly, tags, own(resources)),
    findVolume: async (_tags, resources) => findVolume(fly, own(resources)),
    createVolume: async (_tags, resources, spec) => createVolume(fly, own(resources), spec),
    removeSurplusVolumes: async (_tags, resources) => removeSurplusVolumes(fly, own(resources)),
    observeVolume: async (_tags, resources) => observeVolume(fly, own(resources)),
    extendVolume: async (_tags, resources, sizeGb) => extendVolume(fly, own(resources), sizeGb),
    forkVolume: async (_tags, resources, spec) => forkVolume(fly, own(resources), spec),
    // Fly fetches images while it makes a machine.
    ensureImage: async () => ({ ready: true }),
    findMachine: async (tags, resources) => findMachine(fly, tags, own(resources)),
    createMachine: async (tags, resources, spec) => createMachine(fly, tags, own(resources), spec),
    machineChange: (current, wanted) => (isSameBuild(current, wanted) ? 'none' : 'update'),
    updateMachine: async (tags, resources, spec) => updateMachine(fly, tags, own(resources), spec),
    changeMachineSize: async (tags, resources, change) =>
      changeMachineSize(fly, tags, own(resources), change),
    holdMachine: async (tags, resources) => holdMachine(fly, tags, own(resources)),
    releaseMachine: async (_tags, resources) => releaseMachine(fly, own(resources)),
    startMachine: async (_tags, resources) => startMachine(fly, own(resources)),
    stopMachine: async (_tags, resources) => stopMachine(fly, own(resources)),
    observeMachine: async (_tags, resources, wait) => observeMachine(fly, own(resources), wait),
    deleteMachines: async (tags, resources) => deleteMachines(fly, tags, own(resources)),
    deleteVolumes: async (_tags, resources) => deleteVolumes(fly, own(resources)),
    deleteMachine: async (tags, resources, machineId) => deleteMachine(fly, tags, own(resources), machineId),
    deleteVolume: async (_tags, resources, volumeId) => deleteVolume(fly, own(resources), volumeId),
    deleteHome: async (tags, resources) => deleteHome(fly, tags, own(resources)),
    listOwned: async (tags, resources) => listOwned(fly, tags, own(resources)),
    listFleet: (fleetId) => listFleet(fly, fleetId),
  };
}

function isSameBuild(a: MachineBuild, b: MachineBuild): boolean {
  return (
    a.configurationFingerprint === b.configurationFingerprint &&
    a.sizeSource === b.sizeSource &&
    sameMachineSize(a.size, b.size)
  );
}
