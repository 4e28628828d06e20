/** The way to the registry of a data folder, as the owner of its tables, whether the stack runs or not. */

import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { runningPostgresUrl, startEmbeddedPostgres } from '@kiloclaw/db/embedded';
import { type Env, given } from '../configuration.ts';
import { DATA, type DataFolder, openDataFolder } from '../data-folder.ts';
import { EndpointsSchema } from '../endpoints.ts';
import { endOrphanedRuntimes } from '../orphans.ts';
import { checkDatabaseUrl } from '../postgres.ts';
import { StartError } from '../start-error.ts';

export interface RegistryAccess {
  readonly ownerUrl: string;
  close(): Promise<void>;
}

/** Of a stack that runs on the folder; null where none does. Throws `StartError` where one only begins or ends. */
async function ofRunningStack(dataDir: string, env: Env): Promise<RegistryAccess | null> {
  const text = await readFile(join(dataDir, DATA.endpoints), 'utf8').catch(() => null);
  if (text === null) return null;
  const { database, pid } = EndpointsSchema.parse(JSON.parse(text));
  if (!isAlive(pid)) return null;
  const given = givenDatabase(env);
  const port = Number(new URL(`postgres://${database}`).port);
  const ownerUrl = given ?? (await runningPostgresUrl(join(dataDir, DATA.postgres), port).catch(() => null));
  if (ownerUrl === null) {
    throw new StartError(
      `KiloClaw runs on ${dataDir} with the database at ${database}: name that one in DATABASE_URL.`,
    );
  }
  return { ownerUrl, close: async () => undefined };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function givenDatabase(env: Env): string | null {
  const url = given(env, 'DATABASE_URL');
  if (url === undefined) return null;
  checkDatabaseUrl(url);
  return url;
}

/** Starting one would make it: the folder of a stack with a database elsewhere would have an empty one. */
async function requireDatabase(folder: DataFolder): Promise<void> {
  const isThere = await stat(folder.path('postgres')).then(
    () => true,
    () => false,
  );
  if (isThere) return;
  throw new StartError(
    `There is no database in ${folder.root}: set DATABASE_URL to the one that KiloClaw was started with.`,
  );
}

/**
 * While it is open, either the stack runs and goes on running, or nothing else can start on the folder. Throws
 * `StartError`.
 */
export async function accessRegistry(dataDir: string, env: Env): Promise<RegistryAccess> {
  const running = await ofRunningStack(dataDir, env);
  if (running !== null) return running;
  const folder = await openDataFolder(dataDir);
  try {
    // It would go on writing objects while they are copied.
    await endOrphanedRuntimes(folder.root);
    const url = givenDatabase(env);
    if (url !== null) return { ownerUrl: url, close: () => folder.unlock() };
    await requireDatabase(folder);
    const server = await startEmbeddedPostgres({ dataDir: folder.path('postgres') });
    const close = async () => {
      await server.stop();
      await folder.unlock();
    };
    return { ownerUrl: server.url, close };
  } catch (error) {
    await folder.unlock();
    throw error;
  }
}
