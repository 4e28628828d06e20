import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openRegistry, type Registry } from './client.ts';
import { ensureCustomerSignIn, ensureFirstAdmin } from './password-accounts.ts';
import { accounts } from './schema/accounts.ts';
import { users } from './schema/users.ts';
import { createTestCluster, type TestCluster } from './testing.ts';

const ADMIN = { email: 'admin@example.com', name: 'Admin', passwordHash: 'hash-of-the-first' };
const keepNothing = async () => undefined;
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
    const id = await ensureFirstAdmin(url, ADMIN, keepNothing);
    expect(await ensureFirstAdmin(url, { ...ADMIN, email: 'other@example.com' }, keepNothing)).toBeNull();
    expect(await registry.db.select().from(users)).toMatchObject([{ id, email: ADMIN.email, role: 'admin' }]);
    expect(await registry.db.select().from(accounts)).toMatchObject([{ password: ADMIN.passwordHash }]);
  });

  it('is there with a password, or not at all, wherever it is cut off', async () => {
    const unstored = { ...ADMIN, passwordHash: 'not\u0000storable' };
    await expect(ensureFirstAdmin(url, unstored, keepNothing)).rejects.toThrow();
    expect(await registry.db.select().from(users)).toEqual([]);
    expect(await ensureFirstAdmin(url, ADMIN, keepNothing)).not.toBeNull();
  });

  it('is made after its password was kept, and not where it can’t be', async () => {
    const kept: string[] = [];
    const id = await ensureFirstAdmin(url, ADMIN, async (userId) => {
      expect(await registry.db.select().from(users)).toEqual([]);
      kept.push(userId);
    });
    expect(kept).toEqual([id]);
    await registry.db.update(users).set({ deletedAt: new Date(), email: null });
    const full = new Error('no space left');
    await expect(ensureFirstAdmin(url, ADMIN, () => Promise.reject(full))).rejects.toBe(full);
    expect(await registry.db.select().from(users)).toHaveLength(1);
  });

  it('is made anew where the only one was deleted', async () => {
    await ensureFirstAdmin(url, ADMIN, keepNothing);
    await registry.db.update(users).set({ deletedAt: new Date(), email: null });
    expect(await ensureFirstAdmin(url, ADMIN, keepNothing)).not.toBeNull();
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
