/** The processes below a process, and their sudden end: on Linux, by /proc. */
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

const KILL_ROUNDS_MAX = 250;
const KILL_ROUND_MS = 20;

interface ProcessEntry {
  readonly pid: number;
  readonly parentPid: number;
}

/** Null for one that is gone, or that has ended and only waits to be reaped. */
async function readProcess(pid: string): Promise<ProcessEntry | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  if (stat === null) return null;
  // The second field is the command in parentheses and may hold spaces; count from its end.
  const [state, parentPid] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return state === 'Z' || state === 'X' ? null : { pid: Number(pid), parentPid: Number(parentPid) };
}

async function allProcesses(): Promise<ProcessEntry[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const entries = await Promise.all(pids.map(readProcess));
  return entries.filter((entry) => entry !== null);
}

async function isMarked(pid: number, marker: string): Promise<boolean> {
  const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
  return environment.split('\0').includes(marker);
}

function descendantsOf(processes: readonly ProcessEntry[], roots: Iterable<number>): number[] {
  const found = new Set(roots);
  // A set yields what is added while it is walked, so this visits every descendant once.
  for (const pid of found) {
    for (const entry of processes) if (entry.parentPid === pid) found.add(entry.pid);
  }
  const living = new Set(processes.map(({ pid }) => pid));
  return [...found].filter((pid) => living.has(pid));
}

/**
 * The living processes of a stack: the known ones, everything below them, and whatever bears `marker` (`NAME=value`)
 * in its environment, wherever it was re-parented to.
 */
export async function livingProcesses(known: Iterable<number>, marker: string): Promise<number[]> {
  const processes = await allProcesses();
  const marked = await Promise.all(processes.map(({ pid }) => isMarked(pid, marker)));
  return descendantsOf(processes, [
    ...known,
    ...processes.filter((_, index) => marked[index]).map(({ pid }) => pid),
  ]);
}

/** A living process and everything below it, the process itself first. */
export async function processesBelow(root: number): Promise<number[]> {
  return descendantsOf(await allProcesses(), [root]);
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended by itself since we looked.
  }
}

/** SIGKILLs the root first, so that it restarts nothing, then all the others; resolves when none of them lives. */
export async function killTree(root: number, marker: string): Promise<void> {
  const known = new Set(await livingProcesses([root], marker));
  sendSignal(root, 'SIGKILL');
  for (let round = 0; round < KILL_ROUNDS_MAX; round += 1) {
    const living = await livingProcesses(known, marker);
    if (living.length === 0) return;
    for (const pid of living) {
      known.add(pid);
      sendSignal(pid, 'SIGKILL');
    }
    await delay(KILL_ROUND_MS);
  }
  throw new Error(`Processes outlived SIGKILL: ${[...known].join(', ')}`);
}
