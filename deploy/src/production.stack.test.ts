/** A production on one machine, as the service starts it: own Postgres, a provider with a token, nothing made for development. */

import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { kiloclawInstances } from '@kiloclaw/db';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@kiloclaw/db/embedded';
import {
  act,
  makeStackFolder,
  newTarget,
  provision,
  type ReadyStack,
  type StackFolder,
  StackProcess,
  withRegistry,
} from '@kiloclaw/dev/testing';
import { type FlySimulator, startFlySimulator } from '@kiloclaw/fly-simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { smokeTestApi, smokeTestWeb } from './smoke.ts';

const MINUTE_MS = 60_000;
const ORIGIN = 'https://console.example.com';
const PASSWORD = 'a-password-for-this-test-alone';
const FLY_TOKEN = 'a-token-of-the-simulated-provider';
const QUICK_SMOKE = { timeoutMs: 5_000, pollMs: 100 };
const ADMIN_COMMAND = fileURLToPath(new URL('./admin.ts', import.meta.url));
const ViewerSchema = z.object({ result: z.object({ data: z.object({ viewer: z.unknown() }) }) });
const run = promisify(execFile);

let home: string;
let postgres: EmbeddedPostgres;
let databaseUrl: string;
let fly: FlySimulator;
let folder: StackFolder;
let env: Record<string, string>;
let stack: StackProcess;
let ready: ReadyStack;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'kiloclaw-production-'));
  await chmod(home, 0o755);
  postgres = await startEmbeddedPostgres({ dataDir: join(home, 'postgres'), durable: false });
  databaseUrl = await makeOwner(postgres.url);
  fly = await startFlySimulator({ port: 0, controlPort: 0, stateDir: join(home, 'fly'), token: FLY_TOKEN });
  folder = await makeStackFolder();
  env = {
    KILOCLAW_ENV: 'production',
    DATABASE_URL: databaseUrl,
    KILOCLAW_INTERNAL_API_KEY: randomBytes(32).toString('base64'),
    KILOCLAW_AUTH_SECRET: randomBytes(32).toString('base64'),
    KILOCLAW_ENCRYPTION_KEYS: `first:${randomBytes(32).toString('base64')}`,
    KILOCLAW_WEB_ORIGIN: ORIGIN,
    KILOCLAW_DEFAULT_IMAGE: 'registry.example.com/assistant:1',
    FLY_API_TOKEN: FLY_TOKEN,
    FLY_API_BASE_URL: fly.url,
  };
  await start();
}, 2 * MINUTE_MS);

afterAll(async () => {
  await stack?.killEverything();
  await folder?.remove();
  await fly?.close();
  await postgres?.stop();
  await rm(home, { recursive: true, force: true });
}, MINUTE_MS);

async function start(more: Record<string, string> = {}): Promise<void> {
  stack = new StackProcess({ folder, env: { ...env, ...more }, args: ['--port', '0'] });
  ready = await stack.ready();
}

/** As on a box of one's own: a user who owns the database and may make roles, no superuser. */
async function makeOwner(url: string): Promise<string> {
  await withRegistry(url, (db) => db.execute(`CREATE ROLE operator LOGIN CREATEROLE PASSWORD '${PASSWORD}'`));
  await withRegistry(url, (db) => db.execute('CREATE DATABASE registry OWNER operator'));
  return Object.assign(new URL(url), { username: 'operator', password: PASSWORD, pathname: '/registry' })
    .href;
}

/** A browser's request, as the proxy hands it on. */
async function ask(procedure: string, input: unknown, cookie = ''): Promise<Response> {
  return fetch(`${ready.endpoints.webUrl}/api/trpc/${procedure}`, {
    method: 'POST',
    headers: { origin: ORIGIN, 'content-type': 'application/json', cookie },
    body: JSON.stringify(input),
  });
}

async function signInBy(link: string): Promise<string> {
  const answer = await ask('public.acceptInvitation', {
    token: new URL(link).hash.slice(1),
    password: PASSWORD,
  });
  expect(await answer.json()).toEqual({ result: { data: { signedIn: true } } });
  return answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
}

async function viewer(cookie: string): Promise<unknown> {
  const answer = await fetch(`${ready.endpoints.webUrl}/api/trpc/public.session`, { headers: { cookie } });
  return ViewerSchema.parse(await answer.json()).result.data.viewer;
}

const admin = (...args: string[]) =>
  run(process.execPath, [ADMIN_COMMAND, ...args], { env: { PATH: process.env.PATH, ...env } });

