/** A provider over a world in memory. */
import type { MachineSize } from '@kiloclaw/instance-tiers';
import type {
  FleetResource,
  InstanceTags,
  MachineBuild,
  MachineObservation,
  Provider,
  Resources,
  VolumeSpec,
} from '../../providers/provider.ts';
import { failure, type World, type WorldMachine } from './world.ts';

export function memoryProvider(world: World): Provider {
  return {
    id: 'fly',
    get capabilities() {
      return world.capabilities;
    },
    nameResources: (tags) => ({ machineName: tags.sandboxId }),
    defaultRegion: () => 'iad',
    fitSize: (asked) => world.call('fitSize', () => fit(world, asked)),
    ensureHome: () => world.call('ensureHome', () => ({})),
    deleteHome: () => world.call('deleteHome', () => undefined),
    listOwned: (tags) =>
      world.call('listOwned', () => leftovers(world).filter((left) => left.instanceId === tags.instanceId)),
    listFleet: async () => leftovers(world),
    ...volumeMethods(world),
    ...machineMethods(world),
    ...powerMethods(world),
  };
}

function fit({ host }: World, asked: MachineSize): MachineSize {
  if (host === null) return asked;
  return {
    ...asked,
    cpus: Math.min(asked.cpus, host.cpus),
    memory_mb: Math.min(asked.memory_mb, host.memory_mb),
  };
}

function leftovers(world: World): FleetResource[] {
  return [
    ...world.machines.map(({ id, instanceId }) => ({ kind: 'machine', id, instanceId }) as const),
    ...world.volumes.map(({ id, instanceId }) => ({ kind: 'volume', id, instanceId }) as const),
  ];
}

function removeWhere<Item>(items: Item[], matches: (item: Item) => boolean): void {
  const kept = items.filter((item) => !matches(item));
  items.splice(0, items.length, ...kept);
}

function volumeMethods(world: World) {
  return {
    findVolume: (tags: InstanceTags) =>
      world.call('findVolume', () => {
        const volume = world.volumes.find(({ instanceId }) => instanceId === tags.instanceId);
        return volume === undefined ? null : { volumeId: volume.id };
      }),
    // Names repeat, as at Fly: nothing here refuses the second volume.
    createVolume: (tags: InstanceTags, _resources: Resources, { sizeGb }: VolumeSpec) =>
      world.call('createVolume', () => {
        const volume = { id: world.nextId('vol_'), instanceId: tags.instanceId, sizeGb: sizeGb ?? 0 };
        world.volumes.push(volume);
        return { volumeId: volume.id };
      }),
    removeSurplusVolumes: (tags: InstanceTags, resources: Resources) =>
      world.call('removeSurplusVolumes', () =>
        removeWhere(
          world.volumes,
          ({ id, instanceId }) => instanceId === tags.instanceId && id !== resources.volumeId,
        ),
      ),
    observeVolume: (_tags: InstanceTags, resources: Resources) =>
      world.call('observeVolume', () => {
        const volume = world.volumes.find(({ id }) => id === resources.volumeId);
        return volume === undefined ? null : { volumeId: volume.id, sizeGb: volume.sizeGb, ...volume.told };
      }),
    extendVolume: (_tags: InstanceTags, resources: Resources, sizeGb: number) =>
      world.call('extendVolume', () => {
        const volume = world.volumes.find(({ id }) => id === resources.volumeId);
        if (volume === undefined) throw failure('not_found', 'extendVolume');
        if (volume.sizeGb < sizeGb) world.extensions += 1;
        volume.sizeGb = Math.max(volume.sizeGb, sizeGb);
        return { sizeGb: volume.sizeGb, needsRestart: world.extendNeedsRestart };
      }),
    forkVolume: (tags: InstanceTags, resources: Resources) =>
      world.call('forkVolume', () => {
        const source = world.volumes.find(({ id }) => id === resources.volumeId);
        if (source === undefined) throw failure('not_found', 'forkVolume');
        const copy = { id: world.nextId('vol_'), instanceId: tags.instanceId, sizeGb: source.sizeGb };
        world.volumes.push(copy);
        return { volumeId: copy.id };
      }),
    deleteVolume: (_tags: InstanceTags, _resources: Resources, volumeId: string) =>
      world.call('deleteVolume', () => removeWhere(world.volumes, ({ id }) => id === volumeId)),
    deleteVolumes: (tags: InstanceTags) =>
      world.call('deleteVolumes', () =>
        removeWhere(world.volumes, ({ instanceId }) => instanceId === tags.instanceId),
      ),
  };
}

