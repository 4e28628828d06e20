/** A Worker on workerd, by Miniflare, on a port of this machine. */
import {
  Log,
  LogLevel,
  Miniflare,
  MiniflareCoreError,
  type MiniflareOptions,
  type WorkerOptions as MiniflareWorker,
} from 'miniflare';
import { RUNTIME_MARKER } from './orphans.ts';
import { StartError } from './start-error.ts';

export const LOOPBACK = '127.0.0.1';
export const MAIN_MODULE = 'worker.js';
const ENDING_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface RuntimeHost {
  /** 0 takes any free one. */
  readonly port: number;
  /** What to set where the port is taken. */
  readonly portSetting: string;
  readonly dataRoot: string;
  /** Hears every line that the Worker and its runtime write. */
  readonly log: (line: string) => void;
  /** The runtime died and runs again: nothing is lost, requests under way were cut. */
  readonly onRestart: () => void;
  /** The runtime died and can't be started again. */
  readonly onDeath: () => void;
}

export interface RuntimeOptions extends RuntimeHost {
  readonly config: MiniflareWorker['config'];
  /** Where objects keep their storage; for a Worker that has some. */
  readonly objectsDir?: string;
}

export interface Runtime {
  /** Its origin. */
  readonly url: string;
  /** Runs the Worker's scheduled handler once: what its cron does where there is one. */
  runScheduled(): Promise<void>;
  stop(): Promise<void>;
}

class RuntimeLog extends Log {
  readonly #host: RuntimeHost;

  constructor(host: RuntimeHost) {
    super(LogLevel.WARN);
    this.#host = host;
  }

  override logWithLevel(level: LogLevel, message: string): void {
    if (level <= LogLevel.WARN)
      this.#host.log(JSON.stringify({ at: new Date().toISOString(), runtime: message }));
  }

  override error(error: Error): void {
    this.logWithLevel(LogLevel.ERROR, error.message);
    if (error instanceof MiniflareCoreError && error.code === 'ERR_RUNTIME_FAILURE') this.#host.onDeath();
  }
}

function miniflareOptions(options: RuntimeOptions): MiniflareOptions {
  return {
    host: LOOPBACK,
    port: options.port,
    ...(options.objectsDir === undefined ? {} : { resourcePersistencePath: options.objectsDir }),
    // No look-ups on the network, nothing written into the person's home, nothing told to anyone.
    cf: false,
    enableDevRegistry: false,
    telemetry: { enabled: false },
    log: new RuntimeLog(options),
    handleStructuredLogs: ({ timestamp, level, message }) => {
      // The Worker writes JSON lines; whatever else comes is workerd's own.
      options.log(
        message.startsWith('{')
          ? message
          : JSON.stringify({ at: new Date(timestamp).toISOString(), level, runtime: message }),
      );
    },
    unsafeRuntimeEnv: { [RUNTIME_MARKER]: options.dataRoot },
    unsafeHandleRuntimeRestart: options.onRestart,
    workers: [{ config: options.config }],
  };
}

/** Miniflare ends the whole process at once on a signal; ours stops Postgres and the rest in order first. */
function withoutSignalHandlers<Result>(work: () => Result): Result {
  const before = ENDING_SIGNALS.map((signal) => process.listeners(signal));
  const result = work();
  ENDING_SIGNALS.forEach((signal, index) => {
    for (const listener of process.listeners(signal)) {
      if (!before[index]?.includes(listener)) process.off(signal, listener);
    }
  });
  return result;
}

/** Starts the Worker. Throws `StartError` where its port is taken or the runtime does not start. */
export async function startRuntime(options: RuntimeOptions): Promise<Runtime> {
  const miniflare = withoutSignalHandlers(() => new Miniflare(miniflareOptions(options)));
  try {
    const url = await miniflare.ready;
    const runScheduled = async () => {
      const { outcome } = await (await miniflare.getWorker()).scheduled();
      if (outcome !== 'ok') throw new Error(`the scheduled handler ended with ${outcome}: see the log`);
    };
    return { url: url.origin, runScheduled, stop: () => miniflare.dispose() };
  } catch (error) {
    await miniflare.dispose().catch(() => undefined);
    if (error instanceof MiniflareCoreError && error.code === 'ERR_ADDRESS_IN_USE') {
      throw new StartError(
        `Port ${options.port} on ${LOOPBACK} is taken: choose another one with ${options.portSetting}.`,
      );
    }
    throw new StartError(
      `The Workers runtime does not start: ${error instanceof Error ? error.message : 'unknown error'}`,
    );
  }
}
