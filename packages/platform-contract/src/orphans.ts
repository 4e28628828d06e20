/** What lies at a provider without an instance, what an instance lacks there, and the deletion of the former. */
import { z } from 'zod';
import { FailureSchema } from './errors.ts';
import { InstanceIdSchema, InstanceStatusSchema, ProviderIdSchema, RequestActorSchema } from './states.ts';

/** The most orphans, and the most instances without their resources, that one answer lists. */
export const ORPHANS_LIST_MAX = 500;
/** The most resources that one request deletes. */
export const ORPHANS_DELETE_MAX = 50;

export const OrphansQuerySchema = z.strictObject({ provider: ProviderIdSchema });

const ResourceKindSchema = z.enum(['machine', 'volume']);

/** A resource as the list shows it: all of it is needed to name it. */
const NamedResourceSchema = z.strictObject({
  kind: ResourceKindSchema,
  id: z.string().min(1).max(200),
  instanceId: InstanceIdSchema,
});

export const DeleteOrphansBodySchema = z.strictObject({
  provider: ProviderIdSchema,
  resources: z.array(NamedResourceSchema).min(1).max(ORPHANS_DELETE_MAX),
  actor: RequestActorSchema,
});

/**
 * `no_instance`: nobody has ever heard of the instance that it names. `destroyed_instance`: that one is gone.
 * `unattributed`: it bears the fleet's mark and names no instance, so that it can be deleted by hand alone.
 */
export const OrphanReasonSchema = z.enum(['no_instance', 'destroyed_instance', 'unattributed']);

export const OrphanSchema = z.object({
  kind: ResourceKindSchema,
  id: z.string(),
  instanceId: InstanceIdSchema.nullable(),
  reason: OrphanReasonSchema,
  /** Null where the provider does not tell. */
  createdAt: z.iso.datetime().nullable(),
});
export type Orphan = z.infer<typeof OrphanSchema>;

/** An instance that the registry has, and of which the provider has less than there should be. */
export const BereftInstanceSchema = z.object({
  instanceId: z.string(),
  userId: z.string(),
  status: InstanceStatusSchema,
  missing: z.array(ResourceKindSchema),
});
export type BereftInstance = z.infer<typeof BereftInstanceSchema>;

export const OrphansViewSchema = z.object({
  provider: ProviderIdSchema,
  lookedAt: z.iso.datetime(),
  resourcesCount: z.int(),
  orphans: z.array(OrphanSchema),
  instances: z.array(BereftInstanceSchema),
  /** Instances that could not be asked just now: nothing of theirs is shown. */
  unverifiedCount: z.int(),
  /** There are more than are listed: deal with these, then look again. */
  isCutOff: z.boolean(),
});
export type OrphansView = z.infer<typeof OrphansViewSchema>;

/** `gone`: it was not there (any more). `refused`: it is no orphan of this fleet. `failed`: ask again. */
export const OrphanOutcomeSchema = z.enum(['deleted', 'gone', 'refused', 'failed']);
export type OrphanOutcome = z.infer<typeof OrphanOutcomeSchema>;

/** In the order of the request. */
export const DeleteOrphansAnswerSchema = z.object({
  results: z.array(
    z.object({
      kind: ResourceKindSchema,
      id: z.string(),
      instanceId: z.string(),
      outcome: OrphanOutcomeSchema,
      error: FailureSchema.nullable(),
    }),
  ),
});
export type DeleteOrphansAnswer = z.infer<typeof DeleteOrphansAnswerSchema>;
