/** workerd outlives a launcher that was killed, and goes on writing the objects' storage and firing their alarms. */
import { readdir, readFile, readlink } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { StartError } from './start-error.ts';

/** Stands in workerd's environment, so that the next start on the same data folder can tell its own. */
export const RUNTIME_MARKER = 'KILOCLAW_RUNTIME_OF';

const END_TIMEOUT_MS = 5_000;
const POLL_MS = 20;

async function isRuntimeOf(pid: string, dataRoot: string): Promise<boolean> {
  try {
    const program = basename(await readlink(`/proc/${pid}/exe`));
    if (!program.startsWith('workerd')) return false;
    const environment = (await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0');
    return environment.includes(`${RUNTIME_MARKER}=${dataRoot}`);
  } catch {
    return false; // gone meanwhile, or another user's
  }
}

async function runtimesOf(dataRoot: string): Promise<number[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => ((await isRuntimeOf(pid, dataRoot)) ? [Number(pid)] : [])),
  );
  return found.flat();
}

/**
 * Ends every workerd that an earlier run on this data folder left behind, and returns how many there were.
 * The folder's lock must be held: two runtimes on the same objects would each take itself for the authority.
 */
export async function endOrphanedRuntimes(dataRoot: string): Promise<number> {
  const orphans = await runtimesOf(dataRoot);
  for (const pid of orphans) process.kill(pid, 'SIGKILL');
  const deadline = Date.now() + END_TIMEOUT_MS;
  while ((await runtimesOf(dataRoot)).length > 0) {
    if (Date.now() > deadline) {
      throw new StartError(
        `The process ${orphans.join(', ')} of an earlier run does not end: end it, then start again.`,
      );
    }
    await delay(POLL_MS);
  }
  return orphans.length;
}
