/** Which control plane a command speaks to, and with which key. */
import { readFile } from 'node:fs/promises';
import { CliError, usageError } from '../cli-error.ts';
import { EXIT } from '../exit-codes.ts';
import type { Surroundings } from '../surroundings.ts';
import { parseApiUrl } from './api-address.ts';
import { openProfileStore, type Profile } from './profile-store.ts';

export const API_URL_VARIABLE = 'KILOCLAW_API_URL';
export const API_KEY_VARIABLE = 'KILOCLAW_API_KEY';
export const API_KEY_FILE_VARIABLE = 'KILOCLAW_API_KEY_FILE';
export const AS_ADMIN_VARIABLE = 'KILOCLAW_AS_ADMIN';

const KEY = /^[\x21-\x7e]{1,512}$/;

export interface Connection extends Profile {
  /** For people: where address and key come from. */
  readonly source: string;
  /** The profile that is used, or null for the environment. */
  readonly profileName: string | null;
}

/**
 * A profile that the command names comes first, then the environment, then the profile in use. Address and key
 * are one thing: they never come from two places, so that no key is sent where it does not belong.
 */
export async function findConnection(
  surroundings: Surroundings,
  profileName: string | undefined,
): Promise<Connection> {
  const asAdmin = given(surroundings, AS_ADMIN_VARIABLE);
  const found =
    profileName === undefined
      ? ((await fromEnvironment(surroundings)) ?? (await fromProfile(surroundings, undefined)))
      : await fromProfile(surroundings, profileName);
  return asAdmin === undefined ? found : { ...found, asAdmin };
}

function given({ env }: Surroundings, name: string): string | undefined {
  const value = env[name]?.trim();
  return value === '' ? undefined : value;
}

async function fromEnvironment(surroundings: Surroundings): Promise<Connection | null> {
  const apiUrl = given(surroundings, API_URL_VARIABLE);
  const key = given(surroundings, API_KEY_VARIABLE);
  const keyFile = given(surroundings, API_KEY_FILE_VARIABLE);
  if (apiUrl === undefined && key === undefined && keyFile === undefined) return null;
  if (apiUrl === undefined)
    throw usageError(
      `${key === undefined ? API_KEY_FILE_VARIABLE : API_KEY_VARIABLE} is set and ${API_URL_VARIABLE} is not.`,
      `Set ${API_URL_VARIABLE} as well, or unset both to use a profile.`,
    );
  if (key !== undefined && keyFile !== undefined)
    throw usageError(`${API_KEY_VARIABLE} and ${API_KEY_FILE_VARIABLE} are both set.`, 'Unset one of them.');
  if (key === undefined && keyFile === undefined)
    throw usageError(
      `${API_URL_VARIABLE} is set, and no key for it.`,
      `Set ${API_KEY_VARIABLE} or ${API_KEY_FILE_VARIABLE} as well, or unset it to use a profile.`,
    );
  const apiKey =
    key === undefined
      ? await readKeyFile(keyFile ?? '', API_KEY_FILE_VARIABLE)
      : checkKey(key, API_KEY_VARIABLE);
  return {
    apiUrl: parseApiUrl(apiUrl, API_URL_VARIABLE),
    apiKey,
    source: 'the environment',
    profileName: null,
  };
}

async function fromProfile(surroundings: Surroundings, asked: string | undefined): Promise<Connection> {
  const { current, profiles } = await openProfileStore(surroundings).read();
  const name = asked ?? current;
  if (name === null)
    throw new CliError({
      exitCode: EXIT.usage,
      code: 'not_logged_in',
      message: 'No control plane is known yet.',
      nextStep: `Run \`kiloclaw login\`, or set ${API_URL_VARIABLE} and ${API_KEY_FILE_VARIABLE}.`,
    });
  const profile = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
  if (profile === undefined)
    throw usageError(
      `There is no profile '${name}'.`,
      'See `kiloclaw profile list`, or `kiloclaw login --profile NAME`.',
    );
  return { ...profile, source: `profile '${name}'`, profileName: name };
}

/** The key as it is, without the white space around it. Throws a `CliError` that names `source`, never the key. */
export function checkKey(text: string, source: string): string {
  const key = text.trim();
  if (key === '') throw usageError(`${source}: holds no key.`);
  if (!KEY.test(key))
    throw usageError(`${source}: holds no key, which is one line of visible ASCII characters.`);
  return key;
}

export async function readKeyFile(path: string, source: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw usageError(`${source}: ${path} can’t be read (${reason}).`);
  });
  return checkKey(text, source);
}
