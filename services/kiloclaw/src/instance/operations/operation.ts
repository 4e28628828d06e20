/** One operation as it is stored: its whole story is in its row, so that any process can go on with it. */
import {
  AdminSizeOverridePayloadSchema,
  InstanceTierKeySchema,
  MachineSizeSchema,
  resolveInstanceTypeFromState,
} from '@kiloclaw/instance-tiers';
import {
  ActorSchema,
  ErrorCodeSchema,
  OperationKindSchema,
  OperationStatusSchema,
  RepairableFindingSchema,
  StepStatusSchema,
} from '@kiloclaw/platform-contract';
import { z } from 'zod';
import { BuiltSchema, type InstanceState } from '../state.ts';

const InstantMs = z.int().nonnegative();

export const StepRecordSchema = z.looseObject({
  name: z.string(),
  status: StepStatusSchema,
  startedAt: InstantMs.nullable(),
  endedAt: InstantMs.nullable(),
  /** Tries that failed; a look that found the time not ripe is none. */
  failures: z.int().nonnegative(),
  /** Set while an effect was asked for and its outcome is not known: look before repeating. */
  unresolvedSince: InstantMs.nullable(),
  /** How far it was at the last look, where that is told. */
  progressPercent: z.int().min(0).max(100).optional(),
});
export type StepRecord = z.infer<typeof StepRecordSchema>;

export const FailureRecordSchema = z.looseObject({
  code: ErrorCodeSchema,
  message: z.string(),
  details: z.record(z.string(), z.unknown()).optional(),
});

/** What steps tell the ones after them. */
export const OperationFactsSchema = z.looseObject({
  /** What `locate_machine` last knew of the machine. */
  machine: z.enum(['absent', 'stopped', 'running']).optional(),
  /**
   * The size that this operation asks for, decided once, and what the provider will give for it. An override that is
   * set while a start is under way counts from the next one on.
   */
  fit: z
    .looseObject({ asked: MachineSizeSchema, given: MachineSizeSchema, source: z.enum(['tier', 'override']) })
    .optional(),
  /** Something of the instance is there already, or nobody could tell yet: nothing of it is this operation's to remove. */
  mayExist: z.boolean().optional(),
  /** Whether the machine ran when the operation found it: what was stopped stays stopped. */
  wasRunning: z.boolean().optional(),
  /** How often a machine that came to rest at once was started again. */
  startTries: z.int().nonnegative().optional(),
  /** The provider was away while the machine was down by this operation, and is asked again then: its time counts from there. */
  awayUntil: InstantMs.optional(),
  /** The operation itself has stopped a running machine: it is not left like that for an error that passes. */
  tookDown: z.boolean().optional(),
  /** What the machine was, as found, before the operation changed its size. */
  sizeBefore: BuiltSchema.optional(),
  /** The size that the machine ran on before, taken again since there was no room for the one asked for. */
  fallback: z.looseObject({ size: MachineSizeSchema, source: z.enum(['tier', 'override']) }).optional(),
  /** The host had no room for the machine, on any size that it may have: its volume is to be copied to another one. */
  isHostFull: z.boolean().optional(),
  /** The volume that this operation has left for its copy. */
  forkedFrom: z.string().optional(),
  /** The machine is mounted on a volume that was left for a copy: it is to be made anew on the copy. */
  isOnRetiredVolume: z.boolean().optional(),
  /** Others are kept from writing to the machine. */
  isHeld: z.boolean().optional(),
  /** It has failed, and its way back is only to let go of what it holds. */
  onlyLetsGo: z.boolean().optional(),
  /** The machine was changed, and the provider may not be done with it. */
  isUnsettled: z.boolean().optional(),
  /** The provider gives a machine its new size at once, running or not, and restarts it by itself. */
  appliesAtOnce: z.boolean().optional(),
  /** The running machine was given its size in place, and the provider brings it up on that. */
  rollsOut: z.boolean().optional(),
  /** The size was changed on the running machine: nothing is to be stopped and started. */
  raisedLive: z.boolean().optional(),
  /** The volume's size as the provider last told it, whole GB. */
  realVolumeSizeGb: z.int().positive().optional(),
  /** The machine sees its volume's new size only after a restart. */
  needsRestart: z.boolean().optional(),
  /** The volumes that were there before this operation made one: none of them is its own. */
  volumesBefore: z.array(z.string()).optional(),
  /** What a resize has cleared. */
  clearedOverride: AdminSizeOverridePayloadSchema.nullable().optional(),
  /** When an effect of this operation, or of one that it superseded, went without an answer. */
  ambiguousAt: InstantMs.optional(),
});
export type OperationFacts = z.infer<typeof OperationFactsSchema>;

