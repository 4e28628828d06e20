/** What a deploy is told: the settings of both Workers, read by their own schemas, and where all of it goes. */
import { randomUUID } from 'node:crypto';
import {
  SettingsSchema as ControlPlaneSchema,
  readSettings as readControlPlane,
} from '@kiloclaw/control-plane/settings';
import { describeSettings, SettingsError } from '@kiloclaw/settings';
import { readSettings as readWeb, SETTING_NAMES, SettingsSchema as WebSchema } from '@kiloclaw/web/settings';
import { z } from 'zod';
import { DeployError } from './deploy-error.ts';
import { type Env, given } from './env-files.ts';

export const WORKER_NAMES = { controlPlane: 'kiloclaw-control-plane', web: 'kiloclaw-web' } as const;

/** As their schemas mark them: everything else may be read in Cloudflare's dashboard. */
const SECRET_NAMES: ReadonlySet<string> = new Set(
  describeSettings({ 'control plane': ControlPlaneSchema.shape, console: WebSchema.shape })
    .filter(({ isSecret }) => isSecret)
    .map(({ name }) => name),
);
const WORKERS_DEV = '.workers.dev';

const RANDOM = 'make one with "openssl rand -base64 32"';
const WAYS_OUT: Readonly<Record<string, string>> = {
  KILOCLAW_INTERNAL_API_KEY: RANDOM,
  KILOCLAW_AUTH_SECRET: RANDOM,
  KILOCLAW_ENCRYPTION_KEYS:
    'make one with "echo first:$(openssl rand -base64 32)", and keep it: nothing that it seals can be read without it',
  KILOCLAW_WEB_ORIGIN: 'where browsers are to reach the console, such as https://console.example.com',
  KILOCLAW_API_ORIGIN: 'where programs are to reach the platform API, such as https://api.example.com',
  DATABASE_URL: 'the owner of an empty database in a Postgres that Cloudflare can reach',
};

/** A Worker's settings, those that are shown nowhere apart from the others. */
export interface WorkerSettings {
  readonly plain: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
  /** Every secret that this Worker may have, given or not. */
  readonly secretNames: readonly string[];
}

export interface DeploySettings {
  readonly controlPlane: WorkerSettings;
  readonly web: WorkerSettings;
  /** The owner's, for migrations and roles; no Worker has it. */
  readonly databaseUrl: string;
  readonly apiOrigin: string;
  readonly webOrigin: string;
  readonly apiKey: string;
  /** Null where no first admin is asked for. */
  readonly adminEmail: string | null;
  /** Null where the account is the only one. */
  readonly accountId: string | null;
}

const originOf = (worker: string) =>
  z
    .string('is missing')
    .refine(
      (text) => URL.canParse(text) && new URL(text).origin === text && new URL(text).port === '',
      'must be an origin such as https://console.example.com',
    )
    .refine((text) => text.startsWith('https://'), 'must begin with https://')
    .refine((text) => {
      const host = URL.parse(text)?.hostname ?? '';
      return !host.endsWith(WORKERS_DEV) || host.startsWith(`${worker}.`);
    }, `must be https://${worker}.<your subdomain>${WORKERS_DEV}, or on a domain of your own`);

const PostgresUrlSchema = z.string('is missing').refine((text) => {
  const url = URL.parse(text);
  const isPostgres = url !== null && ['postgres:', 'postgresql:'].includes(url.protocol);
  return isPostgres && [url.hostname, url.username, url.password, url.pathname.slice(1)].every(Boolean);
}, 'must be postgres://user:password@host:port/database');

const DeploySchema = z.object({
  KILOCLAW_ENV: z
    .literal('production', 'must be production, or left out: what is deployed is no development')
    .default('production'),
  DATABASE_URL: PostgresUrlSchema,
  KILOCLAW_API_ORIGIN: originOf(WORKER_NAMES.controlPlane),
  KILOCLAW_WEB_ORIGIN: originOf(WORKER_NAMES.web),
  KILOCLAW_ADMIN_EMAIL: z.email('must be an e-mail address').optional(),
  CLOUDFLARE_ACCOUNT_ID: z
    .string()
    .regex(/^[0-9a-f]{32}$/, 'must be 32 of 0–9 a–f')
    .optional(),
});

export function isSecretName(name: string): boolean {
  return SECRET_NAMES.has(name);
}

/** Throws one `DeployError` for everything that is missing or wrong, by name and never with a value. */
export function readDeploySettings(env: Env): DeploySettings {
  const controlPlane = settingsOf(Object.keys(ControlPlaneSchema.shape), env);
  const web = settingsOf(SETTING_NAMES, env);
  const asked = DeploySchema.safeParse(givenOf(Object.keys(DeploySchema.shape), env));
  const problems = [
    ...(asked.success ? [] : asked.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)),
    // Made by the database; any other one would do for reading.
    ...refusalOf(() => readControlPlane({ KILOCLAW_FLEET_ID: randomUUID(), ...all(controlPlane) })),
    ...refusalOf(() => readWeb(all(web))),
  ];
  if (!asked.success || problems.length > 0) throw new DeployError(tellProblems(problems));
  const { DATABASE_URL, KILOCLAW_API_ORIGIN, KILOCLAW_WEB_ORIGIN, ...more } = asked.data;
  return {
    controlPlane,
    web,
    databaseUrl: DATABASE_URL,
    apiOrigin: KILOCLAW_API_ORIGIN,
    webOrigin: KILOCLAW_WEB_ORIGIN,
    apiKey: controlPlane.secrets.KILOCLAW_INTERNAL_API_KEY ?? '',
    adminEmail: more.KILOCLAW_ADMIN_EMAIL ?? null,
    accountId: more.CLOUDFLARE_ACCOUNT_ID ?? null,
  };
}

const all = ({ plain, secrets }: WorkerSettings) => ({ ...plain, ...secrets });

function givenOf(names: readonly string[], env: Env): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = given(env, name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function settingsOf(names: readonly string[], env: Env): WorkerSettings {
  const found = Object.entries({ KILOCLAW_ENV: 'production', ...givenOf(names, env) });
  return {
    plain: Object.fromEntries(found.filter(([name]) => !isSecretName(name))),
    secrets: Object.fromEntries(found.filter(([name]) => isSecretName(name))),
    secretNames: names.filter(isSecretName),
  };
}

function refusalOf(read: () => unknown): string[] {
  try {
    read();
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return [error.message];
    throw error;
  }
}

function tellProblems(problems: readonly string[]): string {
  const told = [...new Set(problems)];
  const text = told.join('\n');
  const ways = Object.entries(WAYS_OUT).filter(([name]) => text.includes(name));
  return [
    'The settings are not whole: nothing was done.',
    ...told.map((problem) => `  ${problem}`),
    ...(ways.length === 0 ? [] : ['What these are:']),
    ...ways.map(([name, way]) => `  ${name}: ${way}`),
    'Set them in the environment, or in a file that --env-file names.',
  ].join('\n');
}
