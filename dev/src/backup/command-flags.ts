/** What may be written behind `npm run backup --`, `npm run restore --` and `npm run drill --`. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Env, given } from '../configuration.ts';
import { REPOSITORY_ROOT } from '../flags.ts';
import { StartError } from '../start-error.ts';

type Values = Readonly<Record<string, string | boolean | undefined>>;

/** Each flag with whether it takes a value. Throws `StartError` for what is not understood. */
export function readCommandFlags(
  command: string,
  args: readonly string[],
  flags: Readonly<Record<string, 'string' | 'boolean'>>,
): Values {
  try {
    const options = Object.fromEntries(
      Object.entries(flags).map(([name, type]) => [name, { type }] as const),
    );
    return parseArgs({ args: [...args], options }).values as Values;
  } catch (error) {
    const [reason = 'The flags are not understood'] = error instanceof Error ? error.message.split('. ') : [];
    throw new StartError(`${reason}: see "npm run ${command} -- --help".`);
  }
}

/** A path as the person wrote it: npm changes into the repository, and it is meant from where the person stood. */
function pathFlag(values: Values, name: string, env: Env): string | undefined {
  const value = values[name];
  if (value === '') throw new StartError(`--${name} must name a file or a folder.`);
  return typeof value === 'string' ? resolve(given(env, 'INIT_CWD') ?? process.cwd(), value) : undefined;
}

export function requiredPath(values: Values, name: string, env: Env, command: string): string {
  const path = pathFlag(values, name, env);
  if (path === undefined) throw new StartError(`--${name} is missing: see "npm run ${command} -- --help".`);
  return path;
}

/** Where `npm start` keeps its data, unless told otherwise. */
export function dataDirFlag(values: Values, env: Env): string {
  const fallback = given(env, 'KILOCLAW_DATA_DIR') ?? `${REPOSITORY_ROOT}/.kiloclaw`;
  return pathFlag(values, 'data-dir', env) ?? resolve(given(env, 'INIT_CWD') ?? process.cwd(), fallback);
}

/** Runs a command to its exit code; what goes wrong is told in one sentence. */
export async function runCommand(work: () => Promise<number>): Promise<never> {
  try {
    // Nothing is left to do; a handle that some library keeps open must not keep the terminal.
    return process.exit(await work());
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown error';
    process.stderr.write(`${error instanceof StartError ? reason : `It failed: ${reason}`}\n`);
    return process.exit(1);
  }
}
