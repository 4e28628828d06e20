import postgres from 'postgres';
import { openRegistry, type RegistryDb } from '../../client.ts';
import { setRoleLogin } from '../../migrate.ts';
import { createTestCluster } from '../../testing.ts';
import { ensureUsers } from '../ensure-users.ts';

/** A registry of its own for a test file, as the web sees it; the user `owner` is known. */
export interface WebRegistry {
  /** Signed in as `kiloclaw_web`. */
  readonly db: RegistryDb;
  /** Another connection of the same role: questions on one wait for each other. */
  readonly otherDb: RegistryDb;
  /** As the owner of the tables, to put rows there. */
  readonly ownerDb: RegistryDb;
  readonly sql: postgres.Sql;
  /** Connection string of the owner. */
  readonly url: string;
  /** Ends the server and removes its files. */
  close(): Promise<void>;
}

const PASSWORD = 'test-web-password';

export async function openWebRegistry(): Promise<WebRegistry> {
  const cluster = await createTestCluster();
  try {
    const { url } = await cluster.createDatabase();
    await setRoleLogin(url, 'kiloclaw_web', PASSWORD);
    const asWeb = Object.assign(new URL(url), { username: 'kiloclaw_web', password: PASSWORD }).href;
    const options = { statementTimeoutMs: 20_000 };
    const [web, other, owner] = [
      openRegistry(asWeb, options),
      openRegistry(asWeb, options),
      openRegistry(url, options),
    ] as const;
    const sql = postgres(url, { max: 1, fetch_types: false, onnotice: () => undefined });
    await ensureUsers(owner.db, [{ id: 'owner' }]);
    const close = async () => {
      await Promise.all([web.close(), other.close(), owner.close(), sql.end({ timeout: 1 })]);
      await cluster.stop();
    };
    return { db: web.db, otherDb: other.db, ownerDb: owner.db, sql, url, close };
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}
