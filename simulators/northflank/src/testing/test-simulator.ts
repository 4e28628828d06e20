/** A simulator for tests: on free ports, its state in a temporary folder that goes when it ends. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type NorthflankSimulator,
  type NorthflankSimulatorOptions,
  startNorthflankSimulator,
} from '../server.ts';
import type { Settings } from '../settings.ts';

/** Every rollout is done before the next request, and the rate is more than a test needs. */
export const INSTANT: Partial<Settings> = {
  statusLingerMs: 0,
  pendingMs: 0,
  stagingMs: 0,
  startingMs: 0,
  terminateMs: 0,
  endedContainerMs: 0,
  volumeBindMs: 0,
  volumeGrowMs: 0,
  serviceDeleteMs: 0,
  volumeDeleteMs: 0,
  rateLimitPerWindow: 1_000_000,
};

export class TestSimulator {
  readonly #options: NorthflankSimulatorOptions;
  #running: NorthflankSimulator;

  private constructor(options: NorthflankSimulatorOptions, running: NorthflankSimulator) {
    this.#options = options;
    this.#running = running;
  }

  /** Starts one; without settings of its own, with `INSTANT`. */
  static async start(
    asked: Pick<NorthflankSimulatorOptions, 'token' | 'settings' | 'clock'>,
  ): Promise<TestSimulator> {
    const stateDir = await mkdtemp(join(tmpdir(), 'northflank-simulator-'));
    const options = { settings: INSTANT, ...asked, port: 0, controlPort: 0, stateDir };
    try {
      return new TestSimulator(options, await startNorthflankSimulator(options));
    } catch (error) {
      await rm(stateDir, { recursive: true, force: true });
      throw error;
    }
  }

  /** The one that runs: its addresses change with a restart. */
  get running(): NorthflankSimulator {
    return this.#running;
  }

  /** Ends the simulator and starts one on the same folder. */
  async restart(): Promise<void> {
    await this.#running.close();
    this.#running = await startNorthflankSimulator(this.#options);
  }

  /** Stops it and removes its folder. */
  async end(): Promise<void> {
    await this.#running.close();
    await rm(this.#options.stateDir, { recursive: true, force: true });
  }
}
