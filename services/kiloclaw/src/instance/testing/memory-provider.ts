/** A provider over a world in memory. */
import type { MachineSize } from '@kiloclaw/instance-tiers';
import type {
  FleetResource,
  InstanceTags,
  MachineBuild,
  MachineObservation,
  MachineSpec,
  Provider,
  Resources,
} from '../../providers/provider.ts';
import { removeWhere, volumeMethods } from './memory-volumes.ts';
import { failure, LEASE_MS, type World, type WorldMachine } from './world.ts';

export function memoryProvider(world: World): Provider {
  return {
    id: 'fly',
    get capabilities() {
      return world.capabilities;
    },
    nameResources: (tags) => ({ machineName: tags.sandboxId, leaseNonce: null }),
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

function fit({ host, least }: World, asked: MachineSize): MachineSize {
  const most = host ?? asked;
  return {
    ...asked,
    cpus: Math.max(Math.min(asked.cpus, most.cpus), least?.cpus ?? 0),
    memory_mb: Math.max(Math.min(asked.memory_mb, most.memory_mb), least?.memory_mb ?? 0),
  };
}

function leftovers(world: World): FleetResource[] {
  return [
    ...world.machines.map(({ id, instanceId }) => ({ kind: 'machine', id, instanceId }) as const),
    ...world.volumes.map(({ id, instanceId }) => ({ kind: 'volume', id, instanceId }) as const),
  ];
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
        const volumeId = String(resources.volumeId);
        if (!world.hasRoomFor(volumeId, spec.size)) throw failure('host_full', 'createMachine');
        const machine = {
          id: world.nextId('machine_'),
          instanceId: tags.instanceId,
          state: 'running',
          spec,
          mountedVolumeId: volumeId,
          lease: null,
          looksToSettle: 0,
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
    updateMachine: (tags, resources, spec) =>
      world.call('updateMachine', () => {
        const machine = changing(world, tags, resources, spec, 'updateMachine');
        machine.spec = world.configurationIsFixed ? { ...machine.spec, size: spec.size } : spec;
        return {};
      }),
    changeMachineSize: (tags, resources, { size, sizeSource }) =>
      world.call('changeMachineSize', () => {
        const machine = changing(world, tags, resources, { size }, 'changeMachineSize');
        machine.spec = { ...machine.spec, size, sizeSource };
        return {};
      }),
    holdMachine: (tags, resources) =>
      world.call('holdMachine', () => {
        const machine = ours(world, tags, resources, 'holdMachine');
        const nonce = machine.lease?.nonce ?? world.nextId('nonce_');
        machine.lease = { nonce, expiresAt: world.now() + LEASE_MS };
        return { leaseNonce: nonce };
      }),
    releaseMachine: (tags, resources) =>
      world.call('releaseMachine', () => {
        const machine = world.machineOf(tags.instanceId);
        if (machine?.lease?.nonce === resources.leaseNonce && machine !== null) machine.lease = null;
        return { leaseNonce: null };
      }),
    deleteMachine: (_tags, resources, machineId) =>
      world.call('deleteMachine', () => {
        for (const machine of world.machines)
          if (machine.id === machineId) unheld(world, machine, resources, 'deleteMachine');
        removeWhere(world.machines, ({ id }) => id === machineId);
      }),
    deleteMachines: (tags, resources) =>
      world.call('deleteMachines', () => {
        const doomed = world.machines.filter(({ instanceId }) => instanceId === tags.instanceId);
        for (const machine of doomed) unheld(world, machine, resources, 'deleteMachines');
        removeWhere(world.machines, (machine) => doomed.includes(machine));
      }),
  };
}

function powerMethods(world: World): Pick<Provider, 'startMachine' | 'stopMachine' | 'observeMachine'> {
  return {
    startMachine: (tags, resources) =>
      world.call('startMachine', () => {
        const machine = ours(world, tags, resources, 'startMachine');
        if ((machine.looksToSettle ?? 0) > 0) throw failure('precondition', 'startMachine');
        if (!world.hasRoomFor(machine.mountedVolumeId, machine.spec.size))
          throw failure('host_full', 'startMachine');
        if (machine.mountedVolumeId !== resources.volumeId) world.strayStarts += 1;
        machine.state = 'running';
        return {};
      }),
    stopMachine: (tags, resources) =>
      world.call('stopMachine', () => {
        const machine = world.machineOf(tags.instanceId);
        if (machine === null) return;
        unheld(world, machine, resources, 'stopMachine');
        machine.state = 'stopped';
      }),
    observeMachine: (_tags, resources) =>
      world.call('observeMachine', () => {
        const machine = world.machines.find(({ id }) => id === resources.machineId);
        if (machine === undefined) return null;
        const seen = observation(machine);
        const looksLeft = machine.looksToSettle ?? 0;
        machine.looksToSettle = Math.max(looksLeft - 1, 0);
        return looksLeft > 0 ? { ...seen, state: 'transient' } : seen;
      }),
  };
}

function known(world: World, tags: InstanceTags, method: string): WorldMachine {
  const machine = world.machineOf(tags.instanceId);
  if (machine === null) throw failure('not_found', method);
  return machine;
}

/** Refuses a write to a machine that somebody holds, or that we hold and no longer know how. */
function unheld(world: World, machine: WorldMachine, resources: Resources, method: string): void {
  const { lease } = machine;
  if (lease == null || lease.expiresAt <= world.now()) {
    machine.lease = null;
    return;
  }
  if (lease.nonce !== resources.leaseNonce) throw failure('conflict', method);
}

function ours(world: World, tags: InstanceTags, resources: Resources, method: string): WorldMachine {
  const machine = known(world, tags, method);
  unheld(world, machine, resources, method);
  return machine;
}

/** Of a change of size or configuration: refused where the host has no room, and not over at once. */
function changing(
  world: World,
  tags: InstanceTags,
  resources: Resources,
  { size }: Pick<MachineSpec, 'size'>,
  method: string,
): WorldMachine {
  const machine = ours(world, tags, resources, method);
  if (!world.hasRoomFor(machine.mountedVolumeId, size)) throw failure('host_full', method);
  machine.looksToSettle = world.looksToSettle;
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
