import { and, eq, isNull } from 'drizzle-orm';
import type { RegistryDb } from '../client.ts';
import { users } from '../schema/users.ts';

/** Whether there is such a person, neither deleted nor banned. */
export async function maySignIn(db: RegistryDb, userId: string): Promise<boolean> {
  const isThere = and(eq(users.id, userId), isNull(users.deletedAt), eq(users.banned, false));
  return (await db.select({ id: users.id }).from(users).where(isThere).limit(1)).length > 0;
}
