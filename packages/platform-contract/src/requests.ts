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

const Caller = { userId: UserIdSchema };
const Target = { ...Caller, instanceId: InstanceIdSchema };
const Change = { actor: RequestActorSchema.optional() };

export const ProvisionBodySchema = z
  .strictObject({
    ...Caller,
    ...Change,
    userEmail: z.email().max(254).optional(),
    instanceId: InstanceIdSchema.optional(),
    provider: ProviderIdSchema.optional(),
    instanceType: InstanceTierKeySchema.optional(),
    machineSize: MachineSizeSchema.optional(),
    /** Whole GB; goes with a raw `machineSize`, a tier brings its own. */
    volumeSizeGb: z.int().min(1).max(PROVISION_VOLUME_MAX_GB).optional(),
    region: RegionSchema.optional(),
    name: NameSchema.optional(),
    image: ImageReferenceSchema.optional(),
    env: EnvSchema.optional(),
    secrets: EnvSchema.optional(),
    start: z.boolean().optional(),
  })
  .refine((body) => body.instanceType === undefined || body.machineSize === undefined, {
    path: ['machineSize'],
    error: 'give either instanceType or machineSize, not both',
  })
  .refine((body) => body.volumeSizeGb === undefined || body.machineSize !== undefined, {
    path: ['volumeSizeGb'],
    error: 'goes with machineSize only: a tier brings its own volume size',
  });
export type ProvisionBody = z.infer<typeof ProvisionBodySchema>;

export const InstanceActionBodySchema = z.strictObject({ ...Target, ...Change });
export type InstanceActionBody = z.infer<typeof InstanceActionBodySchema>;

/** The hash of a dry-run's plan: the change is refused (`plan_stale`) where the plan would be another one by now. */
const Planned = { expectedPlanHash: z.string().max(100).optional() };
const DryRun = { dryRun: z.boolean().optional() };
const Apply = { apply: z.enum(['manual', 'now']).default('manual') };

export const ResizeBodySchema = z.strictObject({
  ...Target,
  ...Change,
  ...Planned,
  ...DryRun,
  ...Apply,
  targetTier: InstanceTierKeySchema,
});

export const VOLUME_MIN_GB = 1;
export const VOLUME_MAX_GB = 500;

/** The size's bounds are the policy's: they are refused with `volume_size_out_of_range`, after the gates. */
export const ExtendVolumeBodySchema = z.strictObject({
  ...Target,
  ...Change,
  ...Planned,
  ...DryRun,
  targetSizeGb: z.number(),
  appName: z.string().min(1).max(100).optional(),
  volumeId: z.string().min(1).max(100).optional(),
});

/** Who lends, or takes back: never left to the key's name. */
const NamedActor = { actor: RequestActorSchema };

export const SetSizeOverrideBodySchema = z.strictObject({
  ...Target,
  ...NamedActor,
  ...Planned,
  ...DryRun,
  ...Apply,
  /** Which presets may be lent is policy: another one is refused with `preset_not_allowed`. */
  preset: z.string().min(1).max(100),
  reason: OverrideReasonSchema,
  expiresAt: z.iso.datetime({ offset: true }).optional(),
});

export const ClearSizeOverrideBodySchema = z.strictObject({
  ...Target,
  ...NamedActor,
  ...Planned,
  ...DryRun,
  ...Apply,
});

export const RepairBodySchema = z.strictObject({
  ...Target,
  ...Change,
  finding: RepairableFindingSchema,
  /** One of the finding's choices, with the id that it is about where it has one: `keep:<machine id>`. */
  choice: z.string().min(1).max(200),
});

export const REPLACE_VOLUME_CONFIRMATION = 'data is lost';
export const ReplaceVolumeBodySchema = z.strictObject({
  ...Target,
  ...Change,
  confirm: z.literal(REPLACE_VOLUME_CONFIRMATION, {
    error: `must be "${REPLACE_VOLUME_CONFIRMATION}": the new volume is empty`,
  }),
});

/** `userId` is whose deletion is asked for, `actor` who asks. */
export const ScrubPersonBodySchema = z.strictObject({ ...Caller, ...Change });

export const InstanceQuerySchema = z.strictObject(Target);

const FlagSchema = z.enum(['0', '1', 'true', 'false']).transform((flag) => flag === '1' || flag === 'true');

export const DebugStatusQuerySchema = z.strictObject({ ...Target, live: FlagSchema.optional() });

export const OperationsQuerySchema = z.strictObject({
  ...Target,
  cursor: z.string().max(100).optional(),
  limit: z.coerce.number().int().min(1).max(OPERATIONS_PAGE_MAX).default(OPERATIONS_PAGE_DEFAULT),
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
  userId: UserIdSchema.optional(),
  provider: ProviderIdSchema.optional(),
  instanceType: z.enum([...INSTANCE_TYPES, UNKNOWN_INSTANCE_TYPE]).optional(),
  status: InstanceStatusSchema.optional(),
  hasOverride: FlagSchema.optional(),
  /** A kind of drift that the instance has now. */
  drift: z.enum([...DRIFT_KINDS, ANY_DRIFT]).optional(),
  /** A part of an e-mail address or a name, or an instance, sandbox or machine id. */
  q: z
    .string()
    .trim()
    .min(1)
    .max(SEARCH_TEXT_MAX_LENGTH)
    .regex(/^\P{Cc}*$/u, 'must hold no control characters')
    .optional(),
  sort: InstanceSortSchema.default('created_desc'),
  /** The `nextCursor` of the page before, under the same `sort`. */
  cursor: z.string().max(100).optional(),
  limit: z.coerce.number().int().min(1).max(INSTANCES_PAGE_MAX).default(INSTANCES_PAGE_DEFAULT),
});
export type InstancesQuery = z.infer<typeof InstancesQuerySchema>;

export const OperationIdSchema = z.uuid();
/** Unique to the caller; kept for 24 h. */
export const IdempotencyKeySchema = z
  .string()
  .regex(/^[\x21-\x7e]{1,200}$/, 'must be 1–200 visible ASCII characters');
