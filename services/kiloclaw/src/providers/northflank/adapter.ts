/** The provider `northflank`: an instance is a project with one deployment service and one volume in it. */
import { sameMachineSize } from '@kiloclaw/instance-tiers';
import type { ProviderCapabilities } from '@kiloclaw/platform-contract';
import type { CallGate } from '../call-gate.ts';
import type { LogProviderCall } from '../call-log.ts';
import { type Fetch, HTTP_TIMING, type HttpTiming } from '../http.ts';
import type { MachineBuild, Provider } from '../provider.ts';
import { createNorthflankClient } from './client.ts';
import { deleteHome, listFleet, listOwned } from './contents.ts';
import { northflankError } from './errors.ts';
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
import { nameNorthflankResources, readNorthflankResources } from './names.ts';
import type { AccessMode, Northflank, NorthflankConfig } from './northflank.ts';
import { observeMachine } from './observation.ts';
import { createPlanChoice } from './plan-choice.ts';
import { ensureHome } from './projects.ts';
import { extendVolume, observeVolume } from './volume-size.ts';
import { createVolume, deleteVolume, deleteVolumes, findVolume } from './volumes.ts';

/**
 * With volumes that several containers can mount, the old container and the new one overlap while one takes over: two
 * would write to the same files, so that the machine has to rest meanwhile.
 */
export function northflankCapabilities(accessMode: AccessMode): ProviderCapabilities {
  const overlaps = accessMode === 'ReadWriteMany';
  return {
    resize: true,
    sizeOverride: true,
    extendVolume: true,
    forksVolume: false,
    observesHardware: true,
    volumesAreSized: true,
    cpuKindsObservable: false,
    sizeAppliesAt: overlaps ? 'next_start' : 'once',
    resizeNeedsStop: overlaps,
    hasRegions: true,
  };
}

export interface NorthflankProviderOptions {
  readonly fetch: Fetch;
  readonly config: NorthflankConfig;
  readonly log: LogProviderCall;
  readonly timing?: Partial<HttpTiming>;
  readonly gate?: CallGate;
}

/** Throws where base URL, token or a plan can't be used; makes no call. */
export function createNorthflankProvider({
  fetch,
  config,
  log,
  timing,
  gate,
}: NorthflankProviderOptions): Provider {
  const { baseUrl, token, teamId } = config;
  const northflank: Northflank = {
    client: createNorthflankClient({
      fetch,
      baseUrl,
      token,
      teamId,
      log,
      ...(timing && { timing }),
      ...(gate && { gate }),
    }),
    config,
    plans: createPlanChoice(config.plans),
    now: timing?.now ?? HTTP_TIMING.now,
    sleep: timing?.sleep ?? HTTP_TIMING.sleep,
  };
  const own = readNorthflankResources;
  return {
    id: 'northflank',
    capabilities: northflankCapabilities(config.accessMode),
    nameResources: (tags) => nameNorthflankResources(config.projectPrefix, tags),
    defaultRegion: () => config.region,
    fitSize: async (asked) => northflank.plans.fit(asked),
    ensureHome: async (tags, resources, region = null) =>
      ensureHome(northflank, tags, own(resources), region),
    findVolume: async (_tags, resources) => findVolume(northflank, own(resources)),
    createVolume: async (_tags, resources, spec) => createVolume(northflank, own(resources), spec),
    // A project has one volume of a name: the second one is refused.
    removeSurplusVolumes: async () => {},
    observeVolume: async (_tags, resources) => observeVolume(northflank, own(resources)),
    extendVolume: async (_tags, resources, sizeGb) => extendVolume(northflank, own(resources), sizeGb),
    forkVolume: async () => {
      throw northflankError('invalid', 'A volume at Northflank is bound to no host: it is not copied.');
    },
    findMachine: async (tags, resources) => findMachine(northflank, tags, own(resources)),
    createMachine: async (tags, resources, spec) => createMachine(northflank, tags, own(resources), spec),
    machineChange: (current, wanted) => (isSameBuild(current, wanted) ? 'none' : 'update'),
    updateMachine: async (tags, resources, spec) => updateMachine(northflank, tags, own(resources), spec),
    changeMachineSize: async (tags, resources, change) =>
      changeMachineSize(northflank, tags, own(resources), change),
    // Northflank offers nothing to keep others from writing to a service.
    holdMachine: async () => ({}),
    releaseMachine: async () => ({}),
    startMachine: async (tags, resources) => {
      await startMachine(northflank, tags, own(resources));
      return {};
    },
    // Northflank fetches images while it rolls a service out.
    ensureImage: async () => ({ ready: true }),
    stopMachine: async (_tags, resources) => stopMachine(northflank, own(resources)),
    observeMachine: async (_tags, resources, wait) => observeMachine(northflank, own(resources), wait),
    deleteMachines: async (tags, resources) => deleteMachines(northflank, tags, own(resources)),
    deleteVolumes: async (tags, resources) => deleteVolumes(northflank, tags, own(resources)),
    deleteMachine: async (tags, resources, machineId) =>
      deleteMachine(northflank, tags, own(resources), machineId),
    deleteVolume: async (tags, resources, volumeId) =>
      deleteVolume(northflank, tags, own(resources), volumeId),
    deleteHome: async (tags, resources) => deleteHome(northflank, tags, own(resources)),
    listOwned: async (tags, resources) => listOwned(northflank, tags, own(resources)),
    listFleet: (fleetId) => listFleet(northflank, fleetId),
  };
}

function isSameBuild(a: MachineBuild, b: MachineBuild): boolean {
  return (
    a.configurationFingerprint === b.configurationFingerprint &&
    a.sizeSource === b.sizeSource &&
    sameMachineSize(a.size, b.size, { cpuKindObservable: false })
  );
}
