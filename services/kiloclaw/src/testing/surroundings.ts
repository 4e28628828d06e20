/** What the Worker's tests run against, for the whole run: the Fly simulator and a throw-away Postgres. */
import { setRoleLogin } from '@kiloclaw/db/migrate';
import { createTestCluster } from '@kiloclaw/db/testing';
import { TestSimulator } from '@kiloclaw/fly-simulator/testing/test-simulator';
import { FLY_TOKEN } from './bindings.ts';

const CONTROL_PLANE_ROLE = 'kiloclaw_control_plane';
const CONTROL_PLANE_PASSWORD = 'test-control-plane-password';

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
  const ends: (() => Promise<unknown>)[] = [];
  const end = async () => {
    for (const step of ends.splice(0).reverse()) await step();
  };
  try {
    const simulator = await TestSimulator.start({ token: FLY_TOKEN });
    ends.push(() => simulator.end());
    const cluster = await createTestCluster();
    ends.push(() => cluster.stop());
    const { url: observerUrl } = await cluster.createDatabase();
    await setRoleLogin(observerUrl, CONTROL_PLANE_ROLE, CONTROL_PLANE_PASSWORD);
    const registryUrl = Object.assign(new URL(observerUrl), {
      username: CONTROL_PLANE_ROLE,
      password: CONTROL_PLANE_PASSWORD,
    }).href;
    return {
      flyUrl: simulator.running.url,
      flyControlUrl: simulator.running.controlUrl,
      registryUrl,
      observerUrl,
      end,
    };
  } catch (error) {
    await end();
    throw error;
  }
}