describe('a production on one machine', () => {
  it('has no demo, no simulator and no account whose password is written down', async () => {
    expect(ready.endpoints).toMatchObject({
      flySimulator: null,
      northflankSimulator: null,
      providers: { fly: 'on', northflank: 'off: NF_API_TOKEN is not set' },
    });
    expect((await ready.client.call('instances', {})).body.items).toEqual([]);
    await expect(stat(ready.endpoints.accountsFile)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(stack.output).toContain('nobody can sign in yet: npm run admin -- create EMAIL');
    expect(stack.output).not.toMatch(/password|sandbox|simulat/i);
    expect(ready.apiKey).toBe(env.KILOCLAW_INTERNAL_API_KEY);
  });

  it('works with users of its own in Postgres, while the owner could not sign in', async () => {
    const asRoot = (statement: string) => withRegistry(postgres.url, (db) => db.execute(statement));
    await asRoot('ALTER ROLE operator NOLOGIN');
    try {
      expect(await smokeTestApi(ready.endpoints.apiUrl, ready.apiKey, QUICK_SMOKE)).toContain('its database');
      expect(await smokeTestWeb(ready.endpoints.webUrl, ORIGIN, QUICK_SMOKE)).toContain('its database');
    } finally {
      await asRoot('ALTER ROLE operator LOGIN');
    }
  });

  it('passes the smoke test of a deploy, which fails where a key, a part or the database is not right', async () => {
    const { apiUrl, webUrl } = ready.endpoints;
    expect(await smokeTestApi(apiUrl, ready.apiKey, QUICK_SMOKE)).toContain('a wrong key does not');
    expect(await smokeTestWeb(webUrl, ORIGIN, QUICK_SMOKE)).toContain('the sign-in page is there');
    const once = { timeoutMs: 0, pollMs: 0 };
    await expect(smokeTestApi(apiUrl, 'another-key-than-it-has', once)).rejects.toThrow(
      /^Not so: its key opens the platform API\. .* answered 401/,
    );
    await expect(smokeTestApi(webUrl, ready.apiKey, once)).rejects.toThrow('Not so: it has its objects');
    await expect(smokeTestWeb(webUrl, 'https://elsewhere.example.com', once)).rejects.toThrow(
      'Not so: the console has its database',
    );
    await expect(smokeTestWeb('http://127.0.0.1:1', ORIGIN, once)).rejects.toThrow('answered nothing (');
  });

  it('lets its first admin in by a link of the command, once, and one who has lost the password again', async () => {
    const { stdout } = await admin('create', 'alice@example.com');
    const link = stdout.trim().split('\n').at(-1) ?? '';
    expect(link).toMatch(/^https:\/\/console\.example\.com\/invitation#/);
    const cookie = await signInBy(link);
    expect(cookie).toContain('__Secure-');
    expect(await viewer(cookie)).toMatchObject({ role: 'admin' });
    const again = await ask('public.acceptInvitation', {
      token: new URL(link).hash.slice(1),
      password: PASSWORD,
    });
    expect(await again.text()).toContain('invitation_unusable');
    await expect(admin('create', 'alice@example.com')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('npm run admin -- link alice@example.com'),
    });
    const reset = await admin('link', 'alice@example.com');
    await signInBy(reset.stdout.trim().split('\n').at(-1) ?? '');
    expect(await viewer(cookie)).toBeNull();
  });

  it('keeps everything over a restart', async () => {
    const target = newTarget('alice-of-production');
    await provision(ready.client, target, { instanceType: 'perf-1-3' });
    await expect
      .poll(() => withRegistry(databaseUrl, (db) => db.$count(kiloclawInstances)), { timeout: 20_000 })
      .toBe(1);
    process.kill(stack.pid, 'SIGTERM');
    expect(await stack.exit()).toBe(0);
    expect(await stack.processes()).toEqual([]);
    await start();
    expect(stack.output).not.toContain('nobody can sign in yet');
    expect((await ready.client.call('status', target)).body).toMatchObject({ status: 'running' });
    await act(ready.client, 'stop', target);
    await smokeTestWeb(ready.endpoints.webUrl, ORIGIN, QUICK_SMOKE);
  });
});

describe('the first admin of a production, where an address is set', () => {
  it('has a link in a file of its own, and nowhere else', async () => {
    process.kill(stack.pid, 'SIGTERM');
    await stack.exit();
    await withRegistry(databaseUrl, (db) =>
      db.execute("UPDATE users SET role = 'customer' WHERE role = 'admin'"),
    );
    await start({ KILOCLAW_ADMIN_EMAIL: 'bob@example.com' });
    const file = join(folder.dataDir, 'first-admin-link');
    const link = (await readFile(file, 'utf8')).trim();
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(stack.output).toContain(`one-time link in ${file}`);
    expect(stack.output).not.toContain(new URL(link).hash);
    expect(await viewer(await signInBy(link))).toMatchObject({ role: 'admin' });
  });
});
