/** The pinned wrangler as a child process. Secrets reach it through a pipe: no argument and no file ever holds one. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { REPOSITORY_ROOT } from '@kiloclaw/dev/flags';
import type { z } from 'zod';
import { DeployError } from './deploy-error.ts';
import type { Env } from './env-files.ts';

const PINNED = [process.execPath, join(REPOSITORY_ROOT, 'node_modules/wrangler/bin/wrangler.js')];
const TIMEOUT_MS = 10 * 60_000;
const OUTPUT_MAX_CHARACTERS = 5_000_000;
const TOLD_LINES_MAX = 30;
const HIDDEN_FROM_LENGTH = 8;
/** What it may know of the environment: who signs in, where things are kept, how the network is reached. */
const PASSED_ON =
  /^(PATH|HOME|LANG|TERM|XDG_\w+|CLOUDFLARE_\w+|CF_\w+|NODE_EXTRA_CA_CERTS|SSL_CERT_\w+|(HTTPS?|ALL|NO)_PROXY)$/i;
/**
 * A file that wrangler is named has to be one that it can open: the pipe of the shell is, the socket that Node hands to
 * a child is not.
 */
const THROUGH_A_PIPE = ['sh', '-c', 'cat | "$@"', 'sh'];
const STDIN = '/dev/stdin';

export interface Wrangler {
  /** A new temporary folder for what wrangler reads and writes, removed by `close`. */
  readonly folder: string;
  /** Answers what it printed. Throws `DeployError` with the end of what it said, without secrets. */
  run(args: readonly string[], input?: string): Promise<string>;
  /** The same, with secrets that it uploads together with a version. */
  runWithSecrets(args: readonly string[], secrets: Readonly<Record<string, string>>): Promise<string>;
  close(): Promise<void>;
}

export interface WranglerOptions {
  readonly env: Env;
  /** What may never be told. */
  readonly secrets: readonly string[];
  /** Program and first arguments, instead of the pinned wrangler. */
  readonly command?: readonly string[];
}

export async function openWrangler({ env, secrets, command = PINNED }: WranglerOptions): Promise<Wrangler> {
  const folder = await mkdtemp(join(tmpdir(), 'kiloclaw-deploy-'));
  const childEnv = {
    ...Object.fromEntries(Object.entries(env).filter(([name]) => PASSED_ON.test(name))),
    NO_COLOR: '1',
    WRANGLER_SEND_METRICS: 'false',
    // Its logs of requests go with the folder.
    WRANGLER_LOG_PATH: join(folder, 'logs'),
    WRANGLER_LOG_SANITIZE: 'true',
  };
  const runAs = async (program: readonly string[], args: readonly string[], input: string) => {
    const { code, output, told } = await runToEnd([...program, ...args], {
      cwd: folder,
      env: childEnv,
      input,
    });
    if (code === 0) return output;
    throw new DeployError(`wrangler ${args[0]} said:\n${withoutSecrets(told, secrets)}`);
  };
  return {
    folder,
    run: (args, input = '') => runAs(command, args, input),
    runWithSecrets: (args, given) =>
      runAs([...THROUGH_A_PIPE, ...command], [...args, '--secrets-file', STDIN], JSON.stringify(given)),
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Reads what wrangler prints with `--json`; it may say other things before. Throws `DeployError`. */
export function parseAnswer<Answer>(schema: z.ZodType<Answer>, output: string, command: string): Answer {
  const start = output.search(/^[[{]/m);
  try {
    return schema.parse(JSON.parse(output.slice(Math.max(start, 0))));
  } catch {
    throw new DeployError(`wrangler ${command} answered what is not understood: is it the pinned one?`);
  }
}

/** The end of what was said, indented, with every secret in it hidden. */
function withoutSecrets(text: string, secrets: readonly string[]): string {
  const longest = secrets
    .filter(({ length }) => length >= HIDDEN_FROM_LENGTH)
    .sort((a, b) => b.length - a.length);
  const hidden = longest.reduce((so, secret) => so.replaceAll(secret, '[hidden]'), text);
  const lines = stripVTControlCharacters(hidden)
    .split('\n')
    // The folder of its logs is gone by then.
    .filter((line) => line.trim() !== '' && !line.includes('Logs were written to'))
    .slice(-TOLD_LINES_MAX);
  return lines.map((line) => `  ${line}`).join('\n');
}

interface Ended {
  readonly code: number | null;
  readonly output: string;
  /** Both streams, as they came. */
  readonly told: string;
}

function runToEnd(
  [program = '', ...args]: readonly string[],
  { cwd, env, input }: { cwd: string; env: NodeJS.ProcessEnv; input: string },
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    // A group of its own, so that a time-out ends the shell's other end too.
    const child = spawn(program, args, { cwd, env, detached: true });
    let [output, told] = ['', ''];
    const keep = (chunk: string) => {
      told = (told + chunk).slice(-OUTPUT_MAX_CHARACTERS);
    };
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output = (output + chunk).slice(-OUTPUT_MAX_CHARACTERS);
      keep(chunk);
    });
    child.stderr.setEncoding('utf8').on('data', keep);
    const timer = setTimeout(() => {
      keep(`\nIt was ended after ${TIMEOUT_MS / 1000} s.`);
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    }, TIMEOUT_MS);
    child.once('error', (error) => {
      clearTimeout(timer);
      reject(new DeployError(`wrangler could not be started: ${error.message}`));
    });
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ code, output, told });
    });
    // One that ends without reading is told by its exit code.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}
