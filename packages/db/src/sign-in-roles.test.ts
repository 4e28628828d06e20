import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded/embedded-postgres.ts';
import { ensureFleetId, migrate } from './migrate.ts';
import { ensureSignInRole, hasSignInRole, signInRoleOf } from './sign-in-roles.ts';

const CLUSTER_TIMEOUT_MS = 60_000;
const PASSWORD = 'a-password-of-the-test';
const NOT_ALLOWED = { code: '42501' };

let folder: string;
let server: EmbeddedPostgres;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kiloclaw-sign-in-roles-'));
  await chmod(folder, 0o755);
  server = await startEmbeddedPostgres({ dataDir: folder, durable: false });
  const root = postgres(server.url, { max: 1 });
  try {
    // As managed services give one: no superuser, who may make roles.
    await root.unsafe(`CREATE ROLE operator LOGIN CREATEROLE PASSWORD '${PASSWORD}'`);
    for (const name of ['first', 'second']) await root.unsafe(`CREATE DATABASE ${name} OWNER operator`);
  } finally {
    await root.end();
  }
}, CLUSTER_TIMEOUT_MS);
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}, CLUSTER_TIMEOUT_MS);

const operatorsUrl = (name: string) =>
  Object.assign(new URL(server.url), { username: 'operator', password: PASSWORD, pathname: `/${name}` }).href;

async function installation(name: string) {
  const url = operatorsUrl(name);
  await migrate(url);
  return { url, fleetId: await ensureFleetId(url) };
}

async function ask(url: string, statement: string): Promise<readonly Record<string, unknown>[]> {
  const client = postgres(url, { max: 1, fetch_types: false });
  try {
    return await client.unsafe(statement);
  } finally {
    await client.end();
  }
}

describe('the users of an installation', () => {
  it('have the rights of their part and no others, made by an owner who is no superuser', async () => {
    const { url, fleetId } = await installation('first');
    const controlPlane = { role: 'kiloclaw_control_plane', fleetId } as const;
    expect(await hasSignInRole(url, controlPlane)).toBe(false);
    const itsUrl = await ensureSignInRole(url, { ...controlPlane, password: PASSWORD });
    expect(await hasSignInRole(url, controlPlane)).toBe(true);
    expect(await ask(itsUrl, 'SELECT current_user AS name')).toEqual([
      { name: signInRoleOf('kiloclaw_control_plane', fleetId) },
    ]);
    expect(await ask(itsUrl, 'SELECT id FROM fleet')).toEqual([{ id: fleetId }]);
    await expect(ask(itsUrl, "INSERT INTO users (id, role) VALUES ('x', 'admin')")).rejects.toMatchObject(
      NOT_ALLOWED,
    );
    const webUrl = await ensureSignInRole(url, { role: 'kiloclaw_web', fleetId, password: PASSWORD });
    await expect(ask(webUrl, "UPDATE kiloclaw_instances SET status = 'stopped'")).rejects.toMatchObject(
      NOT_ALLOWED,
    );
  });

  it('are made once, and the last password counts, also where several make them at once', async () => {
    const { url, fleetId } = await installation('first');
    const web = { role: 'kiloclaw_web', fleetId } as const;
    await Promise.all([1, 2, 3, 4].map(() => ensureSignInRole(url, { ...web, password: PASSWORD })));
    const changed = await ensureSignInRole(url, { ...web, password: `${PASSWORD}-2` });
    expect(await ask(changed, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    const before = changed.replace(`${PASSWORD}-2`, PASSWORD);
    await expect(ask(before, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  });

  it('leave those of another installation in the same cluster as they are', async () => {
    const [first, second] = [await installation('first'), await installation('second')];
    const role = 'kiloclaw_web';
    const firstUrl = await ensureSignInRole(first.url, { role, fleetId: first.fleetId, password: PASSWORD });
    await ensureSignInRole(second.url, { role, fleetId: second.fleetId, password: `${PASSWORD}-2` });
    expect(await ask(firstUrl, 'SELECT id FROM fleet')).toEqual([{ id: first.fleetId }]);
  });

  it('are named by nothing that could be a statement', () => {
    expect(() => signInRoleOf('kiloclaw_web', "x'; DROP TABLE users; --")).toThrow(RangeError);
  });
});
