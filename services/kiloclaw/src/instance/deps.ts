/** The only doorway from the Instance's core to the outside: everything that is not a pure function comes in here. */
import type { AuditRow, InstanceRow } from '@kiloclaw/db';
import type { ProviderCapabilities, ProviderId } from '@kiloclaw/platform-contract';
import type { InstanceFacts } from '../metrics/facts.ts';
import type { CallPurpose, Provider } from '../providers/provider.ts';
import type { Traces } from '../tracing/traces.ts';
import type { InstanceStorage } from './storage/instance-storage.ts';

export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
  /** Ends early when it is called off: a timer left behind would keep an object awake. */
  sleep(ms: number, calledOff: AbortSignal): Promise<void>;
}

export interface Random {
  /** In [0, 1): jitter. */
  fraction(): number;
  /** An id for something that happens at `atMs`; later ones sort after earlier ones. */
  id(atMs: number): string;
}

/** A keyed hash: tells sameness, and can't be guessed back. */
export interface Fingerprint {
  readonly keyId: string;
  readonly hash: string;
}

/** Seals what must not be readable at rest. `purpose` binds a sealed text to its place: it opens nowhere else. */
export interface Vault {
  seal(plaintext: string, purpose: string): Promise<string>;
  open(sealed: string, purpose: string): Promise<string>;
  /** By every key that there is, the current one's first: what was hashed before a change of keys is known again. */
  fingerprints(text: string): Promise<readonly [Fingerprint, ...Fingerprint[]]>;
  /** The ids of the keys that seal what a text holds, one for each sealed text in it. */
  keysIn(text: string): readonly string[];
  readonly currentKeyId: string;
}

export interface RegistryDelivery {
  readonly user: { readonly id: string; readonly email: string | null } | null;
  readonly row: InstanceRow | null;
  readonly audit: readonly AuditRow[];
  /** When the oldest of it came to be owed, in milliseconds since 1970; for whoever watches. */
  readonly owedSince?: number;
}

export type DeliveryAnswer =
  | {
      readonly outcome: 'stored';
      readonly rowWritten: boolean;
      readonly currentVersion: number | null;
      /** People whom the delivery named as admins of an override, and who are deleted by now. */
      readonly toForget?: readonly string[];
    }
  /** Refused for good: repeating it changes nothing. */
  | { readonly outcome: 'rejected'; readonly reason: string }
  | { readonly outcome: 'unavailable' };

export type RegistryLookup =
  | { readonly kind: 'active' | 'closed'; readonly row: InstanceRow }
  | { readonly kind: 'none' }
  | { readonly kind: 'unavailable' };

export interface RegistryPort {
  deliver(delivery: RegistryDelivery): Promise<DeliveryAnswer>;
  /** The row of an instance whose object holds nothing. Never throws. */
  find(instanceId: string): Promise<RegistryLookup>;
}

export interface Log {
  info(event: string, facts?: Record<string, unknown>): void;
  warn(event: string, facts?: Record<string, unknown>): void;
  error(event: string, facts?: Record<string, unknown>): void;
}

/** How often and how long; milliseconds. */
export interface Cadence {
  readonly runningMs: number;
  readonly idleMs: number;
  readonly busyMs: number;
  readonly liveCheckMs: number;
}

export interface Deps {
  readonly clock: Clock;
  readonly random: Random;
  readonly storage: InstanceStorage;
  /** Throws where the provider is not configured here. For an operation, where nothing else is said. */
  readonly provider: (id: ProviderId, purpose?: CallPurpose) => Provider;
  /**
   * How far apart looks at the provider have to be, in milliseconds, so that the looks of all instances have room in the
   * account's rate; 0 where no rate of that kind binds. Never throws.
   */
  readonly lookEveryMs: (id: ProviderId) => Promise<number>;
  readonly isConfigured: (id: ProviderId) => boolean;
  /** Known of every provider, configured here or not. */
  readonly capabilities: (id: ProviderId) => ProviderCapabilities;
  readonly vault: Vault;
  readonly registry: RegistryPort;
  readonly log: Log;
  readonly facts: InstanceFacts;
  readonly traces: Traces;
  readonly cadence: Cadence;
  readonly fleetId: string;
  /** Lets work outlive the request that began it. */
  readonly background: (work: Promise<unknown>) => void;
}
