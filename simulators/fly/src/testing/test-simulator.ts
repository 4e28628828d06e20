/** A simulator for tests: on free ports, its state in a temporary folder that goes when it ends. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FlySimulator, type FlySimulatorOptions, startFlySimulator } from '../server.ts';
import type { Settings } from '../settings.ts';

/** Every transition is done before the next request. */
export const INSTANT: Partial<Settings> = {
  createMs: 0,
  startMs: 0,
  stopMs: 0,
  restartMs: 0,
  updateMs: 0,
  destroyMs: 0,
  unbindLagMs: 0,
  tombstoneMs: 0,
  volumeDestroyMs: 0,
  suspendMs: 0,
  volumeFillMs: 0,
  snapshotMs: 0,
};

export class TestSimulator {
  readonly #options: FlySimulatorOptions;
  #running: FlySimulator;

  private constructor(options: FlySimulatorOptions, running: FlySimulator) {
    this.#options = options;
    this.#running = running;
  }

  /** Starts one; without settings of its own, with `INSTANT`. */
  static async start(
    asked: Pick<FlySimulatorOptions, 'token' | 'settings' | 'clock'>,
  ): Promise<TestSimulator> {
    const stateDir = await mkdtemp(join(tmpdir(), 'fly-simulator-'));
    const options = { settings: INSTANT, ...asked, port: 0, controlPort: 0, stateDir };
    try {
      return new TestSimulator(options, await startFlySimulator(options));
    } catch (error) {
      await rm(stateDir, { recursive: true, force: true });
      throw error;
    }
  }

  /** The one that runs: its addresses change with a restart. */
  get running(): FlySimulator {
    return this.#running;
  }

  /** Ends the simulator and starts one on the same folder. */
  async restart(): Promise<void> {
    await this.#running.close();
    this.#running = await startFlySimulator(this.#options);
  }

  /** Stops it and removes its folder. */
  async end(): Promise<void> {
    await this.#running.close();
    await rm(this.#options.stateDir, { recursive: true, force: true });
  }
}
