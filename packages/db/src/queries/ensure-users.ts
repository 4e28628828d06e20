import { type SQL, sql } from 'drizzle-orm';
import type { RegistryDb } from '../client.ts';
import type { ApiUser } from '../rows.ts';
import { users } from '../schema/users.ts';
import { inChunks, sortedBy } from './chunks.ts';

/** Makes the users that the API named and the registry doesn't know; leaves the others as they are. */
export async function ensureUsers(db: RegistryDb, apiUsers: readonly ApiUser[]): Promise<void> {
  for (const chunk of inChunks(apiUsers)) await db.execute(insertUsers(chunk));
}

/** Written out, since the control plane may insert into these two columns alone. */
export function insertUsers(apiUsers: readonly ApiUser[]): SQL {
  const values = sortedBy(apiUsers, (user) => user.id).map(
    (user) => sql`(${user.id}, ${user.email ?? null})`,
  );
  return sql`INSERT INTO ${users} (id, contact_email) VALUES ${sql.join(values, sql`, `)} ON CONFLICT (id) DO NOTHING`;
}
