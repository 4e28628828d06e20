/** The providers of this machine: Fly or its simulator, and the container engine where one answers. */
import { type EngineAddress, hostAddressOf } from '@kiloclaw/control-plane/docker-fetcher';
import { startFlySimulator } from '@kiloclaw/fly-simulator';
import { cacheFolder } from './cache-folder.ts';
import { type Env, given } from './configuration.ts';
import { buildDemoImage, DEMO_IMAGE } from './engine/demo-image.ts';
import { EngineUnavailable } from './engine/engine-unavailable.ts';
import { findEngine } from './engine/find-engine.ts';

export interface SimulatedFly {
  readonly url: string;
  /** Where faults are armed and calls are listed. */
  readonly controlUrl: string;
  readonly token: string;
  close(): Promise<void>;
}

/** A stand-in for Fly with its state in `stateDir`, on free ports of this machine. It refuses calls as often as Fly would. */
export async function simulateFly(stateDir: string, token: string): Promise<SimulatedFly> {
  const simulator = await startFlySimulator({
    port: 0,
    controlPort: 0,
    stateDir,
    token,
    settings: { rateLimits: true },
  });
  return { ...simulator, token };
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
    if (image === undefined) {
      await buildDemoImage(engine, { cacheDir: await cacheFolder('engine', dataCache) });
    }
    return { engine, note: `on, ${addressOf(engine)}, image ${image ?? DEMO_IMAGE}` };
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
