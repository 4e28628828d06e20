/**
 * A sign-in looks at the person first and stores the session last; a deletion or a new password may come in between. What
 * such a session stands on is looked at once more when it is stored.
 */
import { sql } from 'drizzle-orm';
import { z } from 'zod';
import type { RegistryDb } from '../client.ts';
import { PASSWORD_PROVIDER } from '../password-provider.ts';
import { accounts } from '../schema/accounts.ts';
import { sessions } from '../schema/sessions.ts';
import { users } from '../schema/users.ts';
import { isThere } from './may-sign-in.ts';
import { answered } from './registry-failure.ts';

const IdsSchema = z.array(z.object({ id: z.string() }));

/** Ends a session that was stored after its person was deleted or banned. Throws `RegistryUnavailable`. */
export async function endSessionOfNobody(db: RegistryDb, sessionId: string): Promise<void> {
  await answered(() =>
    db.execute(sql`DELETE FROM ${sessions} WHERE ${sessions.id} = ${sessionId}
      AND NOT EXISTS (SELECT FROM ${users} WHERE ${users.id} = ${sessions.userId} AND ${isThere})`),
  );
}

/** What stands for somebody's present password: it changes with each new one. Null where they have none. */
export async function passwordMark(db: RegistryDb, email: string): Promise<string | null> {
  const found = await answered(() =>
    db.execute(sql`SELECT ${accounts.id} AS id FROM ${accounts} JOIN ${users} ON ${users.id} = ${accounts.userId}
      WHERE ${users.email} = ${email} AND ${accounts.providerId} = ${PASSWORD_PROVIDER}`),
  );
  return IdsSchema.parse(found)[0]?.id ?? null;
}

/** Ends a session that came of a password which is no more; true where it did. Throws `RegistryUnavailable`. */
export async function endSessionOfOldPassword(
  db: RegistryDb,
  { token, mark }: { readonly token: string; readonly mark: string | null },
): Promise<boolean> {
  const ended = await answered(() =>
    db.execute(sql`DELETE FROM ${sessions} WHERE ${sessions.token} = ${token}
      AND NOT EXISTS (SELECT FROM ${accounts} WHERE ${accounts.id} = ${mark}) RETURNING ${sessions.id} AS id`),
  );
  return IdsSchema.parse(ended).length > 0;
}

/** Ends every session of somebody. Throws `RegistryUnavailable`. */
export async function endSessions(db: RegistryDb, userId: string): Promise<void> {
  await answered(() => db.execute(sql`DELETE FROM ${sessions} WHERE ${sessions.userId} = ${userId}`));
}
