/** People made from outside the web: the first admin of an installation, and the demo's customer. */
import { randomUUID } from 'node:crypto';
import { and, eq, isNull, type SQL, sql } from 'drizzle-orm';
import { openRegistry, type RegistryDb } from './client.ts';
import { PASSWORD_PROVIDER } from './password-provider.ts';
import { accounts } from './schema/accounts.ts';
import { users } from './schema/users.ts';

export interface PasswordAccount {
  readonly email: string;
  readonly name: string;
  /** As the auth library hashes it. */
  readonly passwordHash: string;
}

/**
 * Makes an admin where there is none, and answers its id; null where there is one. `databaseUrl` may insert users.
 * `keep` is told the id before anything is made, so that its password can be kept first: a start that is cut off must not
 * leave an only admin whose password nobody has.
 */
export async function ensureFirstAdmin(
  databaseUrl: string,
  account: PasswordAccount,
  keep: (userId: string) => Promise<void>,
): Promise<string | null> {
  return withRegistry(databaseUrl, async (db) => {
    const isAdmin = and(eq(users.role, 'admin'), isNull(users.deletedAt));
    const [known] = await db.select({ id: users.id }).from(users).where(isAdmin).limit(1);
    if (known !== undefined) return null;
    const id = randomUUID();
    const { email, name, passwordHash } = account;
    await keep(id);
    // In one statement: an admin without a password would be the first one, and no other would ever be made.
    await db.execute(sql`
      WITH person AS (
        INSERT INTO ${users} (id, email, name, role, email_verified)
        VALUES (${id}, ${email}, ${name}, 'admin', true) RETURNING id)
      ${insertPassword(passwordHash)}`);
    return id;
  });
}

/** Lets an owner whom the API made sign in. Does nothing for one who can already, nor for one who was deleted. */
export async function ensureCustomerSignIn(
  databaseUrl: string,
  userId: string,
  account: PasswordAccount,
): Promise<void> {
  await withRegistry(databaseUrl, async (db) => {
    const { email, name, passwordHash } = account;
    await db.insert(users).values({ id: userId }).onConflictDoNothing();
    await db.execute(sql`
      WITH person AS (
        UPDATE ${users} SET email = ${email}, name = ${name}, email_verified = true
        WHERE id = ${userId} AND email IS NULL AND deleted_at IS NULL RETURNING id)
      ${insertPassword(passwordHash)}`);
  });
}

/** For those in `person`. */
function insertPassword(passwordHash: string): SQL {
  return sql`
    INSERT INTO ${accounts} (id, account_id, provider_id, user_id, password)
    SELECT ${randomUUID()}, person.id, ${PASSWORD_PROVIDER}, person.id, ${passwordHash} FROM person`;
}

async function withRegistry<Value>(url: string, work: (db: RegistryDb) => Promise<Value>): Promise<Value> {
  const registry = openRegistry(url);
  try {
    return await work(registry.db);
  } finally {
    await registry.close();
  }
}
