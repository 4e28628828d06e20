/** What the deletion of a person would do, shown before it is confirmed. Reads alone; the web's role may do it. */
import { MachineSizeSchema } from '@kiloclaw/instance-tiers';
import { sql } from 'drizzle-orm';
import { z } from 'zod';
import type { RegistryDb } from '../client.ts';
import { answered } from './registry-failure.ts';

/** Entries of each list; the counts beside them are of all. */
export const PREVIEW_LIST_MAX = 50;

const CountSchema = z.coerce.number().int().nonnegative();
const InstanceSchema = z.object({
  id: z.string(),
  name: z.string().nullable(),
  provider: z.string(),
  status: z.string(),
});
const OverrideSchema = z.object({
  instanceId: z.string(),
  /** Null where the stored override can't be read. */
  machineSize: MachineSizeSchema.nullable().catch(null),
});

const PreviewSchema = z.object({
  instancesToDestroy: z.array(InstanceSchema),
  instancesToDestroyCount: CountSchema,
  /** Instances of theirs that were destroyed before. */
  closedInstances: CountSchema,
  /** They stay in force, as set by a deleted admin. */
  overridesInForceSetByThem: z.array(OverrideSchema),
  overridesInForceSetByThemCount: CountSchema,
  sessions: CountSchema,
  /** Such a deletion is refused: nobody would be left who can sign in and make another. */
  isLastAdmin: z.boolean(),
  isDeleted: z.boolean(),
});
export type DeletionPreview = z.infer<typeof PreviewSchema>;

/** Null for somebody whom the registry does not know. Lists are bounded by `PREVIEW_LIST_MAX`. Throws `RegistryUnavailable`. */
export async function deletionPreview(db: RegistryDb, userId: string): Promise<DeletionPreview | null> {
  const rows = await answered(() => db.execute(previewQuery(userId)));
  const [found] = z.array(z.object({ preview: PreviewSchema })).parse(rows);
  return found?.preview ?? null;
}

function previewQuery(userId: string) {
  const open = sql`FROM kiloclaw_instances WHERE user_id = ${userId} AND destroyed_at IS NULL`;
  const lent = sql`FROM kiloclaw_instances
    WHERE admin_size_override IS NOT NULL AND destroyed_at IS NULL AND admin_size_override ->> 'actorId' = ${userId}`;
  return sql`
    SELECT jsonb_build_object(
      'instancesToDestroy', coalesce((SELECT jsonb_agg(listed) FROM (
        SELECT id, name, provider, status ${open} ORDER BY created_at DESC, id DESC LIMIT ${PREVIEW_LIST_MAX}) AS listed), '[]'),
      'instancesToDestroyCount', (SELECT count(*) ${open}),
      'closedInstances', (SELECT count(*) FROM kiloclaw_instances
        WHERE user_id = ${userId} AND destroyed_at IS NOT NULL),
      'overridesInForceSetByThem', coalesce((SELECT jsonb_agg(listed) FROM (
        SELECT id AS "instanceId", admin_size_override -> 'machineSize' AS "machineSize"
        ${lent} ORDER BY created_at DESC, id DESC LIMIT ${PREVIEW_LIST_MAX}) AS listed), '[]'),
      'overridesInForceSetByThemCount', (SELECT count(*) ${lent}),
      'sessions', (SELECT count(*) FROM sessions WHERE user_id = person.id AND expires_at > now()),
      'isLastAdmin', person.role = 'admin' AND person.deleted_at IS NULL AND NOT EXISTS (
        SELECT FROM users AS other WHERE other.role = 'admin' AND other.deleted_at IS NULL AND NOT other.banned
          AND other.id <> person.id AND EXISTS (SELECT FROM accounts WHERE accounts.user_id = other.id)),
      'isDeleted', person.deleted_at IS NOT NULL
    ) AS preview FROM users AS person WHERE person.id = ${userId}`;
}
