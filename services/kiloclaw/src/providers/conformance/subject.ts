/** What the suite needs to know of a provider, and to do behind its adapter's back. Each binding fulfils it. */
import type { MachineSize } from '@kiloclaw/instance-tiers';
import type { ProviderCall } from '../call-log.ts';
import type { HttpTiming } from '../http.ts';
import type { InstanceTags, MachineSpec, Provider, Resources, VolumeSpec } from '../provider.ts';
import type { ProviderErrorKind } from '../provider-error.ts';
import type { FaultPlan } from './faults.ts';

/** A provider with one adapter, and what to ask of it. */
export interface Subject {
  readonly name: string;
  readonly volume: VolumeSpec;
  readonly machine: MachineSpec;
  /** More than `machine.size` in CPUs and RAM. */
  readonly largerSize: MachineSize;
  readonly pace: Pace;
  /** Calls that one `observeMachine` of a new adapter may cost. */
  readonly callsOfALook: number;
  open(): Bench;
}

/** How patient the suite is. */
export interface Pace {
  /** Between two tries of the same thing. */
  readonly pauseMs: number;
  readonly triesMost: number;
  /** Of one wait at the provider. */
  readonly waitMs: number;
}

/** Whose resources, and what is recorded of them. */
export interface Recorded {
  readonly tags: InstanceTags;
  readonly resources: Resources;
}

/** Ids of what the provider has of one instance. */
export interface Inventory {
  readonly machines: readonly string[];
  readonly volumes: readonly string[];
}

/** One case's own way to the provider: nothing that is done to it reaches another bench. */
export interface Bench {
  /** A new adapter, as a new process makes it. */
  connect(timing?: Partial<HttpTiming>): Provider;
  readonly faults: FaultPlan;
  /** What the adapters have told their log. */
  readonly logged: readonly ProviderCall[];
  /** Tokens and the like: what no error and no log line may hold, besides the machine's environment. */
  readonly secrets: readonly string[];
  /** What there is of an instance, seen past the adapter. */
  inventory(of: Recorded): Promise<Inventory>;
  readonly tricks: Tricks;
  /** Removes what the tricks have made. */
  close(): Promise<void>;
}

/** Where a provider says that there is no room. */
export const ROOM_FOR = ['volume', 'machine', 'size', 'growth', 'start'] as const;
export type RoomFor = (typeof ROOM_FOR)[number];

/** What may have become of a request for room; `null`: this provider does not refuse that for want of room. */
export type NoRoom = Readonly<Record<RoomFor, ProviderErrorKind | null>>;

/** What somebody else does; null where it can't happen at this provider. */
export interface Tricks {
  /** Takes the name of the home that the instance's would bear; tells whether it is still there. */
  readonly foreignHome: ((of: Recorded) => Promise<() => Promise<boolean>>) | null;
  /** Makes a machine under the name that the instance's would bear; tells whether it is still there, as it was made. */
  readonly foreignMachine: ((of: Recorded) => Promise<() => Promise<boolean>>) | null;
  /** The same with a volume. */
  readonly foreignVolume: ((of: Recorded) => Promise<() => Promise<boolean>>) | null;
  /** Holds the machine, as `holdMachine` would for us; ends with what it returns. */
  readonly foreignHold: ((of: Recorded) => Promise<() => Promise<void>>) | null;
  /** From now on the machine's state, or size, is told in words that the adapter can't know; ends with what it returns. */
  readonly strangeState: ((of: Recorded) => Promise<() => void>) | null;
  readonly strangeSize: ((of: Recorded) => Promise<() => void>) | null;
  /** From now on every list is empty, as in an incident; ends with what it returns. */
  readonly emptyLists: (() => () => void) | null;
  /** From now on there is no room for this; tells whether it was refused, and ends. */
  readonly noRoom:
    | ((what: RoomFor) => { readonly wasRefused: () => boolean; readonly end: () => void })
    | null;
  /** What `noRoom` is to be called. */
  readonly noRoomKinds: NoRoom;
}
