/** Runs the CLI within the test's process, on streams that the test reads. */
import { PassThrough, Readable, Writable } from 'node:stream';
import { runCli } from '../run.ts';
import type { Surroundings } from '../surroundings.ts';

export const API_KEY = 'test-key-that-must-not-be-seen-anywhere';

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly homeDir?: string;
  /** What stands on standard input, which is then no terminal. */
  readonly stdin?: string;
  /** What a person at the terminal types, one line for each question. */
  readonly typed?: readonly string[];
  /** Of the terminal; 0 where it tells none. */
  readonly columns?: number;
  readonly interruption?: AbortSignal;
  readonly onSleep?: (ms: number) => void;
  readonly now?: () => number;
}

export interface Run {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** How long it paused each time, in milliseconds. */
  readonly pausesMs: readonly number[];
  /** Standard output as the one JSON document that it has to be. */
  json(): unknown;
}

function collector(isTTY: boolean, columns: number) {
  const chunks: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(String(chunk));
      done();
    },
  });
  // What moves a terminal's cursor, and is not text.
  const cursor = { cursorTo: () => true, moveCursor: () => true, clearLine: () => true };
  return { stream: Object.assign(stream, { isTTY, columns, ...cursor }), text: () => chunks.join('') };
}

/** A terminal at which each line is typed once something was asked. */
function keyboard(lines: readonly string[]) {
  const stream = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => stream });
  const waiting = [...lines];
  const hear = (text: string) => {
    if (!text.includes('?')) return;
    const line = waiting.shift();
    if (line !== undefined) setImmediate(() => stream.write(`${line}\r`));
  };
  return { stream, hear };
}

export async function run(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  const { env = {}, homeDir = '/nonexistent', stdin = '', typed, columns = 100, interruption } = options;
  const isTTY = typed !== undefined;
  const stdout = collector(isTTY, columns);
  const stderr = collector(isTTY, columns);
  const pausesMs: number[] = [];
  const signal = interruption ?? new AbortController().signal;
  const surroundings: Surroundings = {
    env,
    homeDir,
    stdin: isTTY ? typing(stderr.stream, typed) : Readable.from([stdin]),
    stdout: stdout.stream,
    stderr: stderr.stream,
    interruption: signal,
    now: options.now ?? Date.now,
    sleep: async (ms) => {
      pausesMs.push(ms);
      options.onSleep?.(ms);
      signal.throwIfAborted();
    },
  };
  const exitCode = await runCli(args, surroundings);
  return {
    exitCode,
    stdout: stdout.text(),
    stderr: stderr.text(),
    pausesMs,
    json: () => JSON.parse(stdout.text()),
  };
}

function typing(stderr: Writable, lines: readonly string[]) {
  const { stream, hear } = keyboard(lines);
  const write = stderr.write.bind(stderr);
  stderr.write = ((chunk: unknown, ...rest: []) => {
    hear(String(chunk));
    return write(chunk, ...rest);
  }) as typeof stderr.write;
  return stream;
}
