/** The Workers runtimes of a stack under test: paused, or killed and changed before they come back. */
import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect } from 'vitest';
import { processesBelow } from './process-tree.ts';
import type { StackFolder, StackProcess } from './stack-process.ts';

const GONE_TIMEOUT_MS = 10_000;

async function runtimesOf(stack: StackProcess): Promise<number[]> {
  const below = await processesBelow(stack.pid);
  const commands = await Promise.all(
    below.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  );
  return below.filter((_, index) => /^[^\0]*workerd\0/.test(commands[index] ?? ''));
}

/** Lets nothing of them run while `work` is under way. */
export async function whileRuntimesPause(stack: StackProcess, work: () => Promise<void>): Promise<void> {
  const pids = await runtimesOf(stack);
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  try {
    await work();
  } finally {
    for (const pid of pids) process.kill(pid, 'SIGCONT');
  }
}

/**
 * Kills the runtimes, changes what their objects have stored, and lets the stack start them again. `change` is called
 * with the database of every object.
 */
export async function restartRuntimes(
  stack: StackProcess,
  folder: StackFolder,
  change: (object: DatabaseSync) => void = () => {},
): Promise<void> {
  const pids = await runtimesOf(stack);
  // Else it would start them again before they are changed.
  process.kill(stack.pid, 'SIGSTOP');
  try {
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    await expect.poll(() => areGone(pids), { timeout: GONE_TIMEOUT_MS }).toBe(true);
    for await (const file of glob('objects/**/*.sqlite', { cwd: folder.dataDir })) {
      const object = new DatabaseSync(join(folder.dataDir, file));
      try {
        change(object);
      } finally {
        object.close();
      }
    }
  } finally {
    process.kill(stack.pid, 'SIGCONT');
  }
}

async function areGone(pids: readonly number[]): Promise<boolean> {
  const states = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') X')),
  );
  return states.every((stat) => /\) [ZX]/.test(stat));
}

export function hasTable(object: DatabaseSync, table: string): boolean {
  return (
    object.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?").get(table) !== undefined
  );
}
