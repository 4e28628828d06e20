/**
 * The web Worker of this machine. It has a runtime of its own, as the platform would give it: the control plane may be
 * away while it answers, and it reaches that by its binding alone.
 */

import { MAIN_MODULE, type Runtime, type RuntimeHost, startRuntime } from './runtime.ts';
import type { WebBundle } from './web-bundle.ts';

export interface WebOptions extends RuntimeHost {
  readonly bundle: WebBundle;
  readonly registryUrl: string;
  readonly settings: Readonly<Record<string, string>>;
  /** The control plane's origin. */
  readonly apiUrl: string;
}

function workerConfig(options: WebOptions) {
  const { code, config, appFolder } = options.bundle;
  const texts = Object.entries(options.settings).map(
    ([key, value]) => [key, { type: 'text', value }] as const,
  );
  const { hostname, port } = new URL(options.apiUrl);
  return {
    name: config.name,
    compatibilityDate: config.compatibility_date,
    compatibilityFlags: config.compatibility_flags,
    manifest: {
      mainModule: MAIN_MODULE,
      modulesRoot: options.dataRoot,
      modules: { [MAIN_MODULE]: { type: 'esm', contents: code } },
    },
    exports: {},
    assets: {
      directory: appFolder,
      hasUserWorker: true,
      notFoundHandling: config.assets.not_found_handling,
      runWorkerFirst: config.assets.run_worker_first,
    },
    env: {
      [config.assets.binding]: { type: 'assets' },
      CONTROL_PLANE: { type: 'external', address: `${hostname}:${port}`, http: {} },
      REGISTRY: { type: 'hyperdrive', id: 'REGISTRY', dev: { connectionString: options.registryUrl } },
      ...Object.fromEntries(texts),
    },
  } as const;
}

/** Throws `StartError` where its port is taken or the runtime does not start. */
export function startWeb(options: WebOptions): Promise<Runtime> {
  return startRuntime({ ...options, config: workerConfig(options) });
}
