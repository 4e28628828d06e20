/** Admins, as whoever runs the installation asks for them: by address, without a session. */
import { sql } from 'drizzle-orm';
import { z } from 'zod';
import type { RegistryDb } from '../client.ts';
import { USER_ROLES, users } from '../schema/users.ts';
import { canSignIn, isThere } from './may-sign-in.ts';

const PersonSchema = z.object({ userId: z.string(), role: z.enum(USER_ROLES), canSignIn: z.boolean() });

/** Who has this address, in lower case; null for nobody. Deleted people have none; whoever is banned is `nobody` too. */
export async function findByAddress(
  db: RegistryDb,
  email: string,
): Promise<z.infer<typeof PersonSchema> | null> {
  const rows = await db.execute(sql`
    SELECT ${users.id} AS "userId", ${users.role} AS role, ${canSignIn} AS "canSignIn" FROM ${users}
    WHERE ${users.email} = ${email} AND ${isThere}`);
  return z.array(PersonSchema).parse(rows)[0] ?? null;
}

/** Whether there is an admin who can sign in. */
export async function hasAdmin(db: RegistryDb): Promise<boolean> {
  const rows = await db.execute(sql`
    SELECT FROM ${users} WHERE ${users.role} = 'admin' AND ${isThere} AND ${canSignIn} LIMIT 1`);
  return z.array(z.unknown()).parse(rows).length > 0;
}
