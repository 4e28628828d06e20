import { openRegistry, type RegistryDb } from '../../client.ts';
import { createTestCluster } from '../../testing.ts';
import { ensureUsers } from '../ensure-users.ts';

/** A registry of its own for a test file, in which the user `owner` is known. */
export interface TestRegistry {
  readonly db: RegistryDb;
  /** Ends the server and removes its files. */
  close(): Promise<void>;
}

export async function openTestRegistry(): Promise<TestRegistry> {
  const cluster = await createTestCluster();
  try {
    const registry = openRegistry((await cluster.createDatabase()).url, { statementTimeoutMs: 10_000 });
    await ensureUsers(registry.db, [{ id: 'owner' }]);
    const close = async () => {
      await registry.close();
      await cluster.stop();
    };
    return { db: registry.db, close };
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}
