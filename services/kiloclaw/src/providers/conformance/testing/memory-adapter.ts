/**
 * The smallest adapter that the conformance suite accepts, on a cloud in memory. `docs/adding-a-provider.md` walks
 * through it.
 */
import { type MachineSize, sameMachineSize } from '@kiloclaw/instance-tiers';
import type { ProviderCapabilities } from '@kiloclaw/platform-contract';
import { z } from 'zod';
import type { FleetResource, InstanceTags, MachineObservation, Provider } from '../../provider.ts';
import { belongsTo, machineTags, ownerTags, sizeSourceOf, TAG } from '../../tags.ts';
import {
  createMemoryApi,
  MachineSchema,
  type MemoryApi,
  type MemoryOptions,
  memoryError,
  NamesSchema,
  PROVIDER_ID,
  VolumeSchema,
} from './memory-wire.ts';

const CAPABILITIES: ProviderCapabilities = {
  resize: true,
  sizeOverride: true,
  extendVolume: true,
  forksVolume: false,
  observesHardware: true,
  volumesAreSized: true,
  cpuKindsObservable: true,
  sizeAppliesAt: 'next_start',
  resizeNeedsStop: true,
  hasRegions: false,
};

const LARGEST: MachineSize = { cpus: 16, memory_mb: 131_072, cpu_kind: 'performance' };

type Kind = 'machines' | 'volumes';

const machineNameOf = ({ sandboxId }: InstanceTags) => sandboxId;
const volumeNameOf = ({ sandboxId }: InstanceTags) => `${sandboxId}-data`;

const at = (kind: Kind, name: string) => ({
  route: `/${kind}/{name}`,
  path: `/${kind}/${encodeURIComponent(name)}`,
});

/** Refuses (`invalid`) what bears our name and not our labels. */
function requireOwn<Thing extends { name: string; labels: Record<string, string> }>(
  thing: Thing | null,
  tags: InstanceTags,
): Thing | null {
  if (thing === null || belongsTo(thing.labels, tags)) return thing;
  throw memoryError(
    'invalid',
    `${thing.name} is not this instance's. It was left alone: rename or remove it.`,
  );
}

const findMachine = async (api: MemoryApi, tags: InstanceTags) =>
  requireOwn(await api.find(MachineSchema, { method: 'GET', ...at('machines', machineNameOf(tags)) }), tags);

const findVolume = async (api: MemoryApi, tags: InstanceTags, name = volumeNameOf(tags)) =>
  requireOwn(await api.find(VolumeSchema, { method: 'GET', ...at('volumes', name) }), tags);

async function list(api: MemoryApi, labels: Record<string, string>): Promise<readonly FleetResource[]> {
  const listOf = async (kind: Kind, as: FleetResource['kind']) => {
    const path = `/${kind}?${new URLSearchParams(labels)}`;
    const { items } = await api.call(NamesSchema, { method: 'GET', route: `/${kind}`, path });
    return items.map(({ name, labels: found }) => ({
      kind: as,
      id: name,
      instanceId: found[TAG.instanceId] ?? null,
    }));
  };
  return [...(await listOf('machines', 'machine')), ...(await listOf('volumes', 'volume'))];
}

const listOwned = (api: MemoryApi, { fleetId, instanceId }: InstanceTags) =>
  list(api, { [TAG.fleetId]: fleetId, [TAG.instanceId]: instanceId });

/** One that is gone is a success. */
async function remove(api: MemoryApi, kind: Kind, name: string): Promise<void> {
  await api.find(z.unknown(), { method: 'DELETE', ...at(kind, name) });
}

async function removeAll(api: MemoryApi, tags: InstanceTags, kind: FleetResource['kind']): Promise<void> {
  const owned = (await listOwned(api, tags)).filter((found) => found.kind === kind);
  for (const { id } of owned) await remove(api, kind === 'machine' ? 'machines' : 'volumes', id);
}

/** Refuses (`not_found`) where there is none. */
async function change(api: MemoryApi, tags: InstanceTags, body: object) {
  const machine = await findMachine(api, tags);
  if (machine === null) throw memoryError('not_found', 'No machine of this instance is there.');
  const request = { method: 'PATCH', ...at('machines', machine.name), body } as const;
  const changed = await api.call(MachineSchema, request);
  return { machineId: changed.name };
}

function observationOf(machine: z.output<typeof MachineSchema>): MachineObservation {
  const { name, labels, power, size, volume } = machine;
  return {
    machineId: name,
    state: power === 'on' ? 'running' : power === 'off' ? 'stopped' : 'unknown',
    size,
    sizeSource: sizeSourceOf(labels),
    configurationFingerprint: labels[TAG.configuration] ?? null,
    endpoint: power === 'on' ? `https://${name}.example.com` : null,
    mountedVolumeId: volume,
    outOfMemoryAtMs: null,
  };
}

type VolumeMethods = Pick<
  Provider,
  | 'findVolume'
  | 'createVolume'
  | 'removeSurplusVolumes'
  | 'observeVolume'
  | 'extendVolume'
  | 'forkVolume'
  | 'deleteVolumes'
  | 'deleteVolume'
>;

