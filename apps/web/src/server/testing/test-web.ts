/** The web's own app on a real Postgres, in plain Node, with the rights of the web's role. */
import { randomUUID } from 'node:crypto';
import { accounts, openRegistry, type Registry, type UserRole, users } from '@kiloclaw/db';
import type { TestCluster } from '@kiloclaw/db/testing';
import { z } from 'zod';
import { createApp } from '../app.ts';
import { hashPassword } from '../auth/password.ts';
import type { Env } from '../env.ts';
import { type Browser, CLIENT_IP_HEADER, openBrowser } from './browser.ts';

export const ORIGIN = 'http://console.example.com';
export const PASSWORD = 'a-password-for-this-test-alone';

export interface NewPerson {
  readonly id: string;
  readonly role?: UserRole;
  /** Null for an owner whom the API made. */
  readonly email?: string | null;
  readonly hasPassword?: boolean;
}

export interface TestWeb {
  readonly origin: string;
  /** As whoever owns the tables. */
  readonly databaseUrl: string;
  /** Runs a statement as whoever owns the tables, and answers its rows with the columns' own names. */
  sql(statement: string): Promise<Record<string, unknown>[]>;
  /** As the web's role. */
  readonly registry: Registry;
  addPerson(person: NewPerson): Promise<void>;
  /** `ip`: the address that the platform tells, if it does. */
  browser(options?: { readonly ip?: string; readonly origin?: string }): Browser;
  /** A request as it stands, for what no browser would send. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  close(): Promise<void>;
}

export interface TestWebOptions {
  readonly origin?: string;
  readonly settings?: Readonly<Record<string, string>>;
  /** Where the app looks for Postgres instead. */
  readonly registryUrl?: string;
  /** What stands for the control plane; without it nothing answers there. */
  readonly controlPlane?: (request: Request) => Promise<Response>;
}

const RowsSchema = z.array(z.record(z.string(), z.unknown()));

const passwordHash = hashPassword(PASSWORD);

export const emailOf = (id: string) => `${id}@example.com`;

export async function openTestWeb(cluster: TestCluster, options: TestWebOptions = {}): Promise<TestWeb> {
  const { url } = await cluster.createDatabase();
  const asWeb = new URL(url);
  asWeb.searchParams.set('role', 'kiloclaw_web');
  const owner = openRegistry(url);
  const registry = openRegistry(asWeb.href);
  const origin = options.origin ?? ORIGIN;
  const env = testEnv(options, options.registryUrl ?? asWeb.href, origin);
  const app = createApp();
  const inBackground: Promise<unknown>[] = [];
  const context = {
    waitUntil: (work: Promise<unknown>) => void inBackground.push(work),
    passThroughOnException: () => undefined,
    props: {},
  };
  return {
    origin,
    databaseUrl: url,
    registry,
    sql: async (statement) => RowsSchema.parse(await owner.db.execute(statement)),
    addPerson: async ({ id, role = 'customer', email = emailOf(id), hasPassword = true }) => {
      await owner.db.insert(users).values({ id, role, email, name: id, emailVerified: email !== null });
      if (!hasPassword) return;
      const account = { id: randomUUID(), userId: id, accountId: id, providerId: 'credential' };
      await owner.db.insert(accounts).values({ ...account, password: await passwordHash });
    },
    browser: (browserOptions = {}) =>
      openBrowser(async (request) => app.fetch(request, env, context), { origin, ...browserOptions }),
    fetch: async (path, init) => app.fetch(new Request(new URL(path, origin), init), env, context),
    close: async () => {
      await Promise.all(inBackground);
      await registry.close();
      await owner.close();
    },
  };
}

const nobody = async () => Promise.reject(new Error('the control plane is away'));

function testEnv(options: TestWebOptions, registryUrl: string, origin: string): Env {
  const { settings = {}, controlPlane = nobody } = options;
  const files: Pick<Fetcher, 'fetch'> = { fetch: async () => new Response('<!doctype html>') };
  const platform: Pick<Fetcher, 'fetch'> = {
    fetch: async (input, init) => controlPlane(new Request(input as RequestInfo, init as RequestInit)),
  };
  const bindings = { ASSETS: files, CONTROL_PLANE: platform, REGISTRY: { connectionString: registryUrl } };
  // A test has no runtime to give it whole bindings; the app uses these members of them alone.
  return {
    ...(bindings as Pick<Env, keyof typeof bindings>),
    KILOCLAW_ENV: 'development',
    KILOCLAW_INTERNAL_API_KEY: 'an-internal-key-of-this-test-alone',
    KILOCLAW_AUTH_SECRET: 'an-auth-secret-of-this-test-alone',
    KILOCLAW_WEB_ORIGIN: origin,
    KILOCLAW_CLIENT_IP_HEADER: CLIENT_IP_HEADER,
    ...settings,
  };
}
