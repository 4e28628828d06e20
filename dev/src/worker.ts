/** The control-plane Worker on workerd, by Miniflare: its objects on disk, its bindings from this machine. */
import { createEngineFetcher, type EngineAddress } from '@kiloclaw/control-plane/docker-fetcher';
import {
  Log,
  LogLevel,
  Miniflare,
  MiniflareCoreError,
  type MiniflareOptions,
  Response as RuntimeResponse,
} from 'miniflare';
import type { Bundle } from './bundle.ts';
import { RUNTIME_MARKER } from './orphans.ts';
import { StartError } from './start-error.ts';

const LOOPBACK = '127.0.0.1';
const MAIN_MODULE = 'worker.js';
const ENDING_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface WorkerOptions {
  readonly bundle: Bundle;
  /** 0 takes any free one. */
  readonly port: number;
  readonly dataRoot: string;
  /** Where the objects' storage lies. */
  readonly objectsDir: string;
  readonly registryUrl: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly engine: EngineAddress | null;
  /** Hears every line that the Worker and its runtime write. */
  readonly log: (line: string) => void;
  /** The runtime died and runs again: nothing is lost, requests under way were cut. */
  readonly onRestart: () => void;
  /** The runtime died and can't be started again. */
  readonly onDeath: () => void;
}

export interface ControlPlane {
  readonly url: string;
  /** Runs the Worker's scheduled handler once: what its cron does where there is one. */
  sweep(): Promise<void>;
  stop(): Promise<void>;
}

class RuntimeLog extends Log {
  readonly #options: WorkerOptions;

  constructor(options: WorkerOptions) {
    super(LogLevel.WARN);
    this.#options = options;
  }

  override logWithLevel(level: LogLevel, message: string): void {
    if (level <= LogLevel.WARN)
      this.#options.log(JSON.stringify({ at: new Date().toISOString(), runtime: message }));
  }

  override error(error: Error): void {
    this.logWithLevel(LogLevel.ERROR, error.message);
    if (error instanceof MiniflareCoreError && error.code === 'ERR_RUNTIME_FAILURE') this.#options.onDeath();
  }
}

function dockerBinding(engine: EngineAddress) {
  const fetchEngine = createEngineFetcher(engine);
  return {
    type: 'fetcher',
    handler: async (request: { url: string; method: string; text(): Promise<string> }) => {
      const body = await request.text();
      const answer = await fetchEngine(
        new Request(request.url, { method: request.method, ...(body === '' ? {} : { body }) }),
      );
      const { status, headers } = answer;
      return new RuntimeResponse(answer.body, { status, headers: [...headers] });
    },
  } as const;
}

function workerConfig(options: WorkerOptions) {
  const { bundle, settings, registryUrl, engine } = options;
  const { name, compatibility_date, compatibility_flags, durable_objects, hyperdrive } = bundle.config;
  const objects = durable_objects.bindings.map(
    (binding) =>
      [binding.name, { type: 'durable-object', worker: name, exportName: binding.class_name }] as const,
  );
  const databases = hyperdrive.map(
    ({ binding }) =>
      [binding, { type: 'hyperdrive', id: binding, dev: { connectionString: registryUrl } }] as const,
  );
  const texts = Object.entries(settings).map(([key, value]) => [key, { type: 'text', value }] as const);
  return {
    name,
    compatibilityDate: compatibility_date,
    compatibilityFlags: compatibility_flags,
    manifest: {
      mainModule: MAIN_MODULE,
      modulesRoot: options.dataRoot,
      modules: { [MAIN_MODULE]: { type: 'esm', contents: bundle.code } },
    },
    exports: Object.fromEntries(
      durable_objects.bindings.map(
        (binding) => [binding.class_name, { type: 'durable-object', storage: 'sqlite' }] as const,
      ),
    ),
    env: {
      ...Object.fromEntries([...objects, ...databases, ...texts]),
      ...(engine === null ? {} : { DOCKER: dockerBinding(engine) }),
    },
  } as const;
}

function miniflareOptions(options: WorkerOptions): MiniflareOptions {
  return {
    host: LOOPBACK,
    port: options.port,
    resourcePersistencePath: options.objectsDir,
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
    workers: [{ config: workerConfig(options) }],
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
export async function startControlPlane(options: WorkerOptions): Promise<ControlPlane> {
  const miniflare = withoutSignalHandlers(() => new Miniflare(miniflareOptions(options)));
  try {
    const url = await miniflare.ready;
    const sweep = async () => {
      const { outcome } = await (await miniflare.getWorker()).scheduled();
      if (outcome !== 'ok') throw new Error(`the scheduled handler ended with ${outcome}: see the log`);
    };
    return { url: url.origin, sweep, stop: () => miniflare.dispose() };
  } catch (error) {
    await miniflare.dispose().catch(() => undefined);
    if (error instanceof MiniflareCoreError && error.code === 'ERR_ADDRESS_IN_USE') {
      throw new StartError(
        `Port ${options.port} on ${LOOPBACK} is taken: choose another one with --port or KILOCLAW_API_PORT.`,
      );
    }
    throw new StartError(
      `The Workers runtime does not start: ${error instanceof Error ? error.message : 'unknown error'}`,
    );
  }
}
