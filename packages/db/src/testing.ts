import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { startEmbeddedPostgres } from './embedded/embedded-postgres.ts';
import { migrate } from './migrate.ts';

export { fillRegistry, type RegistrySize } from './testing/fill-registry.ts';

export type TestDatabase = {
  readonly name: string;
  /** Connection string of the superuser. */
  readonly url: string;
};

/** A throw-away Postgres for a test file: real, empty, not durable. */
export type TestCluster = {
  /** A fresh database with the newest schema. */
  createDatabase(): Promise<TestDatabase>;
  /** A fresh database with nothing in it. */
  createEmptyDatabase(): Promise<TestDatabase>;
  /** Ends the server and removes its files. */
  stop(): Promise<void>;
};

const TEMPLATE = 'template_migrated';

export async function createTestCluster(): Promise<TestCluster> {
  const folder = await mkdtemp(join(tmpdir(), 'kiloclaw-postgres-'));
  // Such a folder is private, and as root Postgres runs as somebody else.
  await chmod(folder, 0o755);
  const removeFolder = () => rm(folder, { recursive: true, force: true });
  try {
    const server = await startEmbeddedPostgres({ dataDir: folder, durable: false });
    const admin = postgres(server.url, { max: 1, fetch_types: false, onnotice: () => undefined });
    const urlOf = (name: string) => Object.assign(new URL(server.url), { pathname: `/${name}` }).href;
    const stop = async () => {
      await admin.end({ timeout: 1 });
      await server.stop();
      await removeFolder();
    };
    let count = 0;
    const create = async (template: string): Promise<TestDatabase> => {
      count += 1;
      const name = `test_${count}`;
      await admin.unsafe(`CREATE DATABASE ${name} TEMPLATE ${template}`);
      return { name, url: urlOf(name) };
    };
    try {
      await admin.unsafe(`CREATE DATABASE ${TEMPLATE}`);
      await migrate(urlOf(TEMPLATE));
    } catch (error) {
      await stop();
      throw error;
    }
    return { createDatabase: () => create(TEMPLATE), createEmptyDatabase: () => create('template0'), stop };
  } catch (error) {
    await removeFolder();
    throw error;
  }
}
