/**
 * The checkup of a fleet: what each instance's object, its row in the registry and its provider say, held against each
 * other. What lies at a provider without an instance is told by `orphans.ts`.
 */
import { z } from 'zod';
import { DRIFT_KINDS } from './drift.ts';
import { FlagSchema } from './requests.ts';
import {
  InstanceIdSchema,
  InstanceStatusSchema,
  ProviderIdSchema,
  RequestActorSchema,
  UserIdSchema,
} from './states.ts';

/** The most instances that one page asks. */
export const CHECKUP_PAGE_MAX = 200;
export const CHECKUP_PAGE_DEFAULT = 100;

/** What a checkup finds beside the drift that an instance knows of itself. */
export const CHECKUP_ONLY_KINDS = [
  /** The row has an override and the object none, or the other way round. */
  'phantom_override',
  /** The row is not the one that the object last wrote. */
  'row_differs',
  /** The registry has been behind for longer than a payment takes. */
  'registry_debt',
  /** The row names another owner than the object knows. */
  'owner_differs',
  /** The row is active, and the object holds nothing. */
  'record_lost',
  /** What the object holds does not validate. */
  'state_invalid',
  /** The object did not answer in time. */
  'no_answer',
  /** The alarm should have run long ago. */
  'alarm_late',
  /** The alarm was gone, and was set anew. */
  'alarm_repaired',
  'operation_stuck',
  /** It runs for longer than an operation has, and is not known to be stuck. */
  'operation_overdue',
  /** The look of this very checkup found the provider's side changed, and took it over into the record. */
  'adopted',
  /** The provider did not answer this checkup's look. */
  'provider_silent',
] as const;
export const CHECKUP_KINDS = [...CHECKUP_ONLY_KINDS, ...DRIFT_KINDS] as const;
export type CheckupKind = (typeof CHECKUP_KINDS)[number];

export const CheckupQuerySchema = z.strictObject({
  userId: UserIdSchema.optional().describe('Of this owner alone.'),
  provider: ProviderIdSchema.optional().describe('At this provider alone.'),
  cursor: InstanceIdSchema.optional().describe('The `nextCursor` of the page before.'),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(CHECKUP_PAGE_MAX)
    .default(CHECKUP_PAGE_DEFAULT)
    .describe('Instances a page.'),
  live: FlagSchema.optional().describe(
    'Each instance looks at its provider first, as far as the provider’s rate has room for that.',
  ),
});

export const CheckupFindingSchema = z
  .object({
    kind: z
      .string()
      .describe(
        `A word of this list, or of a later release: ${CHECKUP_KINDS.map((kind) => `\`${kind}\``).join(', ')}.`,
      ),
    since: z.iso.datetime().nullable().describe('Since when it is known; null where that is not known.'),
    details: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'CheckupFinding', description: 'Something that is not as it should be.' });
export type CheckupFinding = z.infer<typeof CheckupFindingSchema>;

export const CheckedInstanceSchema = z
  .object({
    instanceId: z.string(),
    userId: z.string(),
    name: z.string().nullable(),
    /** Text, like `status`: one row with a value that this release doesn't know must not spoil a page. */
    provider: z.string(),
    status: z.string(),
    findings: z.array(CheckupFindingSchema),
  })
  .meta({ id: 'CheckedInstance', description: 'An instance with findings.' });
export type CheckedInstance = z.infer<typeof CheckedInstanceSchema>;

export const CheckupPageSchema = z
  .object({
    checkedAt: z.iso.datetime(),
    checkedCount: z.int().describe('Instances that were asked for this page, healthy ones too.'),
    instances: z.array(CheckedInstanceSchema),
    looks: z.object({
      taken: z.int(),
      heldBack: z.int().describe('For the provider’s rate: what is told of these is of their last look.'),
      failed: z.int(),
      oldestAt: z.iso
        .datetime()
        .nullable()
        .describe('The oldest of those last looks; null where none was held back, or none is known.'),
    }),
    nextCursor: z.string().nullable(),
  })
  .meta({ id: 'CheckupPage' });
export type CheckupPage = z.infer<typeof CheckupPageSchema>;

export const CheckupFixBodySchema = z
  .strictObject({
    userId: UserIdSchema.describe('Whose instance it is.'),
    instanceId: InstanceIdSchema.describe('Another owner’s instance is not found.'),
    actor: RequestActorSchema.optional().describe('Who asks; else the name of the key, as `api`.'),
  })
  .meta({ id: 'CheckupFixBody' });

/** What a fix did of the things that lose nothing. */
export const CHECKUP_FIXES = [
  'record_restored',
  'alarm_set',
  /** The alarm's earlier repairs are told no more. */
  'alarm_repairs_noted',
  'row_rewritten',
  'operation_resumed',
] as const;
export const CheckupFixSchema = z.enum(CHECKUP_FIXES);
export type CheckupFix = z.infer<typeof CheckupFixSchema>;

export const CheckupFixAnswerSchema = z
  .object({
    instanceId: z.string(),
    status: InstanceStatusSchema,
    done: z.array(CheckupFixSchema),
    isPaid: z.boolean().describe('The registry has all that the instance tells.'),
  })
  .meta({ id: 'CheckupFixAnswer' });
export type CheckupFixAnswer = z.infer<typeof CheckupFixAnswerSchema>;