function machineMethods(
  world: World,
): Pick<
  Provider,
  | 'ensureImage'
  | 'findMachine'
  | 'createMachine'
  | 'machineChange'
  | 'updateMachine'
  | 'changeMachineSize'
  | 'holdMachine'
  | 'releaseMachine'
  | 'deleteMachine'
  | 'deleteMachines'
> {
  return {
    ensureImage: async () => world.imageReadiness.shift() ?? { ready: true },
    findMachine: (tags, resources) =>
      world.call('findMachine', () => {
        const recorded = world.machines.find(({ id }) => id === resources.machineId);
        const machine = recorded ?? world.machineOf(tags.instanceId);
        return machine === null ? null : { machineId: machine.id };
      }),
    createMachine: (tags, resources, spec) =>
      world.call('createMachine', () => {
        if (world.machineOf(tags.instanceId) !== null) throw failure('conflict', 'createMachine');
        const machine = {
          id: world.nextId('machine_'),
          instanceId: tags.instanceId,
          state: 'running',
          spec,
          mountedVolumeId: String(resources.volumeId),
        } as const;
        world.machines.push({ ...machine });
        return { machineId: machine.id };
      }),
    machineChange: (current, wanted) => {
      const labels = ({ sizeSource, configurationFingerprint }: MachineBuild) =>
        JSON.stringify([sizeSource, configurationFingerprint]);
      const areSame = labels(current) === labels(wanted);
      if (world.configurationIsFixed && !areSame) return 'replace';
      return areSame && JSON.stringify(current.size) === JSON.stringify(wanted.size) ? 'none' : 'update';
    },
    updateMachine: (tags, _resources, spec) =>
      world.call('updateMachine', () => {
        const machine = known(world, tags, 'updateMachine');
        machine.spec = world.configurationIsFixed ? { ...machine.spec, size: spec.size } : spec;
        return {};
      }),
    changeMachineSize: (tags, _resources, { size, sizeSource }) =>
      world.call('changeMachineSize', () => {
        const machine = known(world, tags, 'changeMachineSize');
        machine.spec = { ...machine.spec, size, sizeSource };
        return {};
      }),
    holdMachine: () => world.call('holdMachine', () => ({})),
    releaseMachine: () => world.call('releaseMachine', () => ({})),
    deleteMachine: (_tags, _resources, machineId) =>
      world.call('deleteMachine', () => removeWhere(world.machines, ({ id }) => id === machineId)),
    deleteMachines: (tags) =>
      world.call('deleteMachines', () =>
        removeWhere(world.machines, ({ instanceId }) => instanceId === tags.instanceId),
      ),
  };
}

function powerMethods(world: World): Pick<Provider, 'startMachine' | 'stopMachine' | 'observeMachine'> {
  return {
    startMachine: (tags) =>
      world.call('startMachine', () => {
        known(world, tags, 'startMachine').state = 'running';
        return {};
      }),
    stopMachine: (tags) =>
      world.call('stopMachine', () => {
        const machine = world.machineOf(tags.instanceId);
        if (machine !== null) machine.state = 'stopped';
      }),
    observeMachine: (_tags, resources) =>
      world.call('observeMachine', () => {
        const machine = world.machines.find(({ id }) => id === resources.machineId);
        return machine === undefined ? null : observation(machine);
      }),
  };
}

function known(world: World, tags: InstanceTags, method: string): WorldMachine {
  const machine = world.machineOf(tags.instanceId);
  if (machine === null) throw failure('not_found', method);
  return machine;
}

function observation({
  id,
  state,
  spec,
  mountedVolumeId,
  sizeSource = spec.sizeSource,
  told,
}: WorldMachine): MachineObservation {
  return {
    machineId: id,
    state,
    size: spec.size,
    sizeSource,
    configurationFingerprint: spec.configurationFingerprint,
    mountedVolumeId,
    outOfMemoryAtMs: null,
    endpoint: state === 'running' ? `https://${id}.example.com` : null,
    ...told,
  };
}
