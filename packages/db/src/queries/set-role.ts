import { sql } from 'drizzle-orm';
import { z } from 'zod';
import type { RegistryDb } from '../client.ts';
import { accounts } from '../schema/accounts.ts';
import { USER_ROLES, type UserRole, users } from '../schema/users.ts';
import { answered } from './registry-failure.ts';

/** `last_admin`: nobody else could sign in as an admin. `not_found`: nobody has this id, or they were deleted. */
export type RoleChange =
  | { readonly kind: 'set'; readonly previous: UserRole }
  | { readonly kind: 'last_admin' }
  | { readonly kind: 'not_found' };

const AnswerSchema = z.tuple([
  z.object({ current: z.enum(USER_ROLES).nullable(), previous: z.enum(USER_ROLES).nullable() }),
]);

/**
 * Gives a person a role. The last admin who can sign in keeps theirs, also where two are asked to give it up at once.
 * Throws `RegistryUnavailable`.
 */
export async function setRole(
  db: RegistryDb,
  { userId, role }: { readonly userId: string; readonly role: UserRole },
): Promise<RoleChange> {
  // All rows that decide are locked, and in one order: whoever comes second waits, and counts what the first has left.
  const asked = sql`
    WITH locked AS MATERIALIZED (
      SELECT id, role, banned FROM ${users}
      WHERE deleted_at IS NULL AND (role = 'admin' OR id = ${userId}) ORDER BY id FOR UPDATE
    ), person AS (
      SELECT role FROM locked WHERE id = ${userId}
    ), changed AS (
      UPDATE ${users} SET role = ${role}, updated_at = now() FROM person
      WHERE users.id = ${userId} AND (person.role <> 'admin' OR ${role} = 'admin' OR EXISTS (
        SELECT 1 FROM locked AS other WHERE other.id <> ${userId} AND other.role = 'admin' AND NOT other.banned
          AND EXISTS (SELECT 1 FROM ${accounts} WHERE ${accounts.userId} = other.id)))
      RETURNING person.role AS previous
    )
    SELECT (SELECT role FROM person) AS current, (SELECT previous FROM changed) AS previous`;
  const [{ current, previous }] = AnswerSchema.parse(await answered(() => db.execute(asked)));
  if (current === null) return { kind: 'not_found' };
  return previous === null ? { kind: 'last_admin' } : { kind: 'set', previous };
}
