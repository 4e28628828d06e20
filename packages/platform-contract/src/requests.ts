/** What a caller may send. Strict: an unknown field is refused with its path. */
import {
  INSTANCE_TYPES,
  InstanceTierKeySchema,
  MachineSizeSchema,
  OverrideReasonSchema,
} from '@kiloclaw/instance-tiers';
import { z } from 'zod';
import { DRIFT_KINDS, RepairableFindingSchema } from './drift.ts';
import {
  InstanceIdSchema,
  InstanceStatusSchema,
  ProviderIdSchema,
  RequestActorSchema,
  UserIdSchema,
} from './states.ts';

export const ENV_MAX_ENTRIES = 200;
export const ENV_VALUE_MAX_LENGTH = 32_768;
export const OPERATIONS_PAGE_MAX = 200;
export const OPERATIONS_PAGE_DEFAULT = 50;
export const INSTANCES_PAGE_MAX = 200;
export const INSTANCES_PAGE_DEFAULT = 50;
export const SEARCH_TEXT_MAX_LENGTH = 254;
export const PROVISION_VOLUME_MAX_GB = 500;

const EnvSchema = z
  .record(
    z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, 'must be a name of letters, digits and _'),
    z.string().max(ENV_VALUE_MAX_LENGTH),
  )
  .refine(
    (env) => Object.keys(env).length <= ENV_MAX_ENTRIES,
    `must have at most ${ENV_MAX_ENTRIES} entries`,
  );

