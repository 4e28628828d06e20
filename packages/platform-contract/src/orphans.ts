/** What lies at a provider without an instance, what an instance lacks there, and the deletion of the former. */
import { z } from 'zod';
import { FailureSchema } from './errors.ts';
import { InstanceIdSchema, InstanceStatusSchema, ProviderIdSchema, RequestActorSchema } from './states.ts';

/** The most orphans, and the most instances without their resources, that one answer lists. */
export const ORPHANS_LIST_MAX = 500;
/** The most resources that one request deletes. */
export const ORPHANS_DELETE_MAX = 50;

export const OrphansQuerySchema = z.strictObject({
  provider: ProviderIdSchema.describe('Where to look.'),
});

const ResourceKindSchema = z.enum(['machine', 'volume']);

/** A resource as the list shows it: all of it is needed to name it. */
const NamedResourceSchema = z
  .strictObject({
    kind: ResourceKindSchema,
    id: z.string().min(1).max(200).describe('The provider’s.'),
    instanceId: InstanceIdSchema,
  })
  .meta({ id: 'NamedResource', description: 'A resource as the list of orphans shows it.' });

export const DeleteOrphansBodySchema = z
  .strictObject({
    provider: ProviderIdSchema.describe('Where they lie.'),
    resources: z
      .array(NamedResourceSchema)
      .min(1)
      .max(ORPHANS_DELETE_MAX)
      .describe('As `/orphans` lists them.'),
    actor: RequestActorSchema.describe('Which admin deletes them.'),
  })
  .meta({ id: 'DeleteOrphansBody' });

/**
 * `no_instance`: nobody has ever heard of the instance that it names. `destroyed_instance`: that one is gone.
 * `unattributed`: it bears the fleet's mark and names no instance, so that it can be deleted by hand alone.
 */
export const OrphanReasonSchema = z.enum(['no_instance', 'destroyed_instance', 'unattributed']);

export const OrphanSchema = z
  .object({
    kind: ResourceKindSchema,
    id: z.string(),
    instanceId: InstanceIdSchema.nullable(),
    reason: OrphanReasonSchema,
    createdAt: z.iso.datetime().nullable().describe('Null where the provider does not tell.'),
  })
  .meta({ id: 'Orphan' });
export type Orphan = z.infer<typeof OrphanSchema>;

/** An instance that the registry has, and of which the provider has less than there should be. */
export const BereftInstanceSchema = z
  .object({
    instanceId: z.string(),
    userId: z.string(),
    status: InstanceStatusSchema,
    missing: z.array(ResourceKindSchema),
  })
  .meta({ id: 'BereftInstance', description: 'An instance that lacks resources at its provider.' });
export type BereftInstance = z.infer<typeof BereftInstanceSchema>;

export const UnregisteredInstanceSchema = z
  .object({
    instanceId: InstanceIdSchema,
    resources: z.array(z.object({ kind: ResourceKindSchema, id: z.string() })),
  })
  .meta({
    id: 'UnregisteredInstance',
    description:
      'An instance that lives by its own word and has resources, and that the registry does not have. Its owner is not told.',
  });
export type UnregisteredInstance = z.infer<typeof UnregisteredInstanceSchema>;

export const CrowdedInstanceSchema = z
  .object({
    instanceId: InstanceIdSchema,
    userId: z.string(),
    resources: z.array(z.object({ kind: ResourceKindSchema, id: z.string() })),
  })
  .meta({
    id: 'CrowdedInstance',
    description:
      'An instance of which more than one machine, or more than one volume, is listed. Its own live look tells what of that is amiss.',
  });
export type CrowdedInstance = z.infer<typeof CrowdedInstanceSchema>;

export const OrphansViewSchema = z
  .object({
    provider: ProviderIdSchema,
    lookedAt: z.iso.datetime(),
    resourcesCount: z.int(),
    orphans: z.array(OrphanSchema),
    instances: z.array(BereftInstanceSchema),
    unregistered: z.array(UnregisteredInstanceSchema),
    crowded: z.array(CrowdedInstanceSchema),
    unverifiedCount: z
      .int()
      .describe('Instances that could not be asked just now: nothing of theirs is shown.'),
    isCutOff: z.boolean().describe('There are more than are listed: deal with these, then look again.'),
  })
  .meta({ id: 'OrphansView' });
export type OrphansView = z.infer<typeof OrphansViewSchema>;

/** `gone`: it was not there (any more). `refused`: it is no orphan of this fleet. `failed`: ask again. */
export const OrphanOutcomeSchema = z.enum(['deleted', 'gone', 'refused', 'failed']);
export type OrphanOutcome = z.infer<typeof OrphanOutcomeSchema>;

/** In the order of the request. */
export const DeleteOrphansAnswerSchema = z
  .object({
    results: z.array(
      z.object({
        kind: ResourceKindSchema,
        id: z.string(),
        instanceId: z.string(),
        outcome: OrphanOutcomeSchema,
        error: FailureSchema.nullable(),
      }),
    ),
  })
  .meta({ id: 'DeleteOrphansAnswer', description: 'In the order of the request.' });
export type DeleteOrphansAnswer = z.infer<typeof DeleteOrphansAnswerSchema>;
