import { type ChildProcess, spawn } from 'node:child_process';
import { open, readFile, stat, truncate } from 'node:fs/promises';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import postgres from 'postgres';
import type { PostgresBinaries } from './binaries.ts';
import { SUPERUSER } from './cluster.ts';
import { codeOf, EmbeddedPostgresError } from './errors.ts';
import { removeForeignPidFile, stopPostmaster } from './postmaster.ts';
import { POSTGRES_ENV, type RunIdentity } from './run-as.ts';

export type LaunchPlan = {
  readonly binaries: PostgresBinaries;
  readonly identity: RunIdentity;
  readonly clusterDir: string;
  readonly logFile: string;
  /** 0 for any free one. */
  readonly port: number;
  readonly password: string;
  readonly durable: boolean;
};

export type Launched = { readonly child: ChildProcess; readonly pid: number; readonly port: number };

/** Generous: after a crash, Postgres replays its write-ahead log before it answers. */
const READY_TIMEOUT_MS = 120_000;
const READY_POLL_MS = 25;
const PORT_LOST_MS = 500;
const CONNECT_TIMEOUT_S = 5;
const ATTEMPTS_MAX = 12;
const RETRY_FIRST_MS = 100;
const RETRY_MAX_MS = 2_000;
const LOG_KEPT_MAX_BYTES = 10_000_000;
const LOG_TAIL_MAX_CHARS = 4_000;

/** After SIGKILL of a postmaster its backends hold on for moments, and Postgres refuses to start meanwhile. */
const STILL_HELD = /lock file "postmaster\.pid" already exists|pre-existing shared memory block/;
const PORT_TAKEN = /could not bind IPv4 address/;

/** Starts Postgres and waits until it answers; tries again where the reason passes by itself. */
export async function launchPostgres(plan: LaunchPlan): Promise<Launched> {
  let retryMs = RETRY_FIRST_MS;
  let lastLog = '';
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    await removeForeignPidFile(plan.clusterDir);
    const port = plan.port === 0 ? await freePort() : plan.port;
    const outcome = await launchOnce(plan, port);
    if ('child' in outcome) return outcome;
    lastLog = outcome.log;
    const isPortTaken = PORT_TAKEN.test(lastLog);
    if (isPortTaken && plan.port !== 0) {
      throw new EmbeddedPostgresError(
        `Port ${plan.port} on 127.0.0.1 is taken by another program: choose another port for the database.`,
      );
    }
    if (!isPortTaken && !STILL_HELD.test(lastLog)) break;
    await delay(retryMs);
    retryMs = Math.min(retryMs * 2, RETRY_MAX_MS);
  }
  const lines = lastLog.trim().split('\n');
  const reason = lines.findLast((line) => /FATAL|PANIC/.test(line)) ?? lines.at(-1) ?? '';
  throw new EmbeddedPostgresError(
    `Postgres does not start (${reason.trim()}): its log is ${plan.logFile}; correct the cause and start again.`,
  );
}

async function launchOnce(plan: LaunchPlan, port: number): Promise<Launched | { readonly log: string }> {
  const logStart = await trimLog(plan.logFile);
  const log = await open(plan.logFile, 'a', 0o600);
  const child = spawn(plan.binaries.postgres, serverArguments(plan, port), {
    ...plan.identity,
    cwd: '/',
    env: POSTGRES_ENV,
    // A session of its own: Ctrl-C must reach the stack, which stops Postgres last, and not Postgres first.
    detached: true,
    // A file, not a pipe: Postgres must be able to go on logging when this process is killed.
    stdio: ['ignore', log.fd, log.fd],
  });
  // Before anything is awaited: one that can't start is gone within milliseconds.
  const exited = new Promise<'exited'>((resolve) => {
    child.once('exit', () => resolve('exited'));
    child.once('error', () => resolve('exited'));
  });
  await log.close();
  const { pid } = child;
  if (pid !== undefined) {
    const outcome = await Promise.race([exited, untilReady(plan, port, exited)]);
    if (outcome === 'ready') return { child, pid, port };
    if (outcome !== 'exited') {
      await stopPostmaster(pid, plan.clusterDir);
      throw outcome;
    }
  }
  const logged = (await readFile(plan.logFile)).subarray(logStart);
  return { log: logged.toString('utf8').slice(-LOG_TAIL_MAX_CHARS) };
}

function serverArguments(plan: LaunchPlan, port: number): string[] {
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // The log must hold no row values and no statements: they hold addresses and reasons of people.
    log_error_verbosity: 'terse',
    log_min_error_statement: 'panic',
    // In the cluster's own folder: a server that was killed leaves nothing in the machine's shared memory.
    dynamic_shared_memory_type: 'mmap',
    ...(plan.durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  return [
    '-D',
    plan.clusterDir,
    '-p',
    String(port),
    ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
  ];
}

async function untilReady(
  plan: LaunchPlan,
  port: number,
  exited: Promise<'exited'>,
): Promise<'ready' | 'exited' | EmbeddedPostgresError> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  let lastCode: string | undefined;
  while (Date.now() < deadline) {
    const refusal = await tryConnect(port, plan.password);
    if (refusal === null) return 'ready';
    lastCode = refusal;
    if (refusal === '28P01') {
      // Or another server, which took the port first: then ours is about to end for that reason.
      if ((await Promise.race([exited, delay(PORT_LOST_MS, 'waiting')])) === 'exited') return 'exited';
      return new EmbeddedPostgresError(
        `The database in ${plan.clusterDir} refuses the password kept beside it: restore the file superuser-password, or reset the data folder.`,
      );
    }
    if ((await Promise.race([exited, delay(READY_POLL_MS, 'waiting')])) === 'exited') return 'exited';
  }
  return new EmbeddedPostgresError(
    `Postgres did not answer within ${READY_TIMEOUT_MS / 1000} s (${lastCode}): see ${plan.logFile}, then start again.`,
  );
}

/** Null once Postgres answers, else the code of what came instead. */
async function tryConnect(port: number, password: string): Promise<string | null> {
  const client = connectAsSuperuser(port, password);
  try {
    await client`SELECT 1`;
    return null;
  } catch (error) {
    return codeOf(error) ?? 'no answer';
  } finally {
    await client.end({ timeout: 1 });
  }
}

export function connectAsSuperuser(port: number, password: string): postgres.Sql {
  return postgres({
    host: '127.0.0.1',
    port,
    user: SUPERUSER,
    password,
    database: 'postgres',
    max: 1,
    connect_timeout: CONNECT_TIMEOUT_S,
    fetch_types: false,
    ssl: false,
  });
}

/** The file's size after dropping what earlier runs logged, once that is a lot. */
async function trimLog(logFile: string): Promise<number> {
  const size = await stat(logFile).then(
    (found) => found.size,
    () => 0,
  );
  if (size <= LOG_KEPT_MAX_BYTES) return size;
  await truncate(logFile);
  return 0;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
