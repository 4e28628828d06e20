import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ensureFleetId, migrate } from '@kiloclaw/db/migrate';
import { createTestCluster, type TestCluster } from '@kiloclaw/db/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DATA, markDataFolder, openDataFolder } from '../data-folder.ts';
import { pack, unpack } from './archive.ts';
import { backUp, OBJECTS_FOLDER, REGISTRY_FILE } from './back-up.ts';
import { compareVersions, describeFiles, MANIFEST_FILE, type Manifest, ManifestSchema } from './manifest.ts';
import { missingKeys } from './missing-keys.ts';
import { copyObjects } from './object-files.ts';
import { type RestoredParts, restore } from './restore.ts';
import { tellBackup } from './tell-backup.ts';

const SEALED = 'v1.key-of-the-test.aXY=.dGV4dA==';

let cluster: TestCluster;
let scratch: string;
let backup: string;
let ownerUrl: string;
beforeAll(async () => {
  cluster = await createTestCluster();
  scratch = await mkdtemp(join(tmpdir(), 'kiloclaw backup-'));
  ownerUrl = (await cluster.createDatabase()).url;
  await ensureFleetId(ownerUrl);
  const dataDir = join(scratch, 'data');
  await mkdir(join(dataDir, DATA.objects, 'do/Instance'), { recursive: true });
  makeObject(join(dataDir, DATA.objects, 'do/Instance/one.sqlite'));
  await writeFile(join(dataDir, DATA.secrets), JSON.stringify({ encryptionKeys: 'another:AAAA' }));
  await markDataFolder(dataDir);
  backup = join(scratch, 'backup');
  await backUp({ dataDir, to: backup, env: { DATABASE_URL: ownerUrl } });
}, 60_000);
afterAll(async () => {
  await cluster?.stop();
  await rm(scratch, { recursive: true, force: true });
}, 60_000);

function makeObject(file: string, facts: object = {}): void {
  const database = new DatabaseSync(file);
  database.exec('PRAGMA journal_mode = WAL');
  database.exec('CREATE TABLE record (only INTEGER PRIMARY KEY, schema_version INTEGER, state TEXT)');
  const state = JSON.stringify({ ...facts, configuration: { sealedEnv: SEALED } });
  database.prepare('INSERT INTO record VALUES (1, 3, ?)').run(state);
  database.close();
}

let made = 0;
const freshDir = () => {
  made += 1;
  return join(scratch, `restored-${made}`);
};

async function emptyDatabase(): Promise<string> {
  return (await cluster.createEmptyDatabase()).url;
}

function restoreIt(
  from: string,
  dataDir: string,
  databaseUrl: string,
  parts: RestoredParts = 'all',
): ReturnType<typeof restore> {
  return restore({ from, dataDir, parts, env: { DATABASE_URL: databaseUrl } });
}

/** A backup that differs from the sound one in its manifest, or in one of its files. */
async function changedBackup(
  change: (manifest: Manifest, folder: string) => Promise<unknown>,
): Promise<string> {
  const folder = await mkdtemp(join(scratch, 'unpacked-'));
  await unpack(backup, folder);
  const manifest = ManifestSchema.parse(JSON.parse(await readFile(join(folder, MANIFEST_FILE), 'utf8')));
  const changed = await change(manifest, folder);
  await writeFile(join(folder, MANIFEST_FILE), JSON.stringify(changed ?? manifest));
  made += 1;
  const file = join(scratch, `changed-${made}`);
  await pack(folder, file);
  return file;
}

