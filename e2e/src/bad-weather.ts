/** Parts of a running stack that hang, die and come back, while the others go on. Linux only, by /proc. */
import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { processesBelow } from '@kiloclaw/dev/testing';
import type { RunningStack } from './stack.ts';

/** In /proc/net/tcp. */
const LISTENING = '0A';

export interface Outage {
  /** Lets it go on where it was. */
  end(): Promise<void>;
}

/** The inode of the socket that listens on a port of 127.0.0.1. */
async function listeningSocket(port: number): Promise<string | null> {
  const table = await readFile('/proc/net/tcp', 'utf8');
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const rows = table.split('\n').map((line) => line.trim().split(/\s+/));
  return rows.find(([, local, , state]) => state === LISTENING && local?.endsWith(suffix))?.[9] ?? null;
}

async function holdsSocket(pid: number, inode: string): Promise<boolean> {
  const folder = `/proc/${pid}/fd`;
  const handles = await readdir(folder).catch(() => []);
  const links = await Promise.all(handles.map((handle) => readlink(join(folder, handle)).catch(() => '')));
  return links.includes(`socket:[${inode}]`);
}

/** The stack's process that answers at this address. */
async function processAt(stack: RunningStack, url: string): Promise<number> {
  const inode = await listeningSocket(Number(new URL(url).port));
  for (const pid of await stack.process.processes())
    if (inode !== null && (await holdsSocket(pid, inode))) return pid;
  throw new Error(`No process of the stack listens at ${url}.`);
}

function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // It ended by itself meanwhile: a backend of Postgres whose client went away.
    }
  }
}

/** A process of the stack with all below it. The root first, so that it starts nothing new. */
export async function pauseProcess(root: number): Promise<Outage> {
  signalAll([root], 'SIGSTOP');
  const pids = await processesBelow(root);
  signalAll(pids, 'SIGSTOP');
  return { end: async () => signalAll(pids.toReversed(), 'SIGCONT') };
}

/** Postgres takes connections and queries, and answers none. Only for the stack's own, embedded one. */
export async function pausePostgres({ dataDir }: RunningStack): Promise<Outage> {
  const pidFile = await readFile(join(dataDir, 'postgres/cluster/postmaster.pid'), 'utf8');
  return pauseProcess(Number.parseInt(pidFile, 10));
}

/** The control plane takes requests and answers none; the web goes on. */
export async function pauseControlPlane(stack: RunningStack): Promise<Outage> {
  return pauseProcess(await processAt(stack, stack.apiUrl));
}

/** The control plane dies with every request under way, and is started again by its launcher. */
export async function crashControlPlane(stack: RunningStack): Promise<void> {
  process.kill(await processAt(stack, stack.apiUrl), 'SIGKILL');
}

/** The provider's next call of this route (`POST /v1/apps/{app}/machines`) fails without effect. */
export async function failNextFlyCall({ fly }: RunningStack, route: string): Promise<void> {
  await fly.arm({ route, nth: 1, kind: 'fail_before' });
}
