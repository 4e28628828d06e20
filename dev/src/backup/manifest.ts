/** What a backup says of itself: whose it is, when and by which release it was made, and what every file in it must be. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { STATE_SCHEMA_VERSION } from '@kiloclaw/control-plane/stored-state';
import { z } from 'zod';
import { REPOSITORY_ROOT } from '../flags.ts';
import { StartError } from '../start-error.ts';

/** Raised where an earlier release could not read what this one writes. */
const FORMAT = 1;
export const MANIFEST_FILE = 'manifest.json';

const FileSchema = z.object({ path: z.string(), bytes: z.int(), sha256: z.string() });

export const ManifestSchema = z.object({
  format: z.int(),
  /** Of KiloClaw. */
  version: z.string(),
  /** When it was begun: all that was done before is in it. */
  madeAt: z.iso.datetime(),
  fleetId: z.uuid(),
  /** The newest version among the records of the objects; 0 where there is none. */
  stateVersion: z.int().nonnegative(),
  /** Hashes of the migrations that the registry had, oldest first. */
  migrations: z.array(z.string()),
  instances: z.int().nonnegative(),
  /** The keys that seal what is in the objects, by id: a restore needs each. */
  keyIds: z.array(z.string()),
  files: z.array(FileSchema),
});
export type Manifest = z.infer<typeof ManifestSchema>;

export async function ownVersion(): Promise<string> {
  const text = await readFile(join(REPOSITORY_ROOT, 'package.json'), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** Every file below a folder but the manifest, in the order of their paths. */
export async function describeFiles(folder: string): Promise<Manifest['files']> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter((path) => path !== MANIFEST_FILE)
    .sort();
  const files: Manifest['files'] = [];
  for (const path of paths) {
    const { size } = await stat(join(folder, path));
    files.push({ path, bytes: size, sha256: await sha256Of(join(folder, path)) });
  }
  return files;
}

export function makeManifest(facts: Omit<Manifest, 'format'>): Manifest {
  return { format: FORMAT, ...facts };
}

/** The manifest of an unpacked backup, once every file in it is what the manifest says. Throws `StartError`. */
export async function readSoundManifest(folder: string): Promise<Manifest> {
  const manifest = await readManifest(folder);
  const found = await describeFiles(folder);
  const damaged = [
    ...manifest.files.filter((file) => !found.some((other) => isSame(file, other))),
    ...found.filter(({ path }) => !manifest.files.some((file) => file.path === path)),
  ];
  if (damaged.length > 0) {
    throw new StartError(
      `The backup is damaged: ${damaged[0]?.path} is not what its manifest says. Take another backup.`,
    );
  }
  return manifest;
}

type FileEntry = Manifest['files'][number];
const isSame = (one: FileEntry, other: FileEntry) =>
  one.path === other.path && one.bytes === other.bytes && one.sha256 === other.sha256;

async function readManifest(folder: string): Promise<Manifest> {
  const text = await readFile(join(folder, MANIFEST_FILE), 'utf8').catch(() => null);
  if (text === null) throw new StartError('The file is no backup of KiloClaw: it holds no manifest.');
  const raw: unknown = parseJson(text);
  const { format } = z.looseObject({ format: z.int() }).safeParse(raw).data ?? {};
  if (format !== undefined && format > FORMAT) {
    throw new StartError(
      `The backup has the format ${format}, and this release reads up to ${FORMAT}: restore it with the release that made it, or a later one.`,
    );
  }
  const manifest = ManifestSchema.safeParse(raw);
  if (!manifest.success) throw new StartError('The backup is damaged: its manifest can’t be read.');
  return manifest.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Refuses what a later release has made: this one could not read all of it. Throws `StartError`. */
export function refuseLater(manifest: Manifest, version: string): void {
  const isLater = compareVersions(manifest.version, version) > 0;
  if (!isLater && manifest.stateVersion <= STATE_SCHEMA_VERSION) return;
  throw new StartError(
    `The backup was made by KiloClaw ${manifest.version}, with records of version ${manifest.stateVersion}; this is ${version}, which reads up to ${STATE_SCHEMA_VERSION}: install ${manifest.version} or later, and restore with that.`,
  );
}

/** By number, part by part: below 0 where `one` is earlier. */
export function compareVersions(one: string, other: string): number {
  const parts = (version: string) => version.split('.').map(Number);
  const others = parts(other);
  const differences = parts(one).map((part, index) => part - (others[index] ?? 0));
  return differences.find((difference) => difference !== 0) ?? 0;
}
