/**
 * The deletion of a person in Postgres: functions of the migration `person-deletion`, which the control plane may call
 * though it has no right to what they change. Each is one statement, can be repeated, and throws `RegistryUnavailable`.
 */
import { type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { RegistryDb } from '../client.ts';
import type { AuditRow } from '../rows.ts';
import { answered } from './registry-failure.ts';

export const DELETION_PAGE_MAX = 500;

const CountSchema = z.coerce.number().int().nonnegative();

const BegunSchema = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('unknown') }),
  z.object({ outcome: z.literal('last_admin') }),
  z.object({
    outcome: z.literal('begun'),
    sessionsEnded: CountSchema,
    accountsRemoved: CountSchema,
    linksRemoved: CountSchema,
  }),
]);
/** `unknown` and `last_admin` are refusals: nothing was changed, and the attempt is in the audit log. */
export type BegunDeletion = z.infer<typeof BegunSchema>;

/** Who asks for a deletion, and the id of the audit row that says so. */
export type DeletionAsked = Pick<AuditRow, 'id' | 'actorKind' | 'actorId' | 'requestId'>;

/**
 * Begins the deletion: sign-in, name and addresses are gone, and whatever arrives from here on is stored without the
 * person. Of somebody who is deleted already it ends what came up since.
 */
export async function beginPersonDeletion(
  db: RegistryDb,
  personId: string,
  { id, actorKind, actorId, requestId }: DeletionAsked,
): Promise<BegunDeletion> {
  const begin = sql`begin_person_deletion(${personId}, ${id}, ${actorKind}, ${actorId}, ${requestId})`;
  return BegunSchema.parse(await call(db, begin));
}

const TargetSchema = z.object({
  instanceId: z.string(),
  /** The owner. */
  userId: z.string(),
  isOwn: z.boolean(),
  isClosed: z.boolean(),
  hasOverride: z.boolean(),
});
/** An instance whose object is to forget the person: their own, or one that they lent a size to. */
export type DeletionTarget = z.infer<typeof TargetSchema>;

/**
 * The instances that still know the person, in the order of their ids: their own that are not closed or still hold a name,
 * those whose row names them as admin, and those of which the audit log holds an override of theirs, in force or ended.
 * What `scrubPersonRows` has been called for is not among them. Fewer than `limit` are the last ones.
 */
export async function deletionTargets(
  db: RegistryDb,
  personId: string,
  { afterId, limit }: { readonly afterId: string | null; readonly limit: number },
): Promise<DeletionTarget[]> {
  if (!Number.isInteger(limit) || limit < 1 || limit > DELETION_PAGE_MAX)
    throw new RangeError(`A page holds 1 to ${DELETION_PAGE_MAX} instances, not ${limit}.`);
  const found = await answered(() =>
    db.execute(sql`
      SELECT known.id AS "instanceId", coalesce(row.user_id, known.user_id) AS "userId",
        coalesce(row.user_id, known.user_id) = ${personId} AS "isOwn", row.destroyed_at IS NOT NULL AS "isClosed",
        row.admin_size_override IS NOT NULL AS "hasOverride"
      FROM (
        SELECT id, max(user_id) AS user_id FROM (
          SELECT id, user_id FROM kiloclaw_instances WHERE user_id = ${personId}
            AND (destroyed_at IS NULL OR num_nonnulls(name, tracked_image_tag, admin_size_override) > 0)
          UNION ALL
          SELECT id, user_id FROM kiloclaw_instances WHERE admin_size_override ->> 'actorId' = ${personId}
          UNION ALL
          SELECT instance_id, target_user_id FROM audit_log
          WHERE actor_id = ${personId} AND action = 'set_override' AND instance_id IS NOT NULL
            AND target_user_id IS NOT NULL
            AND ${personId} = ANY (actors_in(jsonb_build_array(before, after, metadata)))
        ) AS hints GROUP BY id
      ) AS known LEFT JOIN kiloclaw_instances AS row ON row.id = known.id
      WHERE ${afterId}::uuid IS NULL OR known.id > ${afterId}::uuid
      ORDER BY known.id LIMIT ${limit}`),
  );
  return z.array(TargetSchema).parse(found);
}

const ScrubbedSchema = z.object({ rows: CountSchema, auditRows: CountSchema });
/** How many rows of instances and of the audit log were changed. */
export type ScrubbedRows = z.infer<typeof ScrubbedSchema>;

/** Takes a person who is deleted out of the rows and the audit of these instances, whose objects have forgotten them. */
export async function scrubPersonRows(
  db: RegistryDb,
  personId: string,
  instanceIds: readonly string[],
): Promise<ScrubbedRows> {
  if (instanceIds.length > DELETION_PAGE_MAX)
    throw new RangeError(`A page holds at most ${DELETION_PAGE_MAX} instances, not ${instanceIds.length}.`);
  const ids = `{${instanceIds.join(',')}}`;
  return ScrubbedSchema.parse(await call(db, sql`scrub_person_rows(${personId}, ${ids}::uuid[])`));
}

const TracesSchema = z.object({
  people: CountSchema,
  signIns: CountSchema,
  rows: CountSchema,
  auditRows: CountSchema,
});
/** What is left of a deleted person in Postgres: all zero once everything is gone. */
export type PersonTraces = z.infer<typeof TracesSchema>;

export async function personTraces(db: RegistryDb, personId: string): Promise<PersonTraces> {
  return TracesSchema.parse(await call(db, sql`person_traces(${personId})`));
}

/** Those of these people who are deleted: an instance that still names one of them has to forget. */
export async function deletedAmong(db: RegistryDb, personIds: readonly string[]): Promise<string[]> {
  const people = sql`ARRAY(SELECT jsonb_array_elements_text(${JSON.stringify(personIds)}::jsonb))`;
  return z.array(z.string()).parse(await call(db, sql`to_jsonb(deleted_among(${people}))`));
}

const AnswerSchema = z.tuple([z.object({ answer: z.unknown() })]);

/** What a function that answers JSON answers. */
async function call(db: RegistryDb, called: SQL): Promise<unknown> {
  const rows = await answered(() => db.execute(sql`SELECT ${called} AS answer`));
  return AnswerSchema.parse(rows)[0].answer;
}
