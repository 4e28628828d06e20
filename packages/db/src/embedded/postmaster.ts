import { readFile, readlink, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { codeOf, EmbeddedPostgresError } from './errors.ts';

const FAST_STOP_TIMEOUT_MS = 20_000;
const IMMEDIATE_STOP_TIMEOUT_MS = 10_000;
const POLL_MS = 20;

/**
 * The process id of the postmaster that runs on this cluster, whoever started it. The id in `postmaster.pid`
 * may by now be another process's: ours runs the program `postgres` and stands in the cluster's folder.
 */
export async function runningPostmaster(clusterDir: string): Promise<number | null> {
  const pid = await recordedPid(clusterDir);
  return pid !== null && (await isPostmaster(pid, clusterDir)) ? pid : null;
}

/**
 * Removes a `postmaster.pid` whose id now belongs to another process. Postgres itself drops the file when
 * nobody has the id any more, but would refuse for ever to start while a stranger has it. Backends that outlived their
 * postmaster are still found without the file, by the shared memory they hold.
 */
export async function removeForeignPidFile(clusterDir: string): Promise<void> {
  const pid = await recordedPid(clusterDir);
  if (pid === null || !processExists(pid) || (await isPostmaster(pid, clusterDir))) return;
  await rm(join(clusterDir, 'postmaster.pid'), { force: true });
}

/** Stops a postmaster: fast (open transactions are rolled back), then at once (the next start recovers). */
export async function stopPostmaster(pid: number, clusterDir: string): Promise<void> {
  for (const [signal, timeoutMs] of [
    ['SIGINT', FAST_STOP_TIMEOUT_MS],
    ['SIGQUIT', IMMEDIATE_STOP_TIMEOUT_MS],
  ] as const) {
    if (!(await isPostgres(pid))) return;
    signalProcess(pid, signal);
    const deadline = Date.now() + timeoutMs;
    while (Date.now() < deadline) {
      if (!(await isPostgres(pid))) return;
      await delay(POLL_MS);
    }
  }
  throw new EmbeddedPostgresError(
    `The Postgres process ${pid} on ${clusterDir} does not stop: end it with "kill -9 ${pid}"; its data survives that.`,
  );
}

async function recordedPid(clusterDir: string): Promise<number | null> {
  const text = await readFile(join(clusterDir, 'postmaster.pid'), 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return '';
    throw error;
  });
  const pid = Number.parseInt(text, 10);
  return pid > 0 ? pid : null;
}

async function isPostmaster(pid: number, clusterDir: string): Promise<boolean> {
  if (!(await isPostgres(pid))) return false;
  try {
    // The postmaster changes into its cluster. Unlike the argument it was given, this follows a folder that is moved.
    const [current, cluster] = await Promise.all([stat(`/proc/${pid}/cwd`), stat(clusterDir)]);
    return current.dev === cluster.dev && current.ino === cluster.ino;
  } catch {
    return false;
  }
}

async function isPostgres(pid: number): Promise<boolean> {
  try {
    const program = basename(await readlink(`/proc/${pid}/exe`));
    return program === 'postgres' || program === 'postgres (deleted)';
  } catch {
    return false; // gone, ended but not yet reaped, or another user's
  }
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (codeOf(error) !== 'ESRCH') throw error;
  }
}
