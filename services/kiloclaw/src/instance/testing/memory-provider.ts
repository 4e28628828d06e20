/** A provider in memory: a world of machines and volumes, a log of calls, and faults at chosen ones. */
import type { MachineSize } from '@kiloclaw/instance-tiers';
import type { ProviderCapabilities } from '@kiloclaw/platform-contract';
import type {
  FleetResource,
  InstanceTags,
  MachineBuild,
  MachineObservation,
  MachineSpec,
  ObservedMachineState,
  Provider,
  Resources,
  VolumeObservation,
  VolumeSpec,
} from '../../providers/provider.ts';
import { ProviderError, type ProviderErrorKind } from '../../providers/provider-error.ts';

export interface WorldMachine {
  readonly id: string;
  readonly instanceId: string;
  state: ObservedMachineState;
  spec: MachineSpec;
  mountedVolumeId: string | null;
  /** What its own tag says; what it was built with where it isn't set. */
  sizeSource?: 'tier' | 'override' | null;
  /** What the provider tells of it instead. */
  told?: Partial<MachineObservation>;
}

export interface WorldVolume {
  readonly id: string;
  readonly instanceId: string;
  sizeGb: number;
  /** What the provider tells of it instead. */
  told?: Partial<VolumeObservation>;
}

const METHODS = [
  'fitSize',
  'ensureHome',
  'findVolume',
  'createVolume',
  'removeSurplusVolumes',
  'findMachine',
  'createMachine',
  'updateMachine',
  'changeMachineSize',
  'observeVolume',
  'extendVolume',
  'deleteMachine',
  'deleteVolume',
  'startMachine',
  'stopMachine',
  'observeMachine',
  'deleteMachines',
  'deleteVolumes',
  'deleteHome',
  'listOwned',
] as const;
export type ProviderMethod = (typeof METHODS)[number];

export type Fault =
  /** Refused, without any effect. */
  | { readonly kind: 'before'; readonly error: ProviderErrorKind }
  /** Done, but its answer never arrived. */
  | { readonly kind: 'lost' }
  /** No answer; the effect lands just before the next call of the same method. */
  | { readonly kind: 'late' }
  /** Waits for the test, before or after the effect. */
  | { readonly kind: 'hold'; readonly at: 'before' | 'after'; readonly until: Promise<void> }
  /** Never answers: the process is to be killed. */
  | { readonly kind: 'crash'; readonly at: 'before' | 'after' };

interface ArmedFault {
  readonly method: ProviderMethod;
  readonly fault: Fault;
  /** Calls that are let through before. */
  skips: number;
  times: number;
}

export const CAPABILITIES: ProviderCapabilities = {
  resize: true,
  sizeOverride: true,
  extendVolume: true,
  observesHardware: true,
  volumesAreSized: true,
  cpuKindsObservable: true,
  sizeAppliesAt: 'next_start',
  resizeNeedsStop: true,
  hasRegions: true,
};

export class World {
  readonly machines: WorldMachine[] = [];
  readonly volumes: WorldVolume[] = [];
  readonly calls: ProviderMethod[] = [];
  private readonly faults: ArmedFault[] = [];
  private breakdown: { readonly error: ProviderErrorKind; readonly fromCall: number } | null = null;
  private readonly landing: { readonly method: ProviderMethod; readonly effect: () => unknown }[] = [];
  /** Extends that really grew something. */
  extensions = 0;
  extendNeedsRestart = false;
  capabilities: ProviderCapabilities = CAPABILITIES;
  /** A machine's size alone can be changed in place, as with containers. */
  configurationIsFixed = false;
  /** The most that a machine can be given; the largest there is where it isn't set. */
  host: { readonly cpus: number; readonly memory_mb: number } | null = null;
  private made = 0;
  /** Called at every call that a fault has hit. */
  onFault: (method: ProviderMethod, fault: Fault) => void = () => {};

  /** Lets the `nth` call from now on, and `times - 1` more, meet with the fault. */
  fail(method: ProviderMethod, fault: Fault, { nth = 1, times = 1 } = {}): void {
    this.faults.push({ method, fault, skips: nth - 1, times });
  }

  /** Lets every call fail without any effect, whatever it is: from the next one on, or when so many more were let through. */
  breakDown(error: ProviderErrorKind, { afterCalls = 0 } = {}): void {
    this.breakdown = { error, fromCall: this.calls.length + afterCalls };
  }

  heal(): void {
    this.breakdown = null;
    this.faults.length = 0;
  }

  nextId(prefix: string): string {
    this.made += 1;
    return `${prefix}${this.made}`;
  }

  countOf(method: ProviderMethod): number {
    return this.calls.filter((call) => call === method).length;
  }

  machineOf(instanceId: string): WorldMachine | null {
    return this.machines.find((machine) => machine.instanceId === instanceId) ?? null;
  }

  async call<Value>(method: ProviderMethod, effect: () => Value): Promise<Value> {
    this.calls.push(method);
    this.land(method);
    const fault = this.faultFor(method);
    if (fault === null) return effect();
    this.onFault(method, fault);
    if (fault.kind === 'before') throw failure(fault.error, method);
    if (fault.kind === 'late') {
      this.landing.push({ method, effect });
      throw failure('ambiguous', method);
    }
    if (fault.kind === 'lost') {
      effect();
      throw failure('ambiguous', method);
    }
    if (fault.at === 'before') {
      await waitFor(fault);
      return effect();
    }
    const value = effect();
    await waitFor(fault);
    return value;
  }

  private land(method: ProviderMethod): void {
    const landed = this.landing.filter((late) => late.method === method);
    for (const late of landed) {
      this.landing.splice(this.landing.indexOf(late), 1);
      late.effect();
    }
  }

  private faultFor(method: ProviderMethod): Fault | null {
    const { breakdown } = this;
    if (breakdown !== null && this.calls.length > breakdown.fromCall) {
      return { kind: 'before', error: breakdown.error };
    }
    const armed = this.faults.find((fault) => fault.method === method && fault.times > 0);
    if (armed === undefined) return null;
    if (armed.skips > 0) {
      armed.skips -= 1;
      return null;
    }
    armed.times -= 1;
    return armed.fault;
  }
}

function waitFor(fault: Extract<Fault, { kind: 'hold' | 'crash' }>): Promise<void> {
  return fault.kind === 'hold' ? fault.until : new Promise(() => {});
}

function failure(kind: ProviderErrorKind, method: string): ProviderError {
  return new ProviderError({ provider: 'fly', kind, message: `${method}: ${kind}` });
}

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
  | 'findMachine'
  | 'createMachine'
  | 'machineChange'
  | 'updateMachine'
  | 'changeMachineSize'
  | 'deleteMachine'
  | 'deleteMachines'
> {
  return {
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
    endpoint: state === 'running' ? `https://${id}.example.com` : null,
    ...told,
  };
}
