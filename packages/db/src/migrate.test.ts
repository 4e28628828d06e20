import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureFleetId, setRoleLogin } from './migrate.ts';
import { createTestCluster, type TestCluster, type TestDatabase } from './testing.ts';

const CLUSTER_TIMEOUT_MS = 60_000;

let cluster: TestCluster;
let database: TestDatabase;
beforeAll(async () => {
  cluster = await createTestCluster();
  database = await cluster.createDatabase();
}, CLUSTER_TIMEOUT_MS);
afterAll(() => cluster?.stop(), CLUSTER_TIMEOUT_MS);

async function signedInAs(url: string, username: string, password: string): Promise<unknown> {
  const client = postgres(Object.assign(new URL(url), { username, password }).href, {
    max: 1,
    fetch_types: false,
  });
  try {
    const [row] = await client`SELECT current_user AS name`;
    return row?.name;
  } finally {
    await client.end();
  }
}

describe('ensureFleetId', () => {
  test('makes one id, whoever asks first, and keeps it', async () => {
    const ids = await Promise.all(Array.from({ length: 8 }, () => ensureFleetId(database.url)));
    expect(new Set(ids).size).toBe(1);
    expect(ids[0]).toMatch(/^[0-9a-f-]{36}$/);
    const other = await cluster.createDatabase();
    expect(await ensureFleetId(other.url)).not.toBe(ids[0]);
  });
});

describe('setRoleLogin', () => {
  const password = 'first-password-of-the-role';

  test('lets a role sign in with its password, and with no other', async () => {
    await setRoleLogin(database.url, 'kiloclaw_web', password);
    expect(await signedInAs(database.url, 'kiloclaw_web', password)).toBe('kiloclaw_web');
    await expect(signedInAs(database.url, 'kiloclaw_web', `${password}x`)).rejects.toMatchObject({
      code: '28P01',
    });
    await expect(signedInAs(database.url, 'kiloclaw_control_plane', password)).rejects.toMatchObject({
      code: '28P01',
    });
  });

  test('changes the password, also when several do so from several databases', async () => {
    const other = await cluster.createDatabase();
    const urls = [database.url, other.url, database.url, other.url];
    await Promise.all(urls.map((url) => setRoleLogin(url, 'kiloclaw_control_plane', `${password}-2`)));
    expect(await signedInAs(other.url, 'kiloclaw_control_plane', `${password}-2`)).toBe(
      'kiloclaw_control_plane',
    );
  });

  test('refuses a password that is too short or not plain, without repeating it', async () => {
    for (const bad of ['short', 'sixteen characters', 'pässword-pässword', "quote'; DROP TABLE users"]) {
      const error = await setRoleLogin(database.url, 'kiloclaw_web', bad).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(RangeError);
      expect(String(error)).not.toContain(bad);
    }
  });
});
