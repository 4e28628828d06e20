/** Settings from files such as `.env`, with the environment over them. */
import { readFile, stat } from 'node:fs/promises';
import { parseEnv } from 'node:util';
import { DeployError } from './deploy-error.ts';

export type Env = Readonly<Record<string, string | undefined>>;

const FILES_MAX = 10;
const OTHERS_MAY_READ = 0o044;

/** A later file counts over an earlier one, the environment over all of them. Throws `DeployError`. */
export async function withEnvFiles(
  paths: readonly string[],
  env: Env,
  say: (line: string) => void,
): Promise<Env> {
  if (paths.length > FILES_MAX) throw new DeployError(`--env-file may stand ${FILES_MAX} times at most.`);
  const files = await Promise.all(paths.map((path) => readEnvFile(path, say)));
  return Object.assign({}, ...files, env);
}

async function readEnvFile(path: string, say: (line: string) => void): Promise<Env> {
  try {
    const { mode } = await stat(path);
    if ((mode & OTHERS_MAY_READ) !== 0)
      say(`Others of this machine can read ${path}: chmod 600 it, since it holds secrets.`);
    return parseEnv(await readFile(path, 'utf8'));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw new DeployError(`--env-file: ${path} can't be read (${code}).`);
  }
}

/** An empty value counts as absent. */
export function given(env: Env, name: string): string | undefined {
  const value = env[name];
  return value === '' ? undefined : value;
}
