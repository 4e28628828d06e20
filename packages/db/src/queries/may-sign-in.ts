/** Who may sign in, and who can. */
import { sql } from 'drizzle-orm';
import { z } from 'zod';
import type { RegistryDb } from '../client.ts';
import { accounts } from '../schema/accounts.ts';
import { users } from '../schema/users.ts';

/** Neither deleted nor banned. */
export const isThere = sql`(${users.deletedAt} IS NULL AND NOT ${users.banned})`;
/** There is a way in: a password, or an account elsewhere. */
export const canSignIn = sql`(${users.email} IS NOT NULL
  AND EXISTS (SELECT FROM ${accounts} WHERE ${accounts.userId} = ${users.id}))`;

export type SignInState = 'nobody' | 'cannot_yet' | 'can';

/** `nobody` for who was deleted or banned, too. */
export async function signInStateOf(db: RegistryDb, userId: string): Promise<SignInState> {
  // Written out: in a select of one table Drizzle leaves a column's table unnamed, also within the EXISTS.
  const rows = await db.execute(
    sql`SELECT ${canSignIn} AS "canSignIn" FROM ${users} WHERE ${users.id} = ${userId} AND ${isThere}`,
  );
  const [found] = z.array(z.object({ canSignIn: z.boolean() })).parse(rows);
  if (found === undefined) return 'nobody';
  return found.canSignIn ? 'can' : 'cannot_yet';
}

/** Whether there is such a person, neither deleted nor banned. */
export async function maySignIn(db: RegistryDb, userId: string): Promise<boolean> {
  return (await signInStateOf(db, userId)) !== 'nobody';
}
