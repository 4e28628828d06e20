/** Runs one command in a process group of its own, bounded in time and in kept output. */
import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { descendantsOf, endProcesses, type ProcessId } from './process-tree.ts';

/** From the request to stop to the kill. */
const STOP_GRACE_MS = 10_000;

/** For what it has started in groups of its own, once the command itself has ended. */
const STRAY_GRACE_MS = 3_000;

/** From the command's end to the end of its output: a daemon that left the group may hold the pipe open. */
const OUTPUT_GRACE_MS = 2_000;
const KEPT_OUTPUT_CHARACTERS = 200_000;

export interface RunRequest {
  command: string;
  args: string[];
  root: string;
  timeoutMs: number;
  /** Ends the run early. */
  signal: AbortSignal;
  /** Called with the output as it comes. */
  onOutput?: (text: string) => void;
}

export interface RunResult {
  exitCode: number;
  /** The end of standard output and standard error, in the order they came. */
  output: string;
  timedOut: boolean;
}

function environmentFor(root: string): NodeJS.ProcessEnv {
  const binaries = join(root, 'node_modules', '.bin');
  return {
    ...process.env,
    PATH: [binaries, process.env.PATH ?? ''].join(delimiter),
    NO_COLOR: '1',
    // The tests must pass offline, and without a word to anybody.
    WRANGLER_SEND_METRICS: 'false',
  };
}

/** A group outlives its first process as long as it has members: workerd, Postgres, a stack under test. */
function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    // ESRCH: all of it is gone already. EPERM: what is left runs as another user, and is beyond us.
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}

/** Runs to the end, to the timeout, or to the abort; whatever the command has started is gone afterwards. */
export function runProcess({
  command,
  args,
  root,
  timeoutMs,
  signal,
  onOutput,
}: RunRequest): Promise<RunResult> {
  return new Promise((resolve) => {
    const path = command === 'node' ? process.execPath : join(root, 'node_modules', '.bin', command);
    const child = spawn(path, args, {
      cwd: root,
      env: environmentFor(root),
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let output = '';
    let timedOut = false;
    let killTimer: NodeJS.Timeout | undefined;
    let outputTimer: NodeJS.Timeout | undefined;
    const keep = (text: string) => {
      output = (output + text).slice(-KEPT_OUTPUT_CHARACTERS);
      onOutput?.(text);
    };
    let strays: ProcessId[] = [];
    const stop = () => {
      // Before the first signal: once a parent has ended, its children can't be told from anybody's.
      strays = child.pid === undefined ? [] : descendantsOf(child.pid);
      killGroup(child, 'SIGTERM');
      killTimer ??= setTimeout(() => killGroup(child, 'SIGKILL'), STOP_GRACE_MS);
    };
    const timer = setTimeout(() => {
      timedOut = true;
      stop();
    }, timeoutMs);
    const settle = async (exitCode: number) => {
      clearTimeout(timer);
      clearTimeout(killTimer);
      clearTimeout(outputTimer);
      signal.removeEventListener('abort', stop);
      await endProcesses(strays, STRAY_GRACE_MS);
      resolve({ exitCode, output, timedOut });
    };
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop);
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    child.on('error', (error) => {
      keep(`${error.message}\n`);
      settle(1);
    });
    child.on('exit', () => {
      killGroup(child, 'SIGKILL');
      outputTimer = setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
      }, OUTPUT_GRACE_MS);
    });
    child.on('close', (code, endSignal) =>
      settle(code ?? 128 + (endSignal ? constants.signals[endSignal] : 0)),
    );
  });
}
