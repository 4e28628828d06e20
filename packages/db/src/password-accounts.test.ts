import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openRegistry, type Registry } from './client.ts';
import { ensureCustomerSignIn, ensureFirstAdmin } from './password-accounts.ts';
import { accounts } from './schema/accounts.ts';
import { users } from './schema/users.ts';
import { createTestCluster, type TestCluster } from './testing.ts';

const ADMIN = { email: 'admin@example.com', name: 'Admin', passwordHash: 'hash-of-the-first' };
const ALICE = { email: 'alice@example.com', name: 'Alice', passwordHash: 'hash-of-alice' };

let cluster: TestCluster;
let url: string;
let registry: Registry;
beforeAll(async () => {
  cluster = await createTestCluster();
});
beforeEach(async () => {
  url = (await cluster.createDatabase()).url;
  registry = openRegistry(url);
  return () => registry.close();
});
afterAll(() => cluster?.stop());

describe('the first admin', () => {
  it('is made once, with a password, and never again', async () => {
    const id = await ensureFirstAdmin(url, ADMIN);
    expect(await ensureFirstAdmin(url, { ...ADMIN, email: 'other@example.com' })).toBeNull();
    expect(await registry.db.select().from(users)).toMatchObject([{ id, email: ADMIN.email, role: 'admin' }]);
    expect(await registry.db.select().from(accounts)).toMatchObject([{ password: ADMIN.passwordHash }]);
  });

  it('is made anew where the only one was deleted', async () => {
    await ensureFirstAdmin(url, ADMIN);
    await registry.db.update(users).set({ deletedAt: new Date(), email: null });
    expect(await ensureFirstAdmin(url, ADMIN)).not.toBeNull();
  });
});

describe('a customer’s sign-in', () => {
  it('is added to the owner that the API made, once', async () => {
    await registry.db.insert(users).values({ id: 'alice', contactEmail: 'alice@example.com' });
    await ensureCustomerSignIn(url, 'alice', ALICE);
    await ensureCustomerSignIn(url, 'alice', { ...ALICE, passwordHash: 'another' });
    expect(await registry.db.select().from(users)).toMatchObject([
      { id: 'alice', email: ALICE.email, role: 'customer' },
    ]);
    expect(await registry.db.select().from(accounts)).toMatchObject([{ password: ALICE.passwordHash }]);
  });

  it('is not given back to who was deleted', async () => {
    await registry.db.insert(users).values({ id: 'alice', deletedAt: new Date() });
    await ensureCustomerSignIn(url, 'alice', ALICE);
    const [alice] = await registry.db.select().from(users).where(eq(users.id, 'alice'));
    expect(alice?.email).toBeNull();
    expect(await registry.db.select().from(accounts)).toEqual([]);
  });
});
