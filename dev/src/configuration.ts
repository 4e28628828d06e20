/** The settings of control plane and web on this machine: what the environment says, with defaults for development behind it. */
import { randomUUID } from 'node:crypto';
import { readSettings, SettingsSchema } from '@kiloclaw/control-plane/settings';
import { productionFaults, SettingsError, unknownSettings } from '@kiloclaw/settings';
import { readSettings as readWebSettings, SettingsSchema as WebSettingsSchema } from '@kiloclaw/web/settings';
import { DEMO_IMAGE } from './engine/demo-image.ts';
import { type Secrets, secretsOf } from './secrets.ts';
import { StartError } from './start-error.ts';
import { StartSettingsSchema } from './start-settings.ts';

export type Env = Readonly<Record<string, string | undefined>>;

/** An empty value counts as absent. */
export function given(env: Env, name: string): string | undefined {
  const value = env[name];
  return value === '' ? undefined : value;
}

/** Real providers alone, no demo, and secrets that whoever runs it has made. */
export function isProduction(env: Env): boolean {
  return given(env, 'KILOCLAW_ENV') === 'production';
}

/** What the environment can't know, because it begins with the stack. */
export interface Found {
  readonly fleetId: string;
  /** Null where Fly itself is used. */
  readonly flySimulator: SimulatorAddress | null;
  /** Null where Northflank itself is used, or none. */
  readonly northflankSimulator: SimulatorAddress | null;
}

interface SimulatorAddress {
  readonly url: string;
  readonly token: string;
}

/** For the simulator, where nobody has chosen plans. */
const SIMULATED_PLANS = {
  NF_DEPLOYMENT_PLAN_PERF_1_3: 'nf-compute-100-4',
  NF_DEPLOYMENT_PLAN_PERF_4_8: 'nf-compute-400',
  NF_DEPLOYMENT_PLAN_PERF_4_16: 'nf-compute-400-16',
} as const;

function developmentDefaults(env: Env, secrets: Secrets): Record<string, string> {
  // Secrets that somebody else made are no secrets of a production.
  if (isProduction(env)) return {};
  return {
    KILOCLAW_ENV: 'development',
    KILOCLAW_INTERNAL_API_KEY: secrets.internalApiKey,
    KILOCLAW_ENCRYPTION_KEYS: secrets.encryptionKeys,
    // A real provider could not pull an image that exists on this machine alone.
    ...(isAllSimulated(env) ? { KILOCLAW_DEFAULT_IMAGE: DEMO_IMAGE } : {}),
  };
}

function isAllSimulated(env: Env): boolean {
  return ['FLY_API_TOKEN', 'NF_API_TOKEN'].every((name) => given(env, name) === undefined);
}

function simulatorSettings(
  env: Env,
  { flySimulator: fly, northflankSimulator }: Found,
): Record<string, string> {
  const hasPlans = Object.keys(env).some(
    (name) => name.startsWith('NF_DEPLOYMENT_PLAN') && given(env, name) !== undefined,
  );
  const simulated = [
    ...(fly === null ? [] : ['fly']),
    ...(northflankSimulator === null ? [] : ['northflank']),
  ];
  return {
    ...(simulated.length === 0 ? {} : { KILOCLAW_SANDBOX_PROVIDERS: simulated.join(',') }),
    ...(fly === null ? {} : { FLY_API_TOKEN: fly.token, FLY_API_BASE_URL: fly.url }),
    ...(northflankSimulator === null
      ? {}
      : {
          NF_API_TOKEN: northflankSimulator.token,
          NF_API_BASE_URL: northflankSimulator.url,
          ...(hasPlans ? {} : SIMULATED_PLANS),
        }),
  };
}

/** Of the command line, which the same environment may serve. */
const COMMAND_LINE_VARIABLES = [
  'KILOCLAW_API_URL',
  'KILOCLAW_API_KEY',
  'KILOCLAW_API_KEY_FILE',
  'KILOCLAW_AS_ADMIN',
];

/** Sentences on variables that look like ours and that nothing here reads. */
export function unknownVariables(env: Env): string[] {
  const shapes = [SettingsSchema.shape, WebSettingsSchema.shape, StartSettingsSchema.shape];
  const names = Object.keys(env).filter((name) => given(env, name) !== undefined);
  return unknownSettings(names, [
    ...shapes.flatMap((shape) => Object.keys(shape)),
    ...COMMAND_LINE_VARIABLES,
  ]);
}

/** The Worker's text bindings: every setting that is given or has a default here. */
export function workerSettings(env: Env, secrets: Secrets, found: Found): Record<string, string> {
  const fromEnv = Object.keys(SettingsSchema.shape).flatMap((name) => {
    const value = given(env, name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    KILOCLAW_FLEET_ID: found.fleetId,
    ...simulatorSettings(env, found),
    ...developmentDefaults(env, secrets),
    ...Object.fromEntries(fromEnv),
  };
}

/** The web's text bindings. Its origin in development is whatever a browser has asked for. */
export function webSettings(env: Env, secrets: Secrets): Record<string, string> {
  const fromEnv = Object.keys(WebSettingsSchema.shape).flatMap((name) => {
    const value = given(env, name);
    return value === undefined ? [] : [[name, value] as const];
  });
  const defaults = {
    KILOCLAW_ENV: 'development',
    KILOCLAW_INTERNAL_API_KEY: secrets.internalApiKey,
    KILOCLAW_AUTH_SECRET: secrets.authSecret,
  };
  return { ...(isProduction(env) ? {} : defaults), ...Object.fromEntries(fromEnv) };
}

/** Refuses a wrong setting before anything is started. Throws `StartError` with one sentence, never with a value. */
export function checkSettings(env: Env, secrets: Secrets): void {
  for (const [url, token] of [
    ['FLY_API_BASE_URL', 'FLY_API_TOKEN'],
    ['NF_API_BASE_URL', 'NF_API_TOKEN'],
  ] as const) {
    if (given(env, url) === undefined || given(env, token) !== undefined) continue;
    throw new StartError(
      `${url} goes with ${token}: set both, or neither${isProduction(env) ? '' : ' for the simulator'}.`,
    );
  }
  try {
    const found = { fleetId: randomUUID(), flySimulator: null, northflankSimulator: null };
    const own = secretsOf(secrets);
    readSettings(workerSettings(env, secrets, found), own);
    readWebSettings(webSettings(env, secrets), own);
    if (given(env, 'KILOCLAW_ENV') === 'production') {
      const [fault] = productionFaults(StartSettingsSchema.shape, env);
      if (fault !== undefined) throw new StartError(`${fault.name}: ${fault.sentence}.`);
    }
  } catch (error) {
    if (error instanceof SettingsError) throw new StartError(error.message);
    throw error;
  }
}