describe('a backup', () => {
  it('is for its owner alone to read, and is never written over another', async () => {
    expect((await stat(backup)).mode & 0o777).toBe(0o600);
    const again = backUp({ dataDir: join(scratch, 'data'), to: backup, env: { DATABASE_URL: ownerUrl } });
    await expect(again).rejects.toThrow('is there already: name another one with --to');
  });

  it('is not made of a folder that holds none of ours, and leaves nothing behind', async () => {
    const dir = await mkdtemp(join(scratch, 'foreign-'));
    const to = join(scratch, 'never');
    await expect(backUp({ dataDir: dir, to, env: {} })).rejects.toThrow('is no data folder of KiloClaw');
    expect((await readdir(scratch)).filter((name) => name.startsWith('never'))).toEqual([]);
  });

  it('is not made of the objects of one fleet and the registry of another', async () => {
    const dataDir = await mkdtemp(join(scratch, 'fleet-'));
    await mkdir(join(dataDir, DATA.objects, 'do/Instance'), { recursive: true });
    const fleetId = '0f0e0d0c-0b0a-4908-8706-050403020100';
    makeObject(join(dataDir, DATA.objects, 'do/Instance/one.sqlite'), { fleetId });
    await markDataFolder(dataDir);
    const to = join(scratch, 'mixed');
    const env = { DATABASE_URL: ownerUrl };
    await expect(backUp({ dataDir, to, env })).rejects.toThrow(`are of the fleet ${fleetId}`);
    expect((await readdir(scratch)).filter((name) => name.startsWith('mixed'))).toEqual([]);
    // An installation may have been given the id of a fleet that came from elsewhere.
    await backUp({ dataDir, to, env: { ...env, KILOCLAW_FLEET_ID: fleetId } });
  });

  it('asks for the database of a stack that has none in its folder, and makes none there', async () => {
    const dataDir = await mkdtemp(join(scratch, 'elsewhere-'));
    await markDataFolder(dataDir);
    const made = backUp({ dataDir, to: join(scratch, 'nowhere'), env: {} });
    await expect(made).rejects.toThrow('set DATABASE_URL');
    expect(await readdir(dataDir)).not.toContain(DATA.postgres);
  });

  it('that can’t be written anywhere lets go of the folder', async () => {
    const dataDir = join(scratch, 'data');
    const made = backUp({ dataDir, to: join(scratch, 'no/such/file'), env: { DATABASE_URL: ownerUrl } });
    await expect(made).rejects.toThrow('name another file with --to');
    await (await openDataFolder(dataDir)).unlock();
  });

  it('that can’t be packed to its end leaves no half of a file', async () => {
    const to = join(scratch, 'half');
    await expect(pack(join(scratch, 'no-such-folder'), to)).rejects.toThrow('tar ended with');
    expect((await readdir(scratch)).filter((name) => name.startsWith('half'))).toEqual([]);
    await expect(pack(scratch, backup)).rejects.toThrow('is there already');
    expect((await stat(backup)).size).toBeGreaterThan(0);
  });

  it('tells which keys it needs and does not hold, and of none where it holds them all', async () => {
    const folder = await mkdtemp(join(scratch, 'told-'));
    await unpack(backup, folder);
    const manifest = ManifestSchema.parse(JSON.parse(await readFile(join(folder, MANIFEST_FILE), 'utf8')));
    const told = async () =>
      tellBackup({
        manifest,
        to: backup,
        sizeBytes: 1_001,
        missingKeyIds: await missingKeys(manifest, folder, {}),
      }).join('\n');
    expect(await told()).toContain('does not hold every key that opens its secrets (key-of-the-test)');
    await writeFile(join(folder, DATA.secrets), JSON.stringify({ encryptionKeys: 'key-of-the-test:AAAA' }));
    expect(await told()).not.toContain('does not hold');
  });

  it('has each object whole, while it is written to', async () => {
    const from = await mkdtemp(join(scratch, 'objects-'));
    await mkdir(join(from, 'do'));
    const writer = new DatabaseSync(join(from, 'do/pair.sqlite'));
    writer.exec('PRAGMA journal_mode = WAL; CREATE TABLE one (n); CREATE TABLE other (n)');
    let isOver = false;
    const writing = (async () => {
      for (let n = 0; !isOver && n < 100_000; n += 1) {
        writer.exec(`BEGIN; INSERT INTO one VALUES (${n}); INSERT INTO other VALUES (${n}); COMMIT`);
        if (n % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    const counts: unknown[] = [];
    for (let copy = 0; copy < 10; copy += 1) {
      const to = join(scratch, `copies-${copy}`);
      await copyObjects(from, to);
      await new Promise((resolve) => setImmediate(resolve));
      const database = new DatabaseSync(join(to, 'do/pair.sqlite'), { readOnly: true });
      counts.push(
        database.prepare('SELECT (SELECT count(*) FROM one) = (SELECT count(*) FROM other) AS same').get(),
      );
      database.close();
    }
    isOver = true;
    await writing;
    writer.close();
    expect(counts).toEqual(Array.from({ length: 10 }, () => ({ same: 1 })));
  });
});

describe('a restore', () => {
  it('brings back objects, secrets and rows, and names the keys that it lacks', async () => {
    const dataDir = freshDir();
    const { manifest, missingKeyIds } = await restoreIt(backup, dataDir, await emptyDatabase());
    expect(manifest).toMatchObject({ instances: 1, stateVersion: 3, keyIds: ['key-of-the-test'] });
    expect(missingKeyIds).toEqual(['key-of-the-test']);
    const object = new DatabaseSync(join(dataDir, DATA.objects, 'do/Instance/one.sqlite'));
    expect(object.prepare('SELECT schema_version FROM record').get()).toEqual({ schema_version: 3 });
    object.close();
    expect((await stat(join(dataDir, DATA.secrets))).mode & 0o777).toBe(0o600);
    expect((await stat(join(dataDir, DATA.objects))).mode & 0o777).toBe(0o700);
  });

  it('of the registry alone leaves the objects out; of the objects alone goes beside the registry of the same fleet', async () => {
    const registryOnly = freshDir();
    await restoreIt(backup, registryOnly, await emptyDatabase(), 'registry');
    expect(await readdir(registryOnly)).not.toContain(DATA.objects);
    const objectsOnly = freshDir();
    await restoreIt(backup, objectsOnly, ownerUrl, 'objects');
    expect(await readdir(objectsOnly)).toContain(DATA.objects);
  });

  it('writes over nothing: no fleet, no other things, no database that holds anything', async () => {
    const [fleet, other] = [freshDir(), freshDir()];
    await mkdir(fleet);
    await markDataFolder(fleet);
    await mkdir(other);
    await writeFile(join(other, 'letter.txt'), 'Dear');
    const database = await emptyDatabase();
    await expect(restoreIt(backup, fleet, database)).rejects.toThrow('holds a fleet already');
    await expect(restoreIt(backup, other, database)).rejects.toThrow('holds other things');
    expect(await readFile(join(other, 'letter.txt'), 'utf8')).toBe('Dear');
    await expect(restoreIt(backup, freshDir(), ownerUrl)).rejects.toThrow(
      'is not empty (it holds this fleet)',
    );
    const foreign = await emptyDatabase();
    await migrate(foreign);
    const foreignFleet = await ensureFleetId(foreign);
    for (const parts of ['all', 'objects'] as const)
      await expect(restoreIt(backup, freshDir(), foreign, parts)).rejects.toThrow(
        `the fleet ${foreignFleet}`,
      );
    await expect(restore({ from: backup, dataDir: freshDir(), parts: 'objects', env: {} })).rejects.toThrow(
      'name it in DATABASE_URL',
    );
  });

  it.each<[string, string, (manifest: Manifest, folder: string) => Promise<unknown>]>([
    ['a later release', '99.0.0 or later', async (manifest) => ({ ...manifest, version: '99.0.0' })],
    [
      'records of a later version',
      'records of version 99',
      async (manifest) => ({ ...manifest, stateVersion: 99 }),
    ],
    ['a later format', 'the format 99', async (manifest) => ({ ...manifest, format: 99 })],
    ['an unknown migration', 'does not know', async (manifest) => ({ ...manifest, migrations: ['x'] })],
    [
      'a changed file',
      'registry.sql is not what its manifest says',
      (_, folder) => writeFile(join(folder, REGISTRY_FILE), 'COPY'),
    ],
    [
      'a file too many',
      'more.sqlite is not what its manifest says',
      (_, folder) => copyFile(join(folder, REGISTRY_FILE), join(folder, OBJECTS_FOLDER, 'more.sqlite')),
    ],
    ['no manifest of ours', 'manifest can’t be read', async () => ({ hello: 1 })],
  ])('of %s is refused in a sentence, and nothing is left of it', async (_, sentence, change) => {
    const file = await changedBackup(change);
    const dataDir = freshDir();
    await expect(restoreIt(file, dataDir, await emptyDatabase())).rejects.toThrow(sentence);
    await expect(stat(dataDir)).rejects.toThrow('ENOENT');
    expect((await readdir(scratch)).filter((name) => name.includes('.restoring-'))).toEqual([]);
  });

  it('of rows that can’t be filled in leaves nothing that could be started on', async () => {
    const file = await changedBackup(async (manifest, folder) => {
      const text = await readFile(join(folder, REGISTRY_FILE), 'utf8');
      await writeFile(join(folder, REGISTRY_FILE), text.slice(0, text.lastIndexOf('\\.')));
      return { ...manifest, files: await describeFiles(folder) };
    });
    const dataDir = freshDir();
    await mkdir(dataDir);
    await expect(restoreIt(file, dataDir, await emptyDatabase())).rejects.toThrow('The dump is damaged');
    expect(await readdir(dataDir)).toEqual([]);
  });

  it('of a file that was cut off is refused', async () => {
    const file = join(scratch, 'cut');
    const whole = await readFile(backup);
    await writeFile(file, whole.subarray(0, whole.length / 2));
    await expect(restoreIt(file, freshDir(), await emptyDatabase())).rejects.toThrow('no whole backup');
  });
});

describe('versions', () => {
  it.each([
    ['0.1.0', '0.1.0', 0],
    ['0.10.0', '0.9.9', 1],
    ['1.0.0', '1.0.1', -1],
  ])('%s against %s', (one, other, sign) => {
    expect(Math.sign(compareVersions(one, other))).toBe(sign);
  });
});
