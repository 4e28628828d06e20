/**
 * What the Worker and an instance's object say to each other. Both may be of different releases for minutes:
 * every argument carries its version, and changes are additive.
 */
import type { InstanceRow } from '@kiloclaw/db';
import type { InstanceTierKey, MachineSize } from '@kiloclaw/instance-tiers';
import type {
  Actor,
  CheckupFix,
  DebugView,
  InstanceStatus,
  OperationAnswer,
  OperationKind,
  OperationPage,
  PlanAnswer,
  ProviderId,
  RepairableFinding,
  Result,
  StatusView,
} from '@kiloclaw/platform-contract';

export interface Caller {
  readonly v: 1;
  readonly instanceId: string;
  /** The owner that the caller names: checked before anything else. */
  readonly userId: string;
  readonly actor: Actor;
  readonly requestId: string;
  /** W3C Trace Context of the request, where it is traced. */
  readonly traceparent?: string;
}

export interface ChangeCall {
  readonly caller: Caller;
  readonly kind: 'start' | 'stop' | 'restart' | 'destroy';
  readonly idempotencyKey: string;
  readonly waitMs: number;
}

/** What was asked of the admin is in the request alone: it is checked at the boundary. */
export interface ReplaceVolumeCall {
  readonly caller: Caller;
  readonly idempotencyKey: string;
  readonly waitMs: number;
}

export interface RepairCall extends ReplaceVolumeCall {
  readonly finding: RepairableFinding;
  /** `remount`, `keep:<machine id>` or `delete:<volume id>`. */
  readonly choice: string;
}

/** The registry's word on an instance, as a sweep over it found it. */
export interface SweepCall {
  readonly caller: Caller;
  readonly row: InstanceRow;
}

export interface SweepAnswer {
  readonly alarmRepaired: boolean;
  /** The row was not the one that was last written: it is written anew. */
  readonly rowDiffered: boolean;
}

export interface CheckupCall {
  readonly caller: Caller;
  /** The instance looks at its provider first. */
  readonly live: boolean;
}

/** What an instance tells a checkup. Times are milliseconds since 1970. */
export interface CheckupFacts {
  /** The object's own time. */
  readonly now: number;
  readonly registry: {
    /** As the object would write it, with the version that it is owed as. */
    readonly row: InstanceRow;
    readonly syncedVersion: number;
    readonly auditRowsOwed: number;
    /** Null where nothing is owed. */
    readonly owedSince: number | null;
  };
  readonly alarm: {
    /** Null where none is set, or it is running. */
    readonly at: number | null;
    /** How far apart alarms are as things stand. */
    readonly cadenceMs: number;
    /** Null where it was never found gone, or that has been taken note of. */
    readonly repairs: { readonly times: number; readonly lastAt: number } | null;
  };
  readonly operation: {
    readonly id: string;
    readonly kind: OperationKind;
    readonly isStuck: boolean;
    readonly step: string | null;
    readonly startedAt: number;
    readonly countedFrom: number;
    readonly message: string | null;
  } | null;
  readonly drift: readonly {
    readonly kind: string;
    readonly since: number;
    readonly details: Readonly<Record<string, unknown>>;
  }[];
  readonly look: {
    /** `held_back`: for the provider's rate. `failed`: it did not answer. `none`: not asked for, or nothing to look at. */
    readonly outcome: 'taken' | 'held_back' | 'failed' | 'none';
    /** Of the newest look that is known; null where none is. */
    readonly at: number | null;
  };
  /** What the look took over into the record. */
  readonly adopted: readonly {
    readonly what: string;
    readonly from: string | number | null;
    readonly to: string | number | null;
  }[];
}

export interface CheckupFixCall {
  readonly caller: Caller;
  /** The registry's word; null where it has none. */
  readonly row: InstanceRow | null;
}

export interface FixAnswer {
  readonly status: InstanceStatus;
  readonly done: readonly CheckupFix[];
  readonly isPaid: boolean;
}

/** Whether anything lives in an object: asked of any id, by whoever knows no owner, and told nobody else. */
export interface PresenceCall {
  readonly v: 1;
}

/** `none`: it holds nothing. `destroyed`: a tombstone. Whatever can't be read counts as `live`. */
export type Presence = 'none' | 'live' | 'destroyed';

/** The deletion of a person: `caller` names the instance and its owner as ever. */
export interface ScrubCall {
  readonly caller: Caller;
  /** The owner, or an admin who has lent a size here. */
  readonly personId: string;
}

