import { realpath, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { locateBinaries } from './binaries.ts';
import { ensureCluster, readPassword, SUPERUSER } from './cluster.ts';
import { clusterDirOf, exists, lockHome, movedHome, openHome, SHARED_ROOT } from './home.ts';
import { connectAsSuperuser, type Launched, launchPostgres } from './launch.ts';
import { runningPostmaster, stopPostmaster } from './postmaster.ts';
import { identityFor, isRoot } from './run-as.ts';

export { EmbeddedPostgresError } from './errors.ts';

export type EmbeddedPostgresOptions = {
  /** Where the database is kept; made if absent. */
  readonly dataDir: string;
  /** On 127.0.0.1; 0, the default, takes a free one. */
  readonly port?: number;
  /** False gives up durability for speed: for tests alone. Default true. */
  readonly durable?: boolean;
  /** Where root keeps what the unprivileged user can't reach otherwise. Default `/var/lib/kiloclaw`. */
  readonly sharedRoot?: string;
  /** Hears one line about each unusual thing that was done. */
  readonly log?: (line: string) => void;
};

export type EmbeddedPostgres = {
  /** Connection string of the superuser: it holds the password. */
  readonly url: string;
  readonly port: number;
  /** Process id of the server. */
  readonly pid: number;
  /** Stops the server and frees the data folder. May be called again. */
  stop(): Promise<void>;
};

const DATABASE_NAME = 'kiloclaw';

/**
 * Runs a Postgres of our own on 127.0.0.1, from the binaries of the npm registry: never as root, without
 * touching the system's users, and whatever way the last run on the same folder ended. Throws `EmbeddedPostgresError`.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { port = 0, durable = true, sharedRoot = SHARED_ROOT, log = () => undefined } = options;
  const dataDir = resolve(options.dataDir);
  const home = await openHome(dataDir, sharedRoot);
  if (home !== (await realpath(dataDir)))
    log(`The database of ${dataDir} is kept in ${home}, where an unprivileged user can reach it.`);
  const unlock = await lockHome(home);
  try {
    const clusterDir = clusterDirOf(home);
    const identity = await identityFor(clusterDir);
    await stopOrphan(clusterDir, log);
    const binaries = await locateBinaries(identity, isRoot() ? sharedRoot : home);
    if (dirname(binaries.postgres).startsWith(sharedRoot))
      log(`Postgres runs from the copy in ${dirname(binaries.postgres)}.`);
    const password = await ensureCluster(home, binaries, identity, durable);
    const logFile = join(home, 'postgres.log');
    const launched = await launchPostgres({
      binaries,
      identity,
      clusterDir,
      logFile,
      port,
      password,
      durable,
    });
    launched.child.once('exit', () => void unlock());
    await ensureDatabase(launched, password).catch(async (error: unknown) => {
      await stopPostmaster(launched.pid, clusterDir);
      throw error;
    });
    let stopping: Promise<void> | undefined;
    return {
      url: superuserUrl(launched.port, password),
      port: launched.port,
      pid: launched.pid,
      stop: () => {
        stopping ??= (hasEnded(launched) ? Promise.resolve() : stopPostmaster(launched.pid, clusterDir)).then(
          unlock,
        );
        return stopping;
      },
    };
  } catch (error) {
    await unlock();
    throw error;
  }
}

/** Connection string of the superuser of the server that already runs on a data folder, at this port. */
export async function runningPostgresUrl(
  dataDir: string,
  port: number,
  { sharedRoot = SHARED_ROOT }: { readonly sharedRoot?: string } = {},
): Promise<string> {
  const folder = await realpath(dataDir);
  const password = await readPassword((await movedHome(folder, sharedRoot)) ?? folder);
  return superuserUrl(port, password);
}

/** Stops what still runs on a data folder and removes the folder, and what was kept elsewhere for it. */
export async function removeEmbeddedPostgres(
  dataDir: string,
  { sharedRoot = SHARED_ROOT }: { readonly sharedRoot?: string } = {},
): Promise<void> {
  if (!(await exists(dataDir))) return;
  const folder = await realpath(dataDir);
  const home = (await movedHome(folder, sharedRoot)) ?? folder;
  const unlock = await lockHome(home);
  try {
    await identityFor(clusterDirOf(home));
    await stopOrphan(clusterDirOf(home), () => undefined);
    await rm(home, { recursive: true, force: true });
    await rm(folder, { recursive: true, force: true });
  } finally {
    await unlock();
  }
}

function superuserUrl(port: number, password: string): string {
  return `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/${DATABASE_NAME}`;
}

/** Once it has ended, its process id may be another's. */
const hasEnded = ({ child }: Launched): boolean => child.exitCode !== null || child.signalCode !== null;

/** We hold the lock, so a server that runs here lost its launcher. Its port and settings may be others: it ends. */
async function stopOrphan(clusterDir: string, log: (line: string) => void): Promise<void> {
  const pid = await runningPostmaster(clusterDir);
  if (pid === null) return;
  log(`A Postgres that an earlier run left behind (process ${pid}) is stopped.`);
  await stopPostmaster(pid, clusterDir);
}

async function ensureDatabase(launched: Launched, password: string): Promise<void> {
  const client = connectAsSuperuser(launched.port, password);
  try {
    const found = await client`SELECT 1 FROM pg_database WHERE datname = ${DATABASE_NAME}`;
    if (found.length === 0) await client.unsafe(`CREATE DATABASE ${DATABASE_NAME}`);
  } finally {
    await client.end({ timeout: 1 });
  }
}
