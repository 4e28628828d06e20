/** What a process gives to a command; tests give their own. */
import { homedir } from 'node:os';
import process from 'node:process';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

type Terminal = { readonly isTTY?: boolean; readonly columns?: number };

export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDir: string;
  readonly stdin: Readable & Terminal;
  readonly stdout: Writable & Terminal;
  readonly stderr: Writable & Terminal;
  /** Fires at the first Ctrl-C. */
  readonly interruption: AbortSignal;
  /** Resolves after the time; rejects where the command is interrupted. */
  sleep(ms: number): Promise<void>;
  now(): number;
}

export function processSurroundings(interruption: AbortSignal): Surroundings {
  return {
    env: process.env,
    homeDir: homedir(),
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    interruption,
    sleep: (ms) => delay(ms, undefined, { signal: interruption }),
    now: Date.now,
  };
}
