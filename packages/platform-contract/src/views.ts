/** What the platform API answers. Answers are tolerant: a client ignores what it does not know. */
import {
  AdminSizeOverridePayloadSchema,
  InstanceTypeSchema,
  MachineSizeSchema,
} from '@kiloclaw/instance-tiers';
import { z } from 'zod';
import { ProviderCapabilitiesSchema } from './capabilities.ts';
import { FailureSchema } from './errors.ts';
import { GATED_ACTIONS } from './gates.ts';
import { OverridePhaseSchema, SizeOverrideViewSchema } from './override-view.ts';
import {
  ActorSchema,
  InstanceStatusSchema,
  OperationKindSchema,
  OperationStatusSchema,
  ProviderIdSchema,
  StepStatusSchema,
} from './states.ts';

/** RFC 3339, UTC. */
const InstantSchema = z.iso.datetime();

export const OperationStepViewSchema = z
  .object({
    name: z.string(),
    status: StepStatusSchema,
    startedAt: InstantSchema.nullable(),
    endedAt: InstantSchema.nullable(),
    progressPercent: z
      .int()
      .min(0)
      .max(100)
      .optional()
      .describe('Of a running step that tells how far it is.'),
  })
  .meta({ id: 'OperationStep' });

export const OperationViewSchema = z
  .object({
    id: z.uuid(),
    kind: OperationKindSchema,
    status: OperationStatusSchema,
    steps: z.array(OperationStepViewSchema),
    actor: ActorSchema,
    startedAt: InstantSchema,
    endedAt: InstantSchema.nullable(),
    error: FailureSchema.nullable(),
  })
  .meta({ id: 'Operation' });
export type OperationView = z.infer<typeof OperationViewSchema>;

export const OperationAnswerSchema = z
  .object({
    operation: OperationViewSchema,
    result: z.record(z.string(), z.unknown()).nullable(),
  })
  .meta({ id: 'OperationAnswer' });
export type OperationAnswer = z.infer<typeof OperationAnswerSchema>;

export const OperationPageSchema = z
  .object({
    items: z.array(OperationAnswerSchema),
    nextCursor: z.string().nullable(),
  })
  .meta({ id: 'OperationPage' });
export type OperationPage = z.infer<typeof OperationPageSchema>;

/** Safe for the customer to see: holds no trace of an override, nor a provider's id. */
export const StatusViewSchema = z
  .object({
    userId: z.string(),
    instanceId: z.uuid(),
    sandboxId: z.string().describe('The name that it bears at its provider.'),
    name: z.string().nullable(),
    provider: ProviderIdSchema,
    region: z.string().nullable(),
    status: InstanceStatusSchema,
    instanceType: InstanceTypeSchema.nullable(),
    machineSize: MachineSizeSchema.nullable().describe(
      'The billed one, whatever the machine was started with.',
    ),
    volumeSizeGb: z.int().nullable(),
    endpoint: z.string().nullable().describe('Where the machine is reached, or null.'),
    createdAt: InstantSchema,
    startedAt: InstantSchema.nullable(),
    stoppedAt: InstantSchema.nullable(),
    operation: z
      .object({
        id: z.uuid(),
        kind: OperationKindSchema,
        step: z.string().nullable(),
        startedAt: InstantSchema,
      })
      .nullable(),
  })
  .meta({
    id: 'StatusView',
    description: 'An instance as its customer may see it: no trace of a lent size, nor a provider’s id.',
  });
export type StatusView = z.infer<typeof StatusViewSchema>;

export const AppliedSizeSchema = z
  .object({
    asked: MachineSizeSchema,
    given: MachineSizeSchema,
    source: z.enum(['tier', 'override']),
    shortfall: z
      .enum(['clamped', 'no_room'])
      .nullable()
      .describe('Why another size was given than was asked for, or null where it was not.'),
  })
  .meta({ id: 'AppliedSize', description: 'The size that the machine was last started with.' });

/** What decides on the machine's size, and what the next restart will do. */
export const WhyThisSizeSchema = z
  .object({
    sentence: z.string(),
    billed: z.object({
      instanceType: InstanceTypeSchema.nullable(),
      machineSize: MachineSizeSchema.nullable(),
    }),
    override: SizeOverrideViewSchema.nullable(),
    overridePhase: OverridePhaseSchema,
    applied: AppliedSizeSchema.nullable(),
    observed: z.object({ at: InstantSchema, machineSize: MachineSizeSchema.nullable() }).nullable(),
    decides: z.enum(['tier', 'override', 'unknown']),
    outOfMemoryAt: InstantSchema.nullable().describe(
      'When the machine was killed for want of memory on the size that it still has; null where it was not.',
    ),
    nextRestart: z
      .object({ machineSize: MachineSizeSchema.nullable(), changes: z.boolean() })
      .describe('The size after the next restart, and whether it is another than now.'),
  })
  .meta({
    id: 'WhyThisSize',
    description: 'What decides on the machine’s size, and what the next restart will do.',
  });
export type WhyThisSize = z.infer<typeof WhyThisSizeSchema>;

export const ObservationViewSchema = z
  .object({
    at: InstantSchema,
    machineState: z.string(),
    machineSize: MachineSizeSchema.nullable(),
    volumeSizeGb: z.int().nullable(),
  })
  .meta({ id: 'Observation', description: 'What the last look at the provider saw.' });

const GateAnswerSchema = z.object({
  allowed: z.boolean(),
  reason: z.string().nullable(),
  message: z.string().nullable(),
});

