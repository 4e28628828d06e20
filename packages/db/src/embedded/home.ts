import { createHash } from 'node:crypto';
import { chmod, mkdir, readFile, realpath, rename, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { codeOf, EmbeddedPostgresError } from './errors.ts';
import { canEnter, firstIdentity, isRoot } from './run-as.ts';

/**
 * The home of an embedded Postgres holds `cluster/`, `superuser-password` and `postgres.log`. It is the data
 * folder itself, unless we are root and the unprivileged user can't get there (a folder below a root-only one):
 * then it lies below `sharedRoot`, and the pointer file in the data folder names it.
 */
export const SHARED_ROOT = '/var/lib/kiloclaw';

const POINTER_FILE = 'moved-to';
/** A process that ends frees the lock only after its last work. */
const LOCK_WAIT_MS = 1_000;
const LOCK_POLL_MS = 50;
const MOVED_HOME_NAME = /^cluster-[0-9a-f]{16}$/;

export const clusterDirOf = (home: string): string => join(home, 'cluster');

const shortHash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

/** Finds the home of a data folder, or makes one. */
export async function openHome(dataDir: string, sharedRoot: string): Promise<string> {
  await mkdir(dataDir, { recursive: true, mode: 0o755 });
  const folder = await realpath(dataDir);
  const moved = await movedHome(folder, sharedRoot);
  if (moved !== null) return moved;
  if (!isRoot() || (await exists(clusterDirOf(folder))) || (await canEnter(firstIdentity(), folder)))
    return folder;

  const home = join(sharedRoot, `cluster-${shortHash(folder)}`);
  await makePassable(sharedRoot);
  await makePassable(home);
  if (!(await canEnter(firstIdentity(), home))) {
    throw new EmbeddedPostgresError(
      `Neither ${folder} nor ${home} can be reached by the user that runs Postgres: let others pass through their parent folders ("chmod o+x"), or set DATABASE_URL.`,
    );
  }
  await writeFile(join(folder, `${POINTER_FILE}.new`), `${home}\n`);
  await rename(join(folder, `${POINTER_FILE}.new`), join(folder, POINTER_FILE));
  return home;
}

/** The home that the pointer file of a data folder names, if there is one. */
export async function movedHome(folder: string, sharedRoot: string): Promise<string | null> {
  const pointer = join(folder, POINTER_FILE);
  const text = await readFile(pointer, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return null;
  const home = text.trim();
  // What is named here is removed by a reset, so nothing but a folder of ours may be named.
  if (dirname(home) !== sharedRoot || !MOVED_HOME_NAME.test(basename(home))) {
    throw new EmbeddedPostgresError(
      `${pointer} names ${home}, which is no database folder below ${sharedRoot}: correct the file, or delete ${folder}.`,
    );
  }
  if (!(await exists(home))) {
    throw new EmbeddedPostgresError(
      `The database of ${folder} was kept in ${home}, which is gone: restore that folder, or delete ${folder} to begin anew.`,
    );
  }
  return home;
}

/**
 * Holds a home for this process, against a second start on the same data. An abstract socket, because the
 * kernel frees it with the process, even after SIGKILL: a lock file would need guessing whether it is stale.
 */
export async function lockHome(home: string): Promise<() => Promise<void>> {
  const deadline = Date.now() + LOCK_WAIT_MS;
  for (;;) {
    const server = await listenOn(`\0kiloclaw-postgres-${shortHash(home)}`);
    if (server !== null) return () => new Promise((resolve) => server.close(() => resolve()));
    if (Date.now() >= deadline) {
      throw new EmbeddedPostgresError(
        `The database in ${home} is in use by another running process: stop that one first, or choose another data folder.`,
      );
    }
    await delay(LOCK_POLL_MS);
  }
}

/** Null where the name is taken. */
function listenOn(path: string): Promise<Server | null> {
  const server = createServer((socket) => socket.destroy());
  // It must not keep the process alive.
  server.unref();
  return new Promise((resolve, reject) => {
    server.once('error', (error) => (codeOf(error) === 'EADDRINUSE' ? resolve(null) : reject(error)));
    server.listen({ path }, () => resolve(server));
  });
}

/** Makes a folder of our own that everybody may pass through, whatever the umask. */
async function makePassable(folder: string): Promise<void> {
  const made = await mkdir(folder, { recursive: true });
  if (made !== undefined) await chmod(folder, 0o755);
}

export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: unknown) => {
      if (codeOf(error) === 'ENOENT') return false;
      throw error;
    },
  );
}