/** A host, path and tag or digest, as registries write them; no scheme, no spaces, no shell. */
const ImageReferenceSchema = z
  .string()
  .max(300)
  .regex(
    /^[a-z0-9]+([._-][a-z0-9]+)*(:[0-9]{1,5})?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*(:[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?(@sha256:[0-9a-f]{64})?$/,
    'must be an image reference such as ghcr.io/acme/gateway:1.4',
  );

const NameSchema = z.string().trim().min(1).max(100);
const RegionSchema = z.string().regex(/^[a-z0-9-]{2,32}$/, 'must be a region code such as fra');

const Caller = { userId: UserIdSchema.describe('Whose instance it is.') };
const Target = { ...Caller, instanceId: InstanceIdSchema.describe('Another owner’s instance is not found.') };
const Change = {
  actor: RequestActorSchema.optional().describe('Who asks; else the name of the key, as `api`.'),
};

export const ProvisionBodySchema = z
  .strictObject({
    ...Caller,
    ...Change,
    userEmail: z.email().max(254).optional().describe('Of a user that nobody knows yet.'),
    instanceId: InstanceIdSchema.optional().describe(
      'Chosen by the caller, or an existing one. Else one is made.',
    ),
    provider: ProviderIdSchema.optional().describe('Else the default of `/providers`.'),
    instanceType: InstanceTierKeySchema.optional().describe('Else the default of `/tiers`.'),
    machineSize: MachineSizeSchema.optional().describe('Instead of `instanceType`.'),
    volumeSizeGb: z
      .int()
      .min(1)
      .max(PROVISION_VOLUME_MAX_GB)
      .optional()
      .describe('Whole GB; goes with `machineSize`, a tier brings its own.'),
    region: RegionSchema.optional().describe('A region code of the provider. Else the configured one.'),
    name: NameSchema.optional().describe('For people.'),
    image: ImageReferenceSchema.optional().describe('Else the configured default.'),
    env: EnvSchema.optional().describe(`At most ${ENV_MAX_ENTRIES} variables of the machine.`),
    secrets: EnvSchema.optional().describe(
      `At most ${ENV_MAX_ENTRIES} more, kept encrypted and shown in no answer.`,
    ),
    start: z.boolean().optional().describe('False leaves it `provisioned`: a volume, and no machine yet.'),
  })
  .refine((body) => body.instanceType === undefined || body.machineSize === undefined, {
    path: ['machineSize'],
    error: 'give either instanceType or machineSize, not both',
  })
  .refine((body) => body.volumeSizeGb === undefined || body.machineSize !== undefined, {
    path: ['volumeSizeGb'],
    error: 'goes with machineSize only: a tier brings its own volume size',
  })
  .meta({ id: 'ProvisionBody' });
export type ProvisionBody = z.infer<typeof ProvisionBodySchema>;

export const InstanceActionBodySchema = z
  .strictObject({ ...Target, ...Change })
  .meta({ id: 'InstanceActionBody' });
export type InstanceActionBody = z.infer<typeof InstanceActionBodySchema>;

const Planned = {
  expectedPlanHash: z
    .string()
    .max(100)
    .optional()
    .describe('The `hash` of a plan: refused with `plan_stale` where the plan would be another one by now.'),
};
const DryRun = { dryRun: z.boolean().optional().describe('Answers the plan, and does nothing.') };
const Apply = {
  apply: z
    .enum(['manual', 'now'])
    .default('manual')
    .describe('`now` stops and starts a running machine; `manual` leaves that to somebody.'),
};

export const ResizeBodySchema = z
  .strictObject({
    ...Target,
    ...Change,
    ...Planned,
    ...DryRun,
    ...Apply,
    targetTier: InstanceTierKeySchema.describe('A larger one than its own: see `/tiers`.'),
  })
  .meta({ id: 'ResizeBody' });

export const VOLUME_MIN_GB = 1;
export const VOLUME_MAX_GB = 500;

/** The size's bounds are the policy's: they are refused with `volume_size_out_of_range`, after the gates. */
export const ExtendVolumeBodySchema = z
  .strictObject({
    ...Target,
    ...Change,
    ...Planned,
    ...DryRun,
    targetSizeGb: z
      .number()
      .describe(`The whole size, not the difference: whole GB, ${VOLUME_MIN_GB} to ${VOLUME_MAX_GB}.`),
    appName: z.string().min(1).max(100).optional().describe('Refused where it is not this instance’s.'),
    volumeId: z.string().min(1).max(100).optional().describe('Refused where it is not this instance’s.'),
  })
  .meta({ id: 'ExtendVolumeBody' });

/** Who lends, or takes back: never left to the key's name. */
const NamedActor = { actor: RequestActorSchema.describe('Which admin asks.') };

export const SetSizeOverrideBodySchema = z
  .strictObject({
    ...Target,
    ...NamedActor,
    ...Planned,
    ...DryRun,
    ...Apply,
    preset: z
      .string()
      .min(1)
      .max(100)
      .describe('One of the presets of `/tiers`; another one is refused with `preset_not_allowed`.'),
    reason: OverrideReasonSchema.describe('Why it is lent; admins read it.'),
    expiresAt: z.iso
      .datetime({ offset: true })
      .optional()
      .describe('RFC 3339, at most 30 days ahead; without it, lent until it is cleared.'),
  })
  .meta({ id: 'SetSizeOverrideBody' });

export const ClearSizeOverrideBodySchema = z
  .strictObject({
    ...Target,
    ...NamedActor,
    ...Planned,
    ...DryRun,
    ...Apply,
  })
  .meta({ id: 'ClearSizeOverrideBody' });

export const RepairBodySchema = z
  .strictObject({
    ...Target,
    ...Change,
    finding: RepairableFindingSchema.describe('A `kind` of `drift` in `/debug-status`.'),
    choice: z
      .string()
      .min(1)
      .max(200)
      .describe('One of the finding’s, with the id that it is about: `keep:<machine id>`.'),
  })
  .meta({ id: 'RepairBody' });

export const REPLACE_VOLUME_CONFIRMATION = 'data is lost';
export const ReplaceVolumeBodySchema = z
  .strictObject({
    ...Target,
    ...Change,
    confirm: z
      .literal(REPLACE_VOLUME_CONFIRMATION, {
        error: `must be "${REPLACE_VOLUME_CONFIRMATION}": the new volume is empty`,
      })
      .describe('Said in so many words: the new volume is empty.'),
  })
  .meta({ id: 'ReplaceVolumeBody' });

export const ScrubPersonBodySchema = z
  .strictObject({ userId: UserIdSchema.describe('Whose deletion is asked for.'), ...Change })
  .meta({ id: 'ScrubPersonBody' });

export const InstanceQuerySchema = z.strictObject(Target);

export const FlagSchema = z
  .enum(['0', '1', 'true', 'false'])
  .transform((flag) => flag === '1' || flag === 'true');

export const DebugStatusQuerySchema = z.strictObject({
  ...Target,
  live: FlagSchema.optional().describe('Looks at the provider first.'),
});

export const OperationsQuerySchema = z.strictObject({
  ...Target,
  cursor: z.string().max(100).optional().describe('The `nextCursor` of the page before.'),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(OPERATIONS_PAGE_MAX)
    .default(OPERATIONS_PAGE_DEFAULT)
    .describe('Operations a page.'),
});

/** The order of the registry's list; the id decides among equals. */
export const InstanceSortSchema = z.enum(['created_desc', 'created_asc', 'updated_desc', 'updated_asc']);
export type InstanceSort = z.infer<typeof InstanceSortSchema>;

/** In a question alone: instances whose type nobody knows. */
export const UNKNOWN_INSTANCE_TYPE = 'unknown';
/** In a question alone: instances with drift of whatever kind. */
export const ANY_DRIFT = 'any';

/** Filters of the registry's list, all of which must hold. Destroyed instances are shown for their status, or one by its id. */
export const InstancesQuerySchema = z.strictObject({
  userId: UserIdSchema.optional().describe('Of this owner alone.'),
  provider: ProviderIdSchema.optional().describe('At this provider alone.'),
  instanceType: z
    .enum([...INSTANCE_TYPES, UNKNOWN_INSTANCE_TYPE])
    .optional()
    .describe('`unknown`: those whose type nobody knows.'),
  status: InstanceStatusSchema.optional().describe('In this status alone.'),
  hasOverride: FlagSchema.optional().describe('With a lent size, or without.'),
  drift: z
    .enum([...DRIFT_KINDS, ANY_DRIFT])
    .optional()
    .describe('With this drift now; `any`: with drift of whatever kind.'),
  q: z
    .string()
    .trim()
    .min(1)
    .max(SEARCH_TEXT_MAX_LENGTH)
    .regex(/^\P{Cc}*$/u, 'must hold no control characters')
    .optional()
    .describe('A part of an e-mail address or a name, or an instance, sandbox or machine id.'),
  sort: InstanceSortSchema.default('created_desc').describe('The id decides among equals.'),
  cursor: z
    .string()
    .max(100)
    .optional()
    .describe('The `nextCursor` of the page before, under the same `sort`.'),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(INSTANCES_PAGE_MAX)
    .default(INSTANCES_PAGE_DEFAULT)
    .describe('Instances a page.'),
});
export type InstancesQuery = z.infer<typeof InstancesQuerySchema>;

export const OperationIdSchema = z.uuid();
/** Unique to the caller; kept for 24 h. */
export const IdempotencyKeySchema = z
  .string()
  .regex(/^[\x21-\x7e]{1,200}$/, 'must be 1–200 visible ASCII characters');
