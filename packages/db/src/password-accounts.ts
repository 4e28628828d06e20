/** People made from outside the web: the first admin of an installation, and the demo's customer. */
import { randomUUID } from 'node:crypto';
import { and, eq, isNull } from 'drizzle-orm';
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

/** Makes an admin where there is none, and answers its id; null where there is one. `databaseUrl` may insert users. */
export async function ensureFirstAdmin(
  databaseUrl: string,
  account: PasswordAccount,
): Promise<string | null> {
  return withRegistry(databaseUrl, async (db) => {
    const isAdmin = and(eq(users.role, 'admin'), isNull(users.deletedAt));
    const [known] = await db.select({ id: users.id }).from(users).where(isAdmin).limit(1);
    if (known !== undefined) return null;
    const id = randomUUID();
    const { email, name } = account;
    await db.insert(users).values({ id, email, name, role: 'admin', emailVerified: true });
    await addPassword(db, id, account.passwordHash);
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
    const { email, name } = account;
    await db.insert(users).values({ id: userId }).onConflictDoNothing();
    const cannotSignIn = and(eq(users.id, userId), isNull(users.email), isNull(users.deletedAt));
    const changed = await db
      .update(users)
      .set({ email, name, emailVerified: true })
      .where(cannotSignIn)
      .returning({ id: users.id });
    if (changed.length > 0) await addPassword(db, userId, account.passwordHash);
  });
}

async function addPassword(db: RegistryDb, userId: string, password: string): Promise<void> {
  const id = randomUUID();
  await db
    .insert(accounts)
    .values({ id, userId, accountId: userId, providerId: PASSWORD_PROVIDER, password });
}

async function withRegistry<Value>(url: string, work: (db: RegistryDb) => Promise<Value>): Promise<Value> {
  const registry = openRegistry(url);
  try {
    return await work(registry.db);
  } finally {
    await registry.close();
  }
}