/** Hardware at the moment of acceptance and at the end, for the timeline and the audit. */
export const HardwareSchema = z.looseObject({
  instanceType: z.string().nullable(),
  machineSize: MachineSizeSchema.nullable(),
  volumeSizeGb: z.int().nullable(),
});
export type Hardware = z.infer<typeof HardwareSchema>;

/** The billed hardware: no lent size is among it. */
export function hardwareOf(state: InstanceState): Hardware {
  return {
    instanceType: resolveInstanceTypeFromState(state),
    machineSize: state.machineSize,
    volumeSizeGb: state.volumeSizeGb,
  };
}

const AdoptedSchema = z.looseObject({
  what: z.string(),
  from: z.union([z.string(), z.number(), z.null()]),
  to: z.union([z.string(), z.number(), z.null()]),
});

/** What was asked, in the clear: nothing secret is among it. */
export const OperationParamsSchema = z.looseObject({
  start: z.boolean().optional(),
  /** The region that a provision was asked for; without it every region of the provider's may do. */
  region: z.string().optional(),
  apply: z.enum(['manual', 'now']).optional(),
  targetTier: InstanceTierKeySchema.optional(),
  targetSizeGb: z.int().positive().optional(),
  /** The override that was set, or the one before it was cleared. */
  override: AdminSizeOverridePayloadSchema.nullable().optional(),
  previousOverride: AdminSizeOverridePayloadSchema.nullable().optional(),
  /** The finding that a repair decides, and the choice that was taken. */
  finding: RepairableFindingSchema.optional(),
  choice: z.string().optional(),
  /** What the reconcile adopted: such a repair was over when it was stored. */
  adopted: z.array(AdoptedSchema).optional(),
});
export type OperationParams = z.infer<typeof OperationParamsSchema>;

export const OperationSchema = z.looseObject({
  id: z.uuid(),
  kind: OperationKindSchema,
  status: OperationStatusSchema,
  /** `undo`: the way forward has failed, and what was made is being removed. */
  phase: z.enum(['forward', 'undo']),
  actor: ActorSchema,
  requestId: z.string().nullable(),
  /** W3C Trace Context of the request that asked for it, where that was traced. */
  traceparent: z.string().optional(),
  params: OperationParamsSchema,
  idempotencyKey: z.string().nullable(),
  argumentsFingerprint: z.string(),
  /** The key that it was hashed with; absent of operations that were never hashed, or by the release before. */
  argumentsKeyId: z.string().optional(),
  /** Index of the step that is next. */
  position: z.int().nonnegative(),
  steps: z.array(StepRecordSchema),
  facts: OperationFactsSchema,
  nextAttemptAt: InstantMs,
  generation: z.int().nonnegative(),
  before: HardwareSchema.nullable(),
  after: HardwareSchema.nullable(),
  result: z.record(z.string(), z.unknown()).nullable(),
  error: FailureRecordSchema.nullable(),
  startedAt: InstantMs,
  endedAt: InstantMs.nullable(),
});
export type Operation = z.infer<typeof OperationSchema>;
