/** Puts a backup into a folder that holds nothing yet. It can't be started on before all of it is there. */
import { chmod, copyFile, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DumpError, loadRegistry, readRegistryFacts } from '@kiloclaw/db/dump';
import { EmbeddedPostgresError, removeEmbeddedPostgres, startEmbeddedPostgres } from '@kiloclaw/db/embedded';
import { type Env, given } from '../configuration.ts';
import { DATA, isDataFolder, markDataFolder } from '../data-folder.ts';
import { checkDatabaseUrl } from '../postgres.ts';
import { codeOf, StartError } from '../start-error.ts';
import { unpack } from './archive.ts';
import { KEPT_FILES, OBJECTS_FOLDER, REGISTRY_FILE } from './back-up.ts';
import { type Manifest, ownVersion, readSoundManifest, refuseLater } from './manifest.ts';
import { missingKeys } from './missing-keys.ts';

const PRIVATE_FILE_MODE = 0o600;
const PRIVATE_FOLDER_MODE = 0o700;
const FOLDER_MODE = 0o755;

/** `registry`: objects come back from their rows. `objects`: the registry that DATABASE_URL names has outlived them. */
export const RESTORED_PARTS = ['all', 'registry', 'objects'] as const;
export type RestoredParts = (typeof RESTORED_PARTS)[number];

export interface RestoreOptions {
  readonly from: string;
  /** A folder that is not there yet, or is empty. */
  readonly dataDir: string;
  readonly parts: RestoredParts;
  readonly env: Env;
}

export interface Restored {
  readonly manifest: Manifest;
  /** Keys that seal what was restored, and that neither the backup nor the environment has. */
  readonly missingKeyIds: readonly string[];
}

/** All of it, or nothing: what was made before a failure is taken away again. Throws `StartError`. */
export async function restore(options: RestoreOptions): Promise<Restored> {
  const { from, dataDir, env, parts } = options;
  const wasThere = await requireEmpty(dataDir);
  await mkdir(dirname(dataDir), { recursive: true });
  const staging = await mkdtemp(`${dataDir}.restoring-`);
  try {
    await chmod(staging, PRIVATE_FOLDER_MODE);
    await unpack(from, staging);
    const manifest = await readSoundManifest(staging);
    refuseLater(manifest, await ownVersion());
    await checkRegistry(manifest, options);
    try {
      await fill(staging, manifest, options);
      return {
        manifest,
        missingKeyIds: parts === 'registry' ? [] : await missingKeys(manifest, dataDir, env),
      };
    } catch (error) {
      await clear(dataDir, wasThere);
      throw error;
    }
  } catch (error) {
    throw error instanceof DumpError || error instanceof EmbeddedPostgresError
      ? new StartError(error.message)
      : error;
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** Answers whether the folder was there already. */
async function requireEmpty(dataDir: string): Promise<boolean> {
  const entries = await readdir(dataDir).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null;
    throw new StartError(
      `The folder ${dataDir} can't be used (${codeOf(error) ?? 'unknown error'}): choose another one with --data-dir.`,
    );
  });
  if (entries === null || entries.length === 0) return entries !== null;
  const what = (await isDataFolder(dataDir)) ? 'a fleet already' : 'other things';
  throw new StartError(
    `The folder ${dataDir} holds ${what}, and a restore writes over nothing: name an empty folder with --data-dir.`,
  );
}

/** The database that the environment names must be empty, or, for objects alone, the very one of the backup. */
async function checkRegistry({ fleetId }: Manifest, { env, parts }: RestoreOptions): Promise<void> {
  const url = given(env, 'DATABASE_URL');
  if (url === undefined) {
    if (parts !== 'objects') return;
    throw new StartError('--only objects goes with a registry that is there: name it in DATABASE_URL.');
  }
  checkDatabaseUrl(url);
  const facts = await readRegistryFacts(url).catch((error: unknown) => {
    throw new StartError(
      `The database that DATABASE_URL names can't be read (${codeOf(error) ?? 'unknown error'}): start it, or correct DATABASE_URL.`,
    );
  });
  const holds =
    facts.fleetId === null
      ? 'no fleet'
      : facts.fleetId === fleetId
        ? 'this fleet'
        : `the fleet ${facts.fleetId}`;
  if (parts === 'objects' ? facts.fleetId === fleetId : facts.migrations.length === 0) return;
  throw new StartError(
    parts === 'objects'
      ? `The backup is of the fleet ${fleetId}, and the database that DATABASE_URL names holds ${holds}: name the registry of this fleet.`
      : `The backup is of the fleet ${fleetId}, and the database that DATABASE_URL names is not empty (it holds ${holds}): name an empty one, or take --only objects to keep it.`,
  );
}

async function fill(staging: string, { migrations }: Manifest, options: RestoreOptions): Promise<void> {
  const { dataDir, env, parts } = options;
  await mkdir(dataDir, { recursive: true, mode: FOLDER_MODE });
  for (const entry of KEPT_FILES) {
    const target = join(dataDir, DATA[entry]);
    const isThere = await copyFile(join(staging, DATA[entry]), target).then(
      () => true,
      (error: unknown) => {
        if (codeOf(error) === 'ENOENT') return false;
        throw error;
      },
    );
    if (isThere) await chmod(target, PRIVATE_FILE_MODE);
  }
  if (parts !== 'registry') await placeObjects(staging, dataDir);
  if (parts !== 'objects') await fillRegistry(join(staging, REGISTRY_FILE), migrations, { dataDir, env });
  await markDataFolder(dataDir);
}

async function placeObjects(staging: string, dataDir: string): Promise<void> {
  const objects = join(dataDir, DATA.objects);
  await rename(join(staging, OBJECTS_FOLDER), objects).catch(async (error: unknown) => {
    if (codeOf(error) !== 'ENOENT') throw error;
    await mkdir(objects);
  });
  await chmod(objects, PRIVATE_FOLDER_MODE);
}

async function fillRegistry(
  file: string,
  migrations: readonly string[],
  { dataDir, env }: { readonly dataDir: string; readonly env: Env },
): Promise<void> {
  const url = given(env, 'DATABASE_URL');
  if (url !== undefined) return loadRegistry(url, file, migrations);
  const server = await startEmbeddedPostgres({ dataDir: join(dataDir, DATA.postgres) });
  try {
    await loadRegistry(server.url, file, migrations);
  } finally {
    await server.stop();
  }
}

/** A database of the operator's keeps the empty tables that were made in it: they are not ours to drop. */
async function clear(dataDir: string, wasThere: boolean): Promise<void> {
  await removeEmbeddedPostgres(join(dataDir, DATA.postgres));
  for (const name of await readdir(dataDir)) await rm(join(dataDir, name), { recursive: true, force: true });
  if (!wasThere) await rm(dataDir, { recursive: true, force: true });
}
