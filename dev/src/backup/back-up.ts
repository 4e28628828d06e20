/** Backs up one box: what stands in its data folder, and its registry. What its providers hold is theirs to keep. */
import { chmod, copyFile, mkdtemp, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { dumpRegistry } from '@kiloclaw/db/dump';
import { type Env, given } from '../configuration.ts';
import { DATA, isDataFolder } from '../data-folder.ts';
import { codeOf, StartError } from '../start-error.ts';
import { pack, unpack } from './archive.ts';
import {
  describeFiles,
  MANIFEST_FILE,
  type Manifest,
  makeManifest,
  ownVersion,
  readSoundManifest,
} from './manifest.ts';
import { copyObjects } from './object-files.ts';
import { accessRegistry } from './registry-access.ts';

export const REGISTRY_FILE = 'registry.sql';
export const OBJECTS_FOLDER = 'objects';
/** Of the data folder; all other files are made anew at each start, or are caches. */
export const KEPT_FILES = ['secrets', 'accounts', 'demo'] as const;

export interface BackupOptions {
  readonly dataDir: string;
  /** A file that is not there yet. */
  readonly to: string;
  readonly env: Env;
}

/**
 * Makes a backup, of a running stack or a stopped one, and reads it back before it says so. Throws `StartError`.
 *
 * Objects come first and the registry last: an audit row that an object has handed over by the time it is copied is
 * then in the registry's copy, and one that it has not is in the object's. The other way round rows could be lost.
 */
export async function backUp({ dataDir, to, env }: BackupOptions): Promise<Manifest> {
  if (!(await isDataFolder(dataDir))) {
    throw new StartError(`${dataDir} is no data folder of KiloClaw: name the right one with --data-dir.`);
  }
  await refuseExisting(to);
  const staging = await makeStaging(to);
  try {
    const registry = await accessRegistry(dataDir, env);
    try {
      return await fillAndPack(staging, registry.ownerUrl, { dataDir, to, env });
    } finally {
      await registry.close();
    }
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function fillAndPack(
  staging: string,
  ownerUrl: string,
  { dataDir, to, env }: BackupOptions,
): Promise<Manifest> {
  const root = await realpath(dataDir);
  const madeAt = new Date().toISOString();
  const { fleetIds, ...copied } = await copyObjects(join(root, DATA.objects), join(staging, OBJECTS_FOLDER));
  await copyKeptFiles(root, staging);
  const { fleetId, migrations } = await dumpRegistry(ownerUrl, join(staging, REGISTRY_FILE));
  if (fleetId === null) throw new StartError('The registry has no fleet yet: there is nothing to back up.');
  refuseOtherFleet(fleetIds, fleetId, env);
  const manifest = makeManifest({
    ...copied,
    version: await ownVersion(),
    madeAt,
    fleetId,
    migrations: [...migrations],
    keyIds: [...copied.keyIds],
    files: await describeFiles(staging),
  });
  await writeFile(join(staging, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`);
  await pack(staging, to);
  await verify(to);
  return manifest;
}

/** A stack that runs with an id of its own has that one in its records. */
function refuseOtherFleet(ofObjects: readonly string[], ofRegistry: string, env: Env): void {
  const known = [ofRegistry, given(env, 'KILOCLAW_FLEET_ID')];
  if (ofObjects.length === 0 || ofObjects.some((id) => known.includes(id))) return;
  throw new StartError(
    `The instances in this folder are of the fleet ${ofObjects.join(', ')}, and the registry is that of ${ofRegistry}: set DATABASE_URL, and KILOCLAW_FLEET_ID where there is one, as the stack was started with.`,
  );
}

async function refuseExisting(to: string): Promise<void> {
  const isThere = await stat(to).then(
    () => true,
    () => false,
  );
  if (isThere) throw new StartError(`The file ${to} is there already: name another one with --to.`);
}

/** Beside the file, so that it is on the same disk; secrets lie in it. */
async function makeStaging(to: string): Promise<string> {
  try {
    const staging = await mkdtemp(`${to}.making-`);
    await chmod(staging, 0o700);
    return staging;
  } catch (error) {
    throw new StartError(
      `Nothing can be written to ${dirname(to)} (${codeOf(error) ?? 'unknown error'}): name another file with --to.`,
    );
  }
}

async function copyKeptFiles(root: string, staging: string): Promise<void> {
  for (const entry of KEPT_FILES) {
    await copyFile(join(root, DATA[entry]), join(staging, DATA[entry])).catch((error: unknown) => {
      // A stack without a demo has made none.
      if (codeOf(error) !== 'ENOENT') throw error;
    });
  }
}

/** What can't be read back is no backup: it goes away again. */
async function verify(file: string): Promise<void> {
  const scratch = await mkdtemp(`${file}.verifying-`);
  try {
    await chmod(scratch, 0o700);
    await unpack(file, scratch);
    await readSoundManifest(scratch);
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