export interface ScrubAnswer {
  /** Null where the object holds no sound record. */
  readonly status: InstanceStatus | null;
  /** Overrides in force that have lost their admin, operations, and audit rows still owed that were rewritten. */
  readonly overrides: number;
  readonly operations: number;
  readonly auditRows: number;
  /** Read back: nothing in the object names the person as an admin of an override. */
  readonly isForgotten: boolean;
  /** The registry has all that the instance tells. */
  readonly isPaid: boolean;
}

/** What an instance holds sealed: told, and with `reseal` sealed anew by the current key. */
export interface SealingCall {
  readonly caller: Caller;
  readonly reseal: boolean;
}

export interface SealingAnswer {
  /** How many stored texts each key seals now, by its id. */
  readonly keys: Readonly<Record<string, number>>;
  /** How many were sealed anew by this call. */
  readonly resealed: number;
}

/** What every change of hardware can be asked with. */
interface HardwareCall {
  readonly caller: Caller;
  readonly idempotencyKey: string;
  readonly waitMs: number;
  /** The plan alone is wanted: nothing happens. */
  readonly dryRun: boolean;
  /** The plan that the caller was shown, or null. */
  readonly expectedPlanHash: string | null;
}

export interface ResizeCall extends HardwareCall {
  readonly targetTier: InstanceTierKey;
  readonly apply: 'manual' | 'now';
}

export interface SetSizeOverrideCall extends HardwareCall {
  /** Any machine size; null where the boundary, which says what may be lent, knows none of the named preset. */
  readonly machineSize: MachineSize | null;
  /** As it was named. */
  readonly preset: string | null;
  readonly reason: string;
  /** RFC 3339, or null where the override has no end. */
  readonly expiresAt: string | null;
  readonly apply: 'manual' | 'now';
}

export interface ClearSizeOverrideCall extends HardwareCall {
  readonly apply: 'manual' | 'now';
}

export interface ExtendVolumeCall extends HardwareCall {
  /** Whole GB in all. */
  readonly targetSizeGb: number;
  readonly appName: string | null;
  readonly volumeId: string | null;
}

/** A dry-run's plan, or the operation. */
export type HardwareAnswer = PlanAnswer | OperationAnswer;

export interface ProvisionCall {
  readonly caller: Caller;
  readonly instanceId: string;
  /** The caller named the id itself: somebody else may have named it before. */
  readonly instanceIdIsNamed: boolean;
  readonly idempotencyKey: string;
  readonly waitMs: number;
  readonly userEmail: string | null;
  /** What the caller named; null where it named nothing. */
  readonly provider: ProviderId | null;
  readonly instanceType: string | null;
  readonly machineSize: MachineSize | null;
  readonly volumeSizeGb: number | null;
  readonly region: string | null;
  readonly name: string | null;
  readonly image: string | null;
  readonly env: Readonly<Record<string, string>> | null;
  readonly secrets: Readonly<Record<string, string>> | null;
  readonly start: boolean | null;
}

export interface ProvisionAnswer {
  readonly isNew: boolean;
  readonly operation: OperationAnswer;
  readonly status: StatusView;
}

export interface InstanceRpc {
  provision(call: ProvisionCall): Promise<Result<ProvisionAnswer>>;
  change(call: ChangeCall): Promise<Result<OperationAnswer>>;
  resizeMachine(call: ResizeCall): Promise<Result<HardwareAnswer>>;
  setAdminMachineSizeOverride(call: SetSizeOverrideCall): Promise<Result<HardwareAnswer>>;
  clearAdminMachineSizeOverride(call: ClearSizeOverrideCall): Promise<Result<HardwareAnswer>>;
  extendVolume(call: ExtendVolumeCall): Promise<Result<HardwareAnswer>>;
  repairInstance(call: RepairCall): Promise<Result<OperationAnswer>>;
  replaceVolume(call: ReplaceVolumeCall): Promise<Result<OperationAnswer>>;
  sweep(call: SweepCall): Promise<Result<SweepAnswer>>;
  checkUp(call: CheckupCall): Promise<Result<CheckupFacts | null>>;
  fixCheckup(call: CheckupFixCall): Promise<Result<FixAnswer>>;
  presence(call: PresenceCall): Promise<Presence>;
  scrubPerson(call: ScrubCall): Promise<Result<ScrubAnswer>>;
  sealing(call: SealingCall): Promise<Result<SealingAnswer>>;
  getStatus(caller: Caller): Promise<Result<StatusView>>;
  getDebugState(caller: Caller, options: { readonly live: boolean }): Promise<Result<DebugView>>;
  listOperations(
    caller: Caller,
    page: { readonly cursor: string | null; readonly limit: number },
  ): Promise<Result<OperationPage>>;
  getOperation(caller: Caller, operationId: string): Promise<Result<OperationAnswer>>;
  retryOperation(caller: Caller, operationId: string, waitMs: number): Promise<Result<OperationAnswer>>;
}
