import { betterAuth } from 'better-auth';
import { drizzleAdapter } from 'better-auth/adapters/drizzle';
import { getAuthTables } from 'better-auth/db';
import { admin } from 'better-auth/plugins';
import { getTableColumns } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { authSchema } from './auth-schema.ts';
import { ensureUsers } from './queries/ensure-users.ts';
import { createTestCluster, type TestCluster } from './testing.ts';

const CLUSTER_TIMEOUT_MS = 60_000;
const ORIGIN = 'http://localhost:4400';
const PASSWORD = 'a-long-enough-password';

const resetMails: string[] = [];
const OPTIONS = {
  baseURL: ORIGIN,
  secret: 'a-secret-that-is-used-in-this-test-alone',
  emailAndPassword: {
    enabled: true,
    sendResetPassword: async ({ user }: { user: { email: string } }) => {
      resetMails.push(user.email);
    },
  },
  rateLimit: { enabled: true, storage: 'database' as const },
  plugins: [admin({ defaultRole: 'customer', adminRoles: ['admin'] })],
};

let cluster: TestCluster;
let client: postgres.Sql;
beforeAll(async () => {
  cluster = await createTestCluster();
  client = postgres((await cluster.createDatabase()).url, { max: 5, fetch_types: false });
}, CLUSTER_TIMEOUT_MS);
afterAll(async () => {
  await client?.end();
  await cluster?.stop();
}, CLUSTER_TIMEOUT_MS);

function makeAuth() {
  const database = drizzleAdapter(drizzle(client), { provider: 'pg', schema: authSchema, transaction: true });
  return betterAuth({ ...OPTIONS, database });
}

/** Over HTTP, as a browser does: the rate limit and the origin check are in the way. */
async function call(path: string, body?: unknown, cookie?: string): Promise<Response> {
  const headers = new Headers({ origin: ORIGIN, 'x-forwarded-for': '192.0.2.1' });
  if (cookie !== undefined) headers.set('cookie', cookie);
  if (body !== undefined) headers.set('content-type', 'application/json');
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  return makeAuth().handler(new Request(`${ORIGIN}/api/auth${path}`, { ...init, headers }));
}

const cookieOf = (response: Response) =>
  response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');

describe('auth tables', () => {
  const wanted = getAuthTables(OPTIONS);

  test('are the ones that the auth library asks for', () => {
    expect(Object.keys(authSchema).toSorted()).toEqual(Object.keys(wanted).toSorted());
  });

  test.each(Object.entries(authSchema))(
    '%s has every column that the auth library writes, of its kind',
    (model, table) => {
      const columns = new Map(Object.entries(getTableColumns(table)));
      const fields = Object.entries(wanted[model]?.fields ?? {});
      expect(fields.length).toBeGreaterThan(2);
      const kinds: Record<string, string> = {
        string: 'string',
        boolean: 'boolean',
        date: 'date',
        number: 'number',
      };
      for (const [key, field] of fields) {
        const column = columns.get(field.fieldName ?? key);
        expect(column?.dataType, `${model}.${key}`).toBe(kinds[String(field.type)]);
        // An optional field may be written as null; only the role, which its plugin always sets, may not.
        const mayBeNull = column?.notNull === false || column?.hasDefault === true;
        if (field.required === false) expect(mayBeNull, `${model}.${key} may be absent`).toBe(true);
        if (field.unique === true) expect(column?.isUnique, `${model}.${key} is unique`).toBe(true);
      }
      const known = new Set(['id', ...fields.map(([key, field]) => field.fieldName ?? key)]);
      for (const [key, column] of columns) {
        if (!known.has(key))
          expect(column.notNull, `${model}.${key} is ours, so it must not be demanded`).toBe(false);
      }
    },
  );
});

describe('the auth library on these tables', () => {
  test('signs up, signs in, keeps a session, counts attempts, and lets an admin list and ban', async () => {
    const signUp = await call('/sign-up/email', {
      email: 'admin@example.com',
      password: PASSWORD,
      name: 'Alice',
    });
    expect(signUp.status).toBe(200);
    await client`UPDATE users SET role = 'admin' WHERE email = 'admin@example.com'`;
    const signIn = await call('/sign-in/email', { email: 'ADMIN@example.com', password: PASSWORD });
    expect(signIn.status).toBe(200);
    const cookie = cookieOf(signIn);
    const session = (await (await call('/get-session', undefined, cookie)).json()) as {
      user: { role: string };
    };
    expect(session.user.role).toBe('admin');

    await ensureUsers(drizzle(client), [{ id: 'api-user', email: 'customer@example.com' }]);
    const listed = await call('/admin/list-users?limit=10', undefined, cookie);
    const { users } = (await listed.json()) as { users: { id: string; email: string | null }[] };
    expect(users.find(({ id }) => id === 'api-user')?.email).toBeNull();

    expect((await call('/admin/ban-user', { userId: 'api-user', banReason: 'test' }, cookie)).status).toBe(
      200,
    );
    expect(await client`SELECT banned, ban_reason FROM users WHERE id = 'api-user'`).toEqual([
      { banned: true, ban_reason: 'test' },
    ]);
    expect((await client`SELECT key FROM rate_limits`).length).toBeGreaterThan(0);
    expect(await client`SELECT role FROM users WHERE id <> 'api-user'`).toEqual([{ role: 'admin' }]);
  });

  test('throttles sign-in from the database: a new instance of it remembers', async () => {
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 6; attempt += 1) {
      statuses.push(
        (await call('/sign-in/email', { email: 'nobody@example.com', password: PASSWORD })).status,
      );
    }
    expect(statuses.at(-1)).toBe(429);
  });

  test('a user made by the API can neither sign in, nor reset a password, nor is merged with who signs up', async () => {
    await ensureUsers(drizzle(client), [{ id: 'api-bob', email: 'bob@example.com' }]);
    await client`DELETE FROM rate_limits`;
    const signIn = await call('/sign-in/email', { email: 'bob@example.com', password: PASSWORD });
    expect(signIn.status).toBe(401);
    await call('/request-password-reset', { email: 'bob@example.com' });
    await call('/request-password-reset', { email: 'admin@example.com' });
    expect(resetMails).toEqual(['admin@example.com']);

    const signUp = await call('/sign-up/email', {
      email: 'bob@example.com',
      password: PASSWORD,
      name: 'Bob',
    });
    const { user } = (await signUp.json()) as { user: { id: string } };
    expect(user.id).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
    expect(user.id).not.toBe('api-bob');
    expect(await client`SELECT id FROM accounts WHERE user_id = 'api-bob'`).toEqual([]);
  });
});
