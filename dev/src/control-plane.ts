/** The control-plane Worker of this machine: its objects on disk, its bindings from this machine. */
import { createEngineFetcher, type EngineAddress } from '@kiloclaw/control-plane/docker-fetcher';
import { Response as RuntimeResponse } from 'miniflare';
import type { Bundle } from './bundle.ts';
import { MAIN_MODULE, type Runtime, type RuntimeHost, startRuntime } from './runtime.ts';

export interface ControlPlaneOptions extends RuntimeHost {
  readonly bundle: Bundle;
  /** Where the objects' storage lies. */
  readonly objectsDir: string;
  readonly registryUrl: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly engine: EngineAddress | null;
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

function workerConfig(options: ControlPlaneOptions) {
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

/** Throws `StartError` where its port is taken or the runtime does not start. */
export function startControlPlane(options: ControlPlaneOptions): Promise<Runtime> {
  return startRuntime({ ...options, config: workerConfig(options) });
}
