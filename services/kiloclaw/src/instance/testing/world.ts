/** What a provider in memory has: machines and volumes, a log of calls, and faults at chosen ones. */

import type { MachineSize } from '@kiloclaw/instance-tiers';
import type { ProviderCapabilities } from '@kiloclaw/platform-contract';
import { A_CLOUD } from '@kiloclaw/platform-contract/testing';
import type {
  ImageReadiness,
  MachineObservation,
  MachineSpec,
  ObservedMachineState,
  VolumeObservation,
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
  /** Writes without its nonce are refused until it ends. */
  lease?: { readonly nonce: string; readonly expiresAt: number } | null;
  /** Looks that still find it on its way after a change. */
  looksToSettle?: number;
}

export interface WorldVolume {
  readonly id: string;
  readonly instanceId: string;
  sizeGb: number;
  /** Where it lies, and with it its machine; the first host where it isn't set. */
  host?: string;
  /** The volume that it was copied from. */
  copyOf?: string;
  /** What the provider tells of it instead. */
  told?: Partial<VolumeObservation>;
}

export interface WorldHost {
  readonly name: string;
  readonly region: string;
  /** The largest machine that it has room for; any where it is null. */
  room: { readonly cpus: number; readonly memory_mb: number } | null;
}

/** How long a hold lasts that nobody lets go of. */
export const LEASE_MS = 120_000;

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
  'forkVolume',
  'deleteMachine',
  'deleteVolume',
  'holdMachine',
  'releaseMachine',
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

export class World {
  readonly machines: WorldMachine[] = [];
  readonly volumes: WorldVolume[] = [];
  /** In the order in which new volumes are placed on them. */
  readonly hosts: WorldHost[] = [{ name: 'host_1', region: 'iad', room: null }];
  readonly calls: ProviderMethod[] = [];
  now: () => number = () => 0;
  /** How many looks find a machine on its way after each change of it. */
  looksToSettle = 0;
  /** Machines that came up on another volume than their instance's own. */
  strayStarts = 0;
  private readonly faults: ArmedFault[] = [];
  private breakdown: { readonly error: ProviderErrorKind; readonly fromCall: number } | null = null;
  private readonly landing: { readonly method: ProviderMethod; readonly effect: () => unknown }[] = [];
  /** Extends that really grew something. */
  extensions = 0;
  extendNeedsRestart = false;
  capabilities: ProviderCapabilities = A_CLOUD;
  /** A machine's size alone can be changed in place, as with containers. */
  configurationIsFixed = false;
  /** The most that a machine can be given; the largest there is where it isn't set. */
  host: { readonly cpus: number; readonly memory_mb: number } | null = null;
  /** What the next looks at an image tell; afterwards it is ready. */
  readonly imageReadiness: ImageReadiness[] = [];
  /** The least that a machine is given; as little as is asked for where it isn't set. */
  least: { readonly cpus: number; readonly memory_mb: number } | null = null;
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

  /** Ids that another world has given are given to nothing else. */
  takeIds(ids: readonly string[]): void {
    this.made = Math.max(this.made, ...ids.map((id) => Number(/\d+$/.exec(id)?.[0] ?? 0)));
  }

  countOf(method: ProviderMethod): number {
    return this.calls.filter((call) => call === method).length;
  }

  /** A host that volumes can be copied to, or placed on after those before it. */
  addHost(name: string, region = 'iad'): void {
    this.hosts.push({ name, region, room: null });
  }

  /** Leaves a host no more room than for one such machine; for none at all where it isn't given. */
  fill(name: string, room: WorldHost['room'] = { cpus: 0, memory_mb: 0 }): void {
    const host = this.hosts.find((known) => known.name === name);
    if (host === undefined) throw new Error(`there is no host ${name}`);
    host.room = room;
  }

  /** The first host with room for such a machine, other than `but`. */
  hostFor(size: MachineSize, but: string | null = null): WorldHost | null {
    return this.hosts.find((host) => host.name !== but && hasRoom(host, size)) ?? null;
  }

  /** Whether the machine's volume lies where there is room for it. */
  hasRoomFor(volumeId: string | null, size: MachineSize): boolean {
    const name = this.volumes.find(({ id }) => id === volumeId)?.host ?? this.hosts[0]?.name;
    const host = this.hosts.find((known) => known.name === name);
    return host === undefined || hasRoom(host, size);
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

function hasRoom({ room }: WorldHost, size: MachineSize): boolean {
  return room === null || (size.cpus <= room.cpus && size.memory_mb <= room.memory_mb);
}

function waitFor(fault: Extract<Fault, { kind: 'hold' | 'crash' }>): Promise<void> {
  return fault.kind === 'hold' ? fault.until : new Promise(() => {});
}

export function failure(kind: ProviderErrorKind, method: string): ProviderError {
  return new ProviderError({ provider: 'fly', kind, message: `${method}: ${kind}` });
}