export const DebugViewSchema = StatusViewSchema.extend({
  sizeOverride: SizeOverrideViewSchema.nullable().describe(
    'As it is stored; whether it still counts is told by `whyThisSize`.',
  ),
  effectiveSize: MachineSizeSchema.nullable().describe(
    'What the next start gives it: the lent size, else the billed one.',
  ),
  applied: AppliedSizeSchema.nullable().describe(
    'What the machine was last started with; null where nobody knows.',
  ),
  pendingRestart: z
    .boolean()
    .describe('It runs with another size than the effective one: a restart would change it.'),
  whyThisSize: WhyThisSizeSchema,
  actions: z.record(z.enum(GATED_ACTIONS), GateAnswerSchema),
  capabilities: ProviderCapabilitiesSchema.describe(
    'What the instance’s provider can do: wording and dialogs go by it.',
  ),
  providerState: z.record(z.string(), z.unknown()).describe('The provider’s ids of what is the instance’s.'),
  lastObservation: ObservationViewSchema.nullable(),
  lastOutOfMemoryAt: InstantSchema.nullable().describe(
    'When the machine was last killed for want of memory, whatever its size was then.',
  ),
  drift: z.array(
    z.object({ kind: z.string(), since: InstantSchema, details: z.record(z.string(), z.unknown()) }),
  ),
  registry: z.object({
    version: z.int().describe('How often the instance’s row has changed.'),
    syncedVersion: z.int().describe('The version that has arrived in Postgres.'),
    auditRowsWaiting: z.int(),
    trackedImageTag: z.string().nullable(),
    updatedAt: InstantSchema,
    destroyedAt: InstantSchema.nullable(),
  }),
  generation: z.int().describe('Grows with each operation that is accepted.'),
  nextAlarmAt: InstantSchema.nullable().describe('When it next looks after itself.'),
  stateError: z.string().nullable().describe('Why the stored record can’t be trusted, or null.'),
}).meta({ id: 'DebugView', description: 'All that there is to know of an instance, for admins.' });
export type DebugView = z.infer<typeof DebugViewSchema>;

/** A row of the registry as an admin sees it. It may be behind the instance, whose own word is debug-status. */
export const ListedInstanceSchema = z
  .object({
    instanceId: z.string(),
    userId: z.string(),
    userEmail: z.string().nullable(),
    sandboxId: z.string(),
    name: z.string().nullable(),
    provider: z
      .string()
      .describe(
        'Text, like `status`: one row with a value that this release doesn’t know must not spoil a page.',
      ),
    region: z.string().nullable(),
    status: z.string(),
    instanceType: InstanceTypeSchema.nullable(),
    machineSize: MachineSizeSchema.nullable().describe('The billed one.'),
    volumeSizeGb: z.int().nullable(),
    sizeOverride: AdminSizeOverridePayloadSchema.nullable().describe(
      'As it is stored, past its `expiresAt` too: the reader compares that with the clock.',
    ),
    sizeOverrideUnreadable: z
      .boolean()
      .describe('There is an override that does not parse; `sizeOverride` is null then.'),
    driftKinds: z.array(z.string()),
    machineId: z.string().nullable(),
    imageTag: z.string().nullable(),
    registryVersion: z.int(),
    createdAt: InstantSchema,
    updatedAt: InstantSchema,
    destroyedAt: InstantSchema.nullable(),
  })
  .meta({
    id: 'ListedInstance',
    description: 'A row of the registry. It may be behind the instance by moments.',
  });
export type ListedInstance = z.infer<typeof ListedInstanceSchema>;

/** In the order that `sort` asked for, then by id. `total` is exact; where `totalIsCapped`, there are more than that. */
export const InstancePageSchema = z
  .object({
    items: z.array(ListedInstanceSchema),
    nextCursor: z.string().nullable(),
    total: z.int(),
    totalIsCapped: z.boolean(),
  })
  .meta({ id: 'InstancePage' });
export type InstancePage = z.infer<typeof InstancePageSchema>;

/** The most ids that the answer of a deletion lists. */
export const PENDING_LIST_MAX = 100;

/** What this call has done of the deletion of a person: counts and ids, never what was deleted. */
export const ScrubPersonAnswerSchema = z
  .object({
    userId: z.string(),
    sessionsEnded: z.int(),
    instancesDestroyed: z.int().describe('Their own instances that are gone now.'),
    overridesCleared: z.int().describe('Overrides that ended with those, or stood on closed rows.'),
    overridesAnonymised: z
      .int()
      .describe(
        'Overrides of others’ instances that they had set: still in force, as set by a deleted admin.',
      ),
    operationsScrubbed: z
      .int()
      .describe(
        'Operations in timelines, and rows of the audit log, that told of such an override or of their requests.',
      ),
    auditRowsScrubbed: z.int(),
    pending: z
      .array(z.string())
      .describe(
        `Instances whose destroy is still under way, at most ${PENDING_LIST_MAX}; it goes on by itself.`,
      ),
    pendingCount: z.int(),
    isFinished: z
      .boolean()
      .describe(
        'False where it has to be asked for again: instances are pending, or there are more than one call takes.',
      ),
  })
  .meta({
    id: 'ScrubPersonAnswer',
    description: 'What this call has done: counts and ids, never what was deleted.',
  });
export type ScrubPersonAnswer = z.infer<typeof ScrubPersonAnswerSchema>;
