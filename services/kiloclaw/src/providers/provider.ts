/**
 * The small contract that every provider's adapter fulfils: only what the Instance calls. An adapter
 * translates and holds no policy. Every effect here is safe to ask for again once the caller has looked
 * (`findVolume`, `findMachine`), and says `ambiguous` where an answer was lost.
 */
import type { MachineSize } from '@kiloclaw/instance-tiers';
import type { ProviderCapabilities, ProviderId } from '@kiloclaw/platform-contract';

/**
 * For whom a call is made: an operation that somebody asked for, or a look of our own. A provider's rate is kept for
 * operations first; what looks find no place for is looked at later.
 */
export type CallPurpose = 'operation' | 'background';

/** Whose resources these are: the tags that every machine and volume carries. */
export interface InstanceTags {
  readonly fleetId: string;
  readonly instanceId: string;
  readonly userId: string;
  readonly sandboxId: string;
}

/** Ids and names of one instance's resources at its provider. Flat JSON; each adapter names its own keys. */
export type Resources = Readonly<Record<string, string | number | null>>;

export interface VolumeSpec {
  /** Null where volumes have no size. */
  readonly sizeGb: number | null;
  readonly region: string | null;
  /** The machine that is to fit beside the volume: a hint for placement. */
  readonly machineSize: MachineSize;
}

export interface MachineSpec {
  readonly size: MachineSize;
  readonly sizeSource: 'tier' | 'override';
  readonly region: string | null;
  readonly image: string;
  /** Environment and secrets, in the clear: lives for one call. */
  readonly env: Readonly<Record<string, string>>;
  readonly mountPath: string;
  readonly port: number;
  /** Keyed hash over image, env, secrets, mount and port: tells whether a machine was built from this very configuration. */
  readonly configurationFingerprint: string;
}

/** `transient`: on its way to another state. `unknown`: a word that this adapter does not know. */
export type ObservedMachineState = 'running' | 'stopped' | 'failed' | 'transient' | 'unknown';

export interface MachineObservation {
  readonly machineId: string;
  readonly state: ObservedMachineState;
  /** Null where it is not told, or told in a way that does not parse. */
  readonly size: MachineSize | null;
  /**
   * What the machine counts as where nobody has recorded its size, if that is not `size` itself: what is sold as a plan
   * may be the hardware of a smaller tier. Null where it could be several; absent where `size` says it all.
   */
  readonly nominalSize?: MachineSize | null;
  readonly sizeSource: 'tier' | 'override' | null;
  readonly configurationFingerprint: string | null;
  readonly endpoint: string | null;
  /** The volume that the machine is mounted on, as its own configuration tells; null where it tells none, or the volume does. */
  readonly mountedVolumeId: string | null;
  /** When it was last killed for want of memory; null where it was not, or where nothing tells. */
  readonly outOfMemoryAtMs: number | null;
}

/** `settled`: no longer on its way to another state, whichever it has come to. */
export interface MachineWait {
  readonly until: 'running' | 'stopped' | 'settled';
  readonly waitMs: number;
}

export interface VolumeObservation {
  readonly volumeId: string;
  /** Whole GB. Null where volumes have no size, or where it is told in a way that does not parse. */
  readonly sizeGb: number | null;
  /** The machines that it is mounted on, where the volume is what tells; null where it leaves that out. */
  readonly mountedOn?: readonly string[] | null;
}

/** Another size for a machine that is there. */
export interface SizeChange {
  readonly size: MachineSize;
  readonly sizeSource: 'tier' | 'override';
}

/** What growing a volume came to. */
export interface VolumeExtended {
  /** Whole GB in all. */
  readonly sizeGb: number;
  /** Whether the machine sees the new size only after a restart; true where that is not told. */
  readonly needsRestart: boolean;
}

/** How far the image of a machine to be made is; `percent` of 0 to 100, an estimate. */
export type ImageReadiness = { readonly ready: true } | { readonly ready: false; readonly percent: number };

/** What an effect taught: keys to set on the instance's resources. */
export type ResourcesLearned = Resources;

/** One resource of a fleet, as `listFleet` finds it. */
export interface FleetResource {
  readonly kind: 'machine' | 'volume';
  readonly id: string;
  readonly instanceId: string | null;
  /** Milliseconds since 1970; left out where the provider does not tell. */
  readonly createdAtMs?: number;
}

export interface Provider {
  readonly id: ProviderId;
  readonly capabilities: ProviderCapabilities;

  /** Deterministic names, before anything exists. Pure. */
  nameResources(tags: InstanceTags): Resources;
  /** The region to use where none was asked for, or null where the provider has none. Pure. */
  defaultRegion(): string | null;
  /** The size this provider will give for the one asked for; refuses (`host_too_small`) what it can't. No effect. */
  fitSize(asked: MachineSize): Promise<MachineSize>;

