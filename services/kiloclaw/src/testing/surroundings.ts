/** What the Worker's tests run against, for the whole run: the Fly simulator and a throw-away Postgres. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setRoleLogin } from '@kiloclaw/db/migrate';
import { createTestCluster } from '@kiloclaw/db/testing';
import { startFlySimulator } from '@kiloclaw/fly-simulator';
import { FLY_TOKEN } from './bindings.ts';

const CONTROL_PLANE_ROLE = 'kiloclaw_control_plane';
const CONTROL_PLANE_PASSWORD = 'test-control-plane-password';

const INSTANT = {
  createMs: 0,
  startMs: 0,
  stopMs: 0,
  restartMs: 0,
  updateMs: 0,
  destroyMs: 0,
  unbindLagMs: 0,
  tombstoneMs: 0,
  volumeDestroyMs: 0,
};

export interface Surroundings {
  readonly flyUrl: string;
  readonly flyControlUrl: string;
  /** As the control plane signs in. */
  readonly registryUrl: string;
  /** As the superuser: what the tests read by. */
  readonly observerUrl: string;
  /** Stops both and removes their files; once, however often it is called. */
  end(): Promise<void>;
}

/** Starts both on free ports. */
export async function startSurroundings(): Promise<Surroundings> {
  const stateDir = await mkdtemp(join(tmpdir(), 'kiloclaw-fly-'));
  const ends: (() => Promise<unknown>)[] = [() => rm(stateDir, { recursive: true, force: true })];
  const end = async () => {
    for (const step of ends.splice(0).reverse()) await step();
  };
  try {
    const options = { port: 0, controlPort: 0, stateDir, token: FLY_TOKEN, settings: INSTANT };
    const simulator = await startFlySimulator(options);
    ends.push(() => simulator.close());
    const cluster = await createTestCluster();
    ends.push(() => cluster.stop());
    const { url: observerUrl } = await cluster.createDatabase();
    await setRoleLogin(observerUrl, CONTROL_PLANE_ROLE, CONTROL_PLANE_PASSWORD);
    const registryUrl = Object.assign(new URL(observerUrl), {
      username: CONTROL_PLANE_ROLE,
      password: CONTROL_PLANE_PASSWORD,
    }).href;
    return {
      flyUrl: simulator.url,
      flyControlUrl: simulator.controlUrl,
      registryUrl,
      observerUrl,
      end,
    };
  } catch (error) {
    await end();
    throw error;
  }
}