function volumeMethods(api: MemoryApi): VolumeMethods {
  return {
    findVolume: async (tags) => {
      const volume = await findVolume(api, tags);
      return volume && { volumeId: volume.name };
    },
    createVolume: async (tags, _resources, { sizeGb }) => {
      const name = volumeNameOf(tags);
      const body = { labels: ownerTags(tags), size_gb: sizeGb };
      const there = await findVolume(api, tags);
      if (there === null) await api.call(VolumeSchema, { method: 'PUT', ...at('volumes', name), body });
      return { volumeId: name };
    },
    // One name is one volume there: none is ever too many.
    removeSurplusVolumes: async () => {},
    observeVolume: async (tags) => {
      const volume = await findVolume(api, tags);
      return volume && { volumeId: volume.name, sizeGb: volume.size_gb };
    },
    extendVolume: async (tags, _resources, sizeGb) => {
      const volume = await findVolume(api, tags);
      if (volume?.size_gb == null) throw memoryError('not_found', 'There is no volume to extend.');
      if (volume.size_gb >= sizeGb) return { sizeGb: volume.size_gb, needsRestart: false };
      const request = { method: 'PATCH', ...at('volumes', volume.name), body: { size_gb: sizeGb } } as const;
      await api.call(VolumeSchema, request);
      return { sizeGb, needsRestart: false };
    },
    forkVolume: async () => {
      throw memoryError('invalid', 'There is one host here, and no other to copy a volume to.');
    },
    deleteVolumes: (tags) => removeAll(api, tags, 'volume'),
    deleteVolume: async (tags, _resources, volumeId) => {
      if (volumeId === volumeNameOf(tags)) {
        throw memoryError('invalid', `The volume ${volumeId} is the one that this instance uses.`);
      }
      if ((await findVolume(api, tags, volumeId)) !== null) await remove(api, 'volumes', volumeId);
    },
  };
}

type MachineMethods = Omit<
  Provider,
  | keyof VolumeMethods
  | 'id'
  | 'capabilities'
  | 'nameResources'
  | 'defaultRegion'
  | 'fitSize'
  | 'ensureHome'
  | 'deleteHome'
  | 'listOwned'
  | 'listFleet'
>;

function machineMethods(api: MemoryApi): MachineMethods {
  return {
    findMachine: async (tags) => {
      const machine = await findMachine(api, tags);
      return machine && { machineId: machine.name };
    },
    createMachine: async (tags, _resources, spec) => {
      const name = machineNameOf(tags);
      if ((await findMachine(api, tags)) !== null) return { machineId: name };
      const { size, image, env } = spec;
      const body = { labels: machineTags(tags, spec), size, image, env, volume: volumeNameOf(tags) };
      await api.call(MachineSchema, { method: 'PUT', ...at('machines', name), body });
      return { machineId: name };
    },
    machineChange: (current, wanted) =>
      current.configurationFingerprint === wanted.configurationFingerprint &&
      current.sizeSource === wanted.sizeSource &&
      sameMachineSize(current.size, wanted.size)
        ? 'none'
        : 'update',
    updateMachine: (tags, _resources, spec) => {
      const { size, image, env } = spec;
      return change(api, tags, { labels: machineTags(tags, spec), size, image, env });
    },
    changeMachineSize: async (tags, _resources, { size, sizeSource }) => {
      const machine = await findMachine(api, tags);
      return change(api, tags, { size, labels: { ...machine?.labels, [TAG.sizeSource]: sizeSource } });
    },
    // Images are of no account there.
    ensureImage: async () => ({ ready: true }),
    // Nobody else writes to this cloud: there is nothing to hold.
    holdMachine: async () => ({}),
    releaseMachine: async () => ({}),
    startMachine: (tags) => change(api, tags, { power: 'on' }),
    stopMachine: async (tags) => {
      if ((await findMachine(api, tags)) !== null) await change(api, tags, { power: 'off' });
    },
    observeMachine: async (tags) => {
      const machine = await findMachine(api, tags);
      return machine && observationOf(machine);
    },
    deleteMachines: (tags) => removeAll(api, tags, 'machine'),
    deleteMachine: async (tags, _resources, machineId) => {
      const request = { method: 'GET', ...at('machines', machineId) } as const;
      const machine = requireOwn(await api.find(MachineSchema, request), tags);
      if (machine !== null) await remove(api, 'machines', machine.name);
    },
  };
}

export function createMemoryProvider(options: MemoryOptions): Provider {
  const api = createMemoryApi(options);
  return {
    id: PROVIDER_ID,
    capabilities: CAPABILITIES,
    nameResources: (tags) => ({ machineName: machineNameOf(tags), volumeName: volumeNameOf(tags) }),
    defaultRegion: () => null,
    fitSize: async (asked) => {
      if (asked.cpus <= LARGEST.cpus && asked.memory_mb <= LARGEST.memory_mb) return asked;
      const { cpus, memory_mb } = LARGEST;
      throw memoryError('host_too_small', `The largest machine has ${cpus} CPUs and ${memory_mb} MB of RAM.`);
    },
    // Machines and volumes stand by themselves there: nothing has to be made for them to live in.
    ensureHome: async () => ({}),
    deleteHome: async () => {},
    ...volumeMethods(api),
    ...machineMethods(api),
    listOwned: (tags) => listOwned(api, tags),
    listFleet: (fleetId) => list(api, { [TAG.fleetId]: fleetId }),
  };
}
