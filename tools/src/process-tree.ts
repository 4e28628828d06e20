/**
 * The processes below a process, those with a group of their own too: a Postgres that a test has started would
 * outlive a kill of the test's group. Read from /proc; on a system without it, nothing is found.
 */
import { readdirSync, readFileSync } from 'node:fs';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_INTERVAL_MS = 50;

/** A process, and when it started in clock ticks: an id alone may have gone to another process since. */
export interface ProcessId {
  pid: number;
  startTicks: string;
}

function readStat(pid: number): { parentPid: number; state: string; startTicks: string } | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The second field is the command in parentheses and may hold spaces; count from its end.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0] ?? '', parentPid: Number(fields[1]), startTicks: fields[19] ?? '' };
}

function listPids(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

/** Children, their children and so on, as of now. A process whose parent has ended is nobody's descendant. */
export function descendantsOf(pid: number): ProcessId[] {
  const all = listPids().flatMap((candidate) => {
    const stat = readStat(candidate);
    return stat === undefined ? [] : [{ pid: candidate, ...stat }];
  });
  const family = new Set([pid]);
  // A set yields what is added while it is walked.
  for (const member of family) for (const one of all) if (one.parentPid === member) family.add(one.pid);
  family.delete(pid);
  return all
    .filter((one) => family.has(one.pid))
    .map((one) => ({ pid: one.pid, startTicks: one.startTicks }));
}

function isAlive({ pid, startTicks }: ProcessId): boolean {
  const stat = readStat(pid);
  return stat !== undefined && stat.startTicks === startTicks && stat.state !== 'Z';
}

function send(target: ProcessId, signal: NodeJS.Signals): void {
  if (!isAlive(target)) return;
  try {
    process.kill(target.pid, signal);
  } catch {
    // It ended in between, or runs as another user and is beyond us.
  }
}

/** Asks all of them to stop, and kills those that are still there after the grace time. */
export async function endProcesses(targets: ProcessId[], graceMs: number): Promise<void> {
  for (const target of targets) send(target, 'SIGTERM');
  const deadline = Date.now() + graceMs;
  while (Date.now() < deadline && targets.some(isAlive)) await sleep(POLL_INTERVAL_MS);
  for (const target of targets) send(target, 'SIGKILL');
}
