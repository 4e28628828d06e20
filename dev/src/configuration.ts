/** The settings of control plane and web on this machine: what the environment says, with defaults for development behind it. */
import { randomUUID } from 'node:crypto';
import { readSettings, SettingsError, SettingsSchema } from '@kiloclaw/control-plane/settings';
import {
  readSettings as readWebSettings,
  SETTING_NAMES as WEB_SETTING_NAMES,
  SettingsError as WebSettingsError,
} from '@kiloclaw/web/settings';
import { DEMO_IMAGE } from './engine/demo-image.ts';
import type { Secrets } from './secrets.ts';
import { StartError } from './start-error.ts';

export type Env = Readonly<Record<string, string | undefined>>;

/** An empty value counts as absent. */
export function given(env: Env, name: string): string | undefined {
  const value = env[name];
  return value === '' ? undefined : value;
}

/** What the environment can't know, because it begins with the stack. */
export interface Found {
  readonly fleetId: string;
  /** Null where Fly itself is used. */
  readonly flySimulator: { readonly url: string; readonly token: string } | null;
}

function developmentDefaults(env: Env, secrets: Secrets): Record<string, string> {
  // Secrets that somebody else made are no secrets of a production.
  if (given(env, 'KILOCLAW_ENV') === 'production') return {};
  return {
    KILOCLAW_ENV: 'development',
    KILOCLAW_INTERNAL_API_KEY: secrets.internalApiKey,
    KILOCLAW_ENCRYPTION_KEYS: secrets.encryptionKeys,
    // Fly itself could not pull an image that exists on this machine alone.
    ...(given(env, 'FLY_API_TOKEN') === undefined ? { KILOCLAW_DEFAULT_IMAGE: DEMO_IMAGE } : {}),
  };
}

/** The Worker's text bindings: every setting that is given or has a default here. */
export function workerSettings(env: Env, secrets: Secrets, found: Found): Record<string, string> {
  const simulated: Record<string, string> =
    found.flySimulator === null
      ? {}
      : { FLY_API_TOKEN: found.flySimulator.token, FLY_API_BASE_URL: found.flySimulator.url };
  const fromEnv = Object.keys(SettingsSchema.shape).flatMap((name) => {
    const value = given(env, name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    KILOCLAW_FLEET_ID: found.fleetId,
    ...simulated,
    ...developmentDefaults(env, secrets),
    ...Object.fromEntries(fromEnv),
  };
}

/** The web's text bindings. Its origin in development is whatever a browser has asked for. */
export function webSettings(env: Env, secrets: Secrets): Record<string, string> {
  const fromEnv = WEB_SETTING_NAMES.flatMap((name) => {
    const value = given(env, name);
    return value === undefined ? [] : [[name, value] as const];
  });
  const isProduction = given(env, 'KILOCLAW_ENV') === 'production';
  const defaults = {
    KILOCLAW_ENV: 'development',
    KILOCLAW_INTERNAL_API_KEY: secrets.internalApiKey,
    KILOCLAW_AUTH_SECRET: secrets.authSecret,
  };
  return { ...(isProduction ? {} : defaults), ...Object.fromEntries(fromEnv) };
}

/** Refuses a wrong setting before anything is started. Throws `StartError` with one sentence, never with a value. */
export function checkSettings(env: Env, secrets: Secrets): void {
  if (given(env, 'FLY_API_BASE_URL') !== undefined && given(env, 'FLY_API_TOKEN') === undefined) {
    throw new StartError('FLY_API_BASE_URL goes with FLY_API_TOKEN: set both, or neither for the simulator.');
  }
  try {
    readSettings(workerSettings(env, secrets, { fleetId: randomUUID(), flySimulator: null }));
    readWebSettings(webSettings(env, secrets));
  } catch (error) {
    if (error instanceof SettingsError || error instanceof WebSettingsError)
      throw new StartError(error.message);
    throw error;
  }
}
