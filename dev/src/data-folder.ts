/** The data folder: what lies where in it, who may use it, and how it is emptied. */
import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { removeEmbeddedPostgres } from '@kiloclaw/db/embedded';
import { z } from 'zod';
import { codeOf, StartError } from './start-error.ts';

/** Its presence says that a folder is ours: only such a one, or an empty one, is written to or reset. */
const MARKER_FILE = 'kiloclaw-data.json';
const LAYOUT_VERSION = 1;
const HOLDER_FILE = 'running.json';

export const DATA = {
  postgres: 'postgres',
  objects: 'objects',
  flySimulator: 'fly-simulator',
  northflankSimulator: 'northflank-simulator',
  cache: 'cache',
  secrets: 'secrets.json',
  apiKey: 'internal-api-key',
  endpoints: 'endpoints.json',
  demo: 'demo.json',
  accounts: 'accounts.json',
  adminLink: 'first-admin-link',
  log: 'control-plane.log',
} as const;

const PRIVATE_FILE_MODE = 0o600;
const PRIVATE_FOLDER_MODE = 0o700;
// Postgres does not run as root: as root it must be able to pass through here.
const FOLDER_MODE = 0o755;

export interface DataFolder {
  /** Without symbolic links. */
  readonly root: string;
  path(entry: keyof typeof DATA): string;
  /** Replaces a file as one step, readable for its owner alone. */
  write(entry: keyof typeof DATA, text: string): Promise<void>;
  /** Null where there is no such file. */
  read(entry: keyof typeof DATA): Promise<string | null>;
  remove(entry: keyof typeof DATA): Promise<void>;
  /** A folder that its owner alone may enter, whatever rights the files in it have; answers its path. */
  makePrivate(entry: keyof typeof DATA): Promise<string>;
  /** Lets the next one have it. */
  unlock(): Promise<void>;
}

const HolderSchema = z.object({ pid: z.int(), startedAt: z.string() });

async function replaceFile(path: string, text: string): Promise<void> {
  await rm(`${path}.new`, { force: true });
  await writeFile(`${path}.new`, text, { mode: PRIVATE_FILE_MODE });
  await rename(`${path}.new`, path);
}

async function readOrNull(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  });
}

/** Whether KiloClaw keeps its data there. Changes nothing. */
export async function isDataFolder(dir: string): Promise<boolean> {
  return (await readOrNull(join(dir, MARKER_FILE))) !== null;
}

/** Makes a folder that was filled by other means one that can be started on: the last thing that happens to it. */
export async function markDataFolder(dir: string): Promise<void> {
  await replaceFile(join(dir, MARKER_FILE), `${JSON.stringify({ layout: LAYOUT_VERSION })}\n`);
}

async function claim(dir: string): Promise<string> {
  await mkdir(dir, { recursive: true, mode: FOLDER_MODE });
  const root = await realpath(dir);
  const marker = join(root, MARKER_FILE);
  const text = await readOrNull(marker);
  if (text === null) {
    if ((await readdir(root)).length > 0) {
      throw new StartError(
        `The folder ${root} holds other things and no KiloClaw data: choose another one with --data-dir.`,
      );
    }
    await markDataFolder(root);
  } else if (!z.object({ layout: z.literal(LAYOUT_VERSION) }).safeParse(JSON.parse(text)).success) {
    throw new StartError(
      `The data folder ${root} was made by another version of KiloClaw: use that one, or choose another folder with --data-dir.`,
    );
  }
  return root;
}

/**
 * An abstract socket, because the kernel frees it with the process, even after SIGKILL: a lock file alone would
 * need guessing whether its process still lives. The file beside it tells people which process that is.
 */
async function lock(root: string): Promise<Server> {
  const name = createHash('sha256').update(root).digest('hex').slice(0, 16);
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ path: `\0kiloclaw-data-folder-${name}` }, resolve);
  }).catch(async (error: unknown) => {
    if (codeOf(error) !== 'EADDRINUSE') throw error;
    const text = await readOrNull(join(root, HOLDER_FILE));
    const holder = HolderSchema.safeParse(text === null ? null : JSON.parse(text));
    const who = holder.success ? ` (process ${holder.data.pid}, since ${holder.data.startedAt})` : '';
    throw new StartError(
      `KiloClaw already runs on the data folder ${root}${who}: stop it first, or choose another folder with --data-dir.`,
    );
  });
  server.unref();
  const holder = { pid: process.pid, startedAt: new Date().toISOString() };
  await replaceFile(join(root, HOLDER_FILE), `${JSON.stringify(holder)}\n`);
  return server;
}

/** Takes the data folder for this process, making it if absent. Throws `StartError` where it is not to be had. */
export async function openDataFolder(dir: string): Promise<DataFolder> {
  try {
    const root = await claim(dir);
    const server = await lock(root);
    const path = (entry: keyof typeof DATA) => join(root, DATA[entry]);
    return {
      root,
      path,
      write: (entry, text) => replaceFile(path(entry), text),
      read: (entry) => readOrNull(path(entry)),
      remove: (entry) => rm(path(entry), { force: true }),
      makePrivate: async (entry) => {
        await mkdir(path(entry), { recursive: true });
        await chmod(path(entry), PRIVATE_FOLDER_MODE);
        return path(entry);
      },
      unlock: async () => {
        await rm(join(root, HOLDER_FILE), { force: true });
        await new Promise<void>((resolve) => server.close(() => resolve()));
      },
    };
  } catch (error) {
    if (error instanceof StartError) throw error;
    const reason = error instanceof SyntaxError ? 'not JSON' : (codeOf(error) ?? 'unknown error');
    throw new StartError(
      `The data folder ${dir} can't be used (${reason}): choose another one with --data-dir, or correct its rights.`,
    );
  }
}

/** Empties the folder of everything that is ours, and of nothing else. Its lock must be held. */
export async function resetDataFolder(folder: DataFolder): Promise<void> {
  await removeEmbeddedPostgres(folder.path('postgres'));
  for (const entry of Object.values(DATA))
    await rm(join(folder.root, entry), { recursive: true, force: true });
}