  /**
   * Makes what the instance's resources live in (an app, a project); nothing where the provider has no such thing.
   * Where the home is what has a region, it is the one asked for, else the default. Repeatable.
   */
  ensureHome(tags: InstanceTags, resources: Resources, region?: string | null): Promise<ResourcesLearned>;
  /** The instance's own volume, by id, tag or exact name; null only where the provider says that there is none. */
  findVolume(tags: InstanceTags, resources: Resources): Promise<ResourcesLearned | null>;
  createVolume(tags: InstanceTags, resources: Resources, spec: VolumeSpec): Promise<ResourcesLearned>;
  /** Deletes volumes of the instance's name other than the recorded one, where none of them is attached. */
  removeSurplusVolumes(tags: InstanceTags, resources: Resources): Promise<void>;
  /** One look at the recorded volume. Null: none is recorded, or the provider says 404, or that it is being destroyed. */
  observeVolume(tags: InstanceTags, resources: Resources): Promise<VolumeObservation | null>;
  /**
   * Grows the recorded volume to `sizeGb` in all; one that has reached it already is left as it is and is a success.
   * Providers without the capability `extendVolume` refuse (`invalid`).
   */
  extendVolume(tags: InstanceTags, resources: Resources, sizeGb: number): Promise<VolumeExtended>;

  /**
   * Copies the recorded volume to where there is room for `spec.machineSize`; what is learned names the copy as the
   * instance's volume. The one copied stays as it is, and is never taken for the instance's own again. Asked twice, it
   * finds its copy. Providers without the capability `forksVolume` refuse (`invalid`).
   */
  forkVolume(tags: InstanceTags, resources: Resources, spec: VolumeSpec): Promise<ResourcesLearned>;

  /**
   * Begins to fetch an image that the machine's host lacks, or looks how far that has come; never waits for its end.
   * Asked again until it is ready. Providers that fetch images while they make a machine have nothing to do.
   * Refuses (`invalid`) an image that can't be had.
   */
  ensureImage(tags: InstanceTags, resources: Resources, image: string): Promise<ImageReadiness>;
  findMachine(tags: InstanceTags, resources: Resources): Promise<ResourcesLearned | null>;
  createMachine(tags: InstanceTags, resources: Resources, spec: MachineSpec): Promise<ResourcesLearned>;
  /** Whether a machine built as `current` becomes `wanted` in place, or has to be made anew on the same volume. Pure. */
  machineChange(current: MachineBuild, wanted: MachineBuild): 'none' | 'update' | 'replace';
  /** Gives a stopped machine another size or configuration, and leaves it stopped. */
  updateMachine(tags: InstanceTags, resources: Resources, spec: MachineSpec): Promise<ResourcesLearned>;
  /**
   * Gives a machine another size and leaves everything else of it as it is: its configuration is read and written
   * back. A stopped one stays stopped; a running one is raised live where `sizeAppliesAt` is `live_upwards`, and must
   * not be asked elsewhere. Where there is no room (`host_full`), nothing has changed.
   */
  changeMachineSize(tags: InstanceTags, resources: Resources, change: SizeChange): Promise<ResourcesLearned>;
  /**
   * Keeps others from writing to the machine for a while, where the provider offers that: what is learned lets this
   * instance write all the same. `conflict` while somebody else holds it. It ends by itself soon after a crash.
   */
  holdMachine(tags: InstanceTags, resources: Resources): Promise<ResourcesLearned>;
  /** Lets go of what `holdMachine` took; a machine that nobody holds, or that is gone, is a success. */
  releaseMachine(tags: InstanceTags, resources: Resources): Promise<ResourcesLearned>;
  /** Asks it to start; on a running machine nothing happens. What is learned names another machine where it had to be made anew. */
  startMachine(tags: InstanceTags, resources: Resources): Promise<ResourcesLearned>;
  /** Asks it to stop; on a stopped or missing machine nothing happens. */
  stopMachine(tags: InstanceTags, resources: Resources): Promise<void>;
  /**
   * Looks once, waiting at the provider for at most `waitMs` where it offers that.
   * Null: no machine is recorded, or the provider says 404 for it.
   */
  observeMachine(
    tags: InstanceTags,
    resources: Resources,
    wait?: MachineWait,
  ): Promise<MachineObservation | null>;

  /** Deletes every machine of this instance, recorded or found by tag; none is a success. */
  deleteMachines(tags: InstanceTags, resources: Resources): Promise<void>;
  /** Deletes every volume of this instance, recorded or found by name or tag; none is a success. */
  deleteVolumes(tags: InstanceTags, resources: Resources): Promise<void>;
  /**
   * Deletes one machine of this instance, the recorded one or another; refuses (`invalid`) a foreign one.
   * One that is gone is a success.
   */
  deleteMachine(tags: InstanceTags, resources: Resources, machineId: string): Promise<void>;
  /**
   * Deletes one volume of this instance other than the recorded one; refuses (`invalid`) a foreign one and the
   * recorded one. One that is gone is a success.
   */
  deleteVolume(tags: InstanceTags, resources: Resources, volumeId: string): Promise<void>;
  /** Deletes the home; one that is gone is a success. */
  deleteHome(tags: InstanceTags, resources: Resources): Promise<void>;
  /** Every machine and volume of this instance that is there. An empty list is the proof that a destroy is over. */
  listOwned(tags: InstanceTags, resources: Resources): Promise<readonly FleetResource[]>;
  /** Every machine and volume of a fleet. */
  listFleet(fleetId: string): Promise<readonly FleetResource[]>;
}

/** What decides whether two builds of a machine are the same. */
export interface MachineBuild {
  readonly size: MachineSize;
  readonly sizeSource: 'tier' | 'override';
  /** Null where the machine's configuration is not known here, and stays as it is. */
  readonly configurationFingerprint: string | null;
}
