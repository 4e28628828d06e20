/** The providers of this machine: Fly and Northflank or their simulators, and the container engine where one answers. */
import { type EngineAddress, hostAddressOf } from '@kiloclaw/control-plane/docker-fetcher';
import { startFlySimulator } from '@kiloclaw/fly-simulator';
import { startNorthflankSimulator } from '@kiloclaw/northflank-simulator';
import { cacheFolder } from './cache-folder.ts';
import { type Env, given, isProduction } from './configuration.ts';
import type { DataFolder } from './data-folder.ts';
import { buildDemoImage, DEMO_IMAGE } from './engine/demo-image.ts';
import { EngineUnavailable } from './engine/engine-unavailable.ts';
import { findEngine } from './engine/find-engine.ts';
import type { Secrets } from './secrets.ts';

export interface SimulatedProvider {
  readonly url: string;
  /** Where faults are armed and calls are listed. */
  readonly controlUrl: string;
  readonly token: string;
}

interface SimulatorsOptions {
  readonly env: Env;
  readonly folder: DataFolder;
  readonly secrets: Secrets;
}

/**
 * Stands in, outside of a production, for Fly where the environment has no token of it, and for Northflank where it has a token of neither: beside
 * real machines at Fly, nobody is offered pretended ones. On free ports of this machine, with their state in the data
 * folder; `onStart` is given what stops one, as soon as it runs.
 */
export async function startSimulators(
  { env, folder, secrets }: SimulatorsOptions,
  onStart: (stop: () => Promise<void>) => void,
): Promise<Record<'fly' | 'northflank', SimulatedProvider | null>> {
  if (isProduction(env)) return { fly: null, northflank: null };
  const unless = async (
    tokenSettings: readonly string[],
    token: string,
    start: () => Promise<{ readonly url: string; readonly controlUrl: string; close(): Promise<void> }>,
  ): Promise<SimulatedProvider | null> => {
    if (tokenSettings.some((name) => given(env, name) !== undefined)) return null;
    const simulator = await start();
    onStart(() => simulator.close());
    return { ...simulator, token };
  };
  const { flySimulatorToken, northflankSimulatorToken } = secrets;
  const onFreePorts = { port: 0, controlPort: 0 };
  return {
    fly: await unless(['FLY_API_TOKEN'], flySimulatorToken, () =>
      startFlySimulator({
        ...onFreePorts,
        stateDir: folder.path('flySimulator'),
        token: flySimulatorToken,
        // It refuses calls as often as Fly would.
        settings: { rateLimits: true },
      }),
    ),
    northflank: await unless(['FLY_API_TOKEN', 'NF_API_TOKEN'], northflankSimulatorToken, () =>
      startNorthflankSimulator({
        ...onFreePorts,
        stateDir: folder.path('northflankSimulator'),
        token: northflankSimulatorToken,
      }),
    ),
  };
}

/** What the endpoints' file holds of it. */
export function simulatorEndpoints(simulator: SimulatedProvider | null) {
  return simulator === null ? null : { url: simulator.url, controlUrl: simulator.controlUrl };
}

/** How `npm start` tells of a provider that may be simulated. */
export function noteOf(simulator: SimulatedProvider | null, env: Env, tokenSetting: string): string {
  if (simulator !== null) return `simulated at ${simulator.url}`;
  return given(env, tokenSetting) === undefined ? `off: ${tokenSetting} is not set` : 'on';
}

export type DockerLocal =
  | { readonly engine: EngineAddress; readonly note: string }
  | { readonly engine: null; readonly note: string };

/** Never fails: without an engine docker-local is off, and the note says why. */
export async function openDockerLocal(env: Env, dataCache: string): Promise<DockerLocal> {
  try {
    const engine = await findEngine({ env });
    if (engine === null) {
      return { engine, note: 'off: no container engine answers here (start one, or name it in DOCKER_HOST)' };
    }
    const image = given(env, 'KILOCLAW_DEFAULT_IMAGE');
    if (image === undefined && !isProduction(env)) {
      await buildDemoImage(engine, { cacheDir: await cacheFolder('engine', dataCache) });
    }
    const byDefault = image ?? (isProduction(env) ? undefined : DEMO_IMAGE);
    const told = byDefault === undefined ? 'no image by default' : `image ${byDefault}`;
    return { engine, note: `on, ${addressOf(engine)}, ${told}` };
  } catch (error) {
    if (error instanceof EngineUnavailable) return { engine: null, note: `off: ${error.message}` };
    throw error;
  }
}

/** What the control plane is told of the engine that its binding reaches. */
export function engineSettings(engine: EngineAddress | null): Record<string, string> {
  return engine === null ? {} : { DOCKER_LOCAL_HOST_ADDRESS: hostAddressOf(engine) };
}

function addressOf(engine: EngineAddress): string {
  return 'socketPath' in engine ? engine.socketPath : `${engine.host}:${engine.port}`;
}
