import { setTimeout as delay } from 'node:timers/promises';
import type postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openRegistry } from '../client.ts';
import type { UserRole } from '../schema/users.ts';
import { setRole } from './set-role.ts';
import { openWebRegistry, type WebRegistry } from './testing/web-registry.ts';

const POLLS_MAX = 500;
const POLL_MS = 10;

let registry: WebRegistry;
beforeAll(async () => {
  registry = await openWebRegistry();
});
afterAll(() => registry?.close());
beforeEach(async () => {
  await registry.sql`DELETE FROM users`;
});

async function add(
  id: string,
  role: UserRole,
  more: { signsIn?: boolean; banned?: boolean; deleted?: boolean } = {},
) {
  const { signsIn = true, banned = false, deleted = false } = more;
  await registry.sql`INSERT INTO users (id, role, banned, deleted_at)
    VALUES (${id}, ${role}, ${banned}, ${deleted ? new Date() : null})`;
  if (signsIn)
    await registry.sql`INSERT INTO accounts (id, account_id, provider_id, user_id) VALUES (${id}, ${id}, 'credential', ${id})`;
}

async function rolesOf(): Promise<Record<string, unknown>> {
  const found = await registry.sql`SELECT id, role FROM users ORDER BY id`;
  return Object.fromEntries(found.map(({ id, role }) => [id, role]));
}

/** Until as many connections wait for a lock. */
async function untilWaiting(tx: postgres.TransactionSql, count: number): Promise<void> {
  for (let poll = 0; poll < POLLS_MAX; poll += 1) {
    const waiting = await tx`SELECT DISTINCT pid FROM pg_locks WHERE NOT granted`;
    if (waiting.length === count) return;
    await delay(POLL_MS);
  }
  throw new Error(`There were never ${count} connections that wait.`);
}

const set = (userId: string, role: UserRole) => setRole(registry.db, { userId, role });

describe('a role', () => {
  test('is given and taken, and the answer tells the one before', async () => {
    await add('anna', 'admin');
    await add('carol', 'customer', { signsIn: false });
    expect(await set('carol', 'admin')).toEqual({ kind: 'set', previous: 'customer' });
    expect(await rolesOf()).toEqual({ anna: 'admin', carol: 'admin' });
    expect(await set('carol', 'admin')).toEqual({ kind: 'set', previous: 'admin' });
    expect(await set('carol', 'customer')).toEqual({ kind: 'set', previous: 'admin' });
    expect(await rolesOf()).toEqual({ anna: 'admin', carol: 'customer' });
  });

  test.each<[string, Parameters<typeof add>[2]]>([
    ['has no account', { signsIn: false }],
    ['is banned', { banned: true }],
    ['was deleted', { deleted: true }],
  ])('is not taken from the last admin, where the only other one %s', async (_why, other) => {
    await add('anna', 'admin');
    await add('bert', 'admin', other);
    await add('carol', 'customer');
    expect(await set('anna', 'customer')).toEqual({ kind: 'last_admin' });
    expect(await rolesOf()).toEqual({ anna: 'admin', bert: 'admin', carol: 'customer' });
  });

  test('of the last admin may be given once more, and a customer’s taken where there is no admin', async () => {
    await add('anna', 'admin');
    expect(await set('anna', 'admin')).toEqual({ kind: 'set', previous: 'admin' });
    await registry.sql`DELETE FROM users`;
    await add('carol', 'customer');
    expect(await set('carol', 'customer')).toEqual({ kind: 'set', previous: 'customer' });
  });

  test('is nobody’s who is not there or was deleted', async () => {
    await add('gone', 'admin', { deleted: true });
    expect(await set('gone', 'customer')).toEqual({ kind: 'not_found' });
    expect(await set('nobody', 'admin')).toEqual({ kind: 'not_found' });
    expect(await rolesOf()).toEqual({ gone: 'admin' });
  });

  test('is left to one of two admins who are both to lose it at once', async () => {
    await add('anna', 'admin');
    await add('bert', 'admin');
    for (const first of ['anna', 'bert']) {
      // Both have begun, each with the other an admin still, before either can go on.
      const racing = await registry.sql.begin(async (tx) => {
        await tx`SELECT id FROM users WHERE id = ${first} FOR UPDATE`;
        const both = [
          setRole(registry.db, { userId: 'anna', role: 'customer' }),
          setRole(registry.otherDb, { userId: 'bert', role: 'customer' }),
        ];
        await untilWaiting(tx, both.length);
        return { both };
      });
      const answers = await Promise.all(racing.both);
      expect(answers.map(({ kind }) => kind).sort()).toEqual(['last_admin', 'set']);
      await registry.sql`UPDATE users SET role = 'admin'`;
    }
  });

  test('says so where Postgres is away', async () => {
    const away = openRegistry('postgres://nobody@127.0.0.1:1/none');
    const asked = setRole(away.db, { userId: 'anna', role: 'admin' });
    await expect(asked).rejects.toMatchObject({ name: 'RegistryUnavailable' });
    await away.close();
  });
});
