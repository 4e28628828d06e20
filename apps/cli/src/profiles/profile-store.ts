/** Addresses and keys that `kiloclaw login` keeps: one file, for its owner alone to read. */
import { chmod, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { usageError } from '../cli-error.ts';
import type { Surroundings } from '../surroundings.ts';

const FILE_NAME = 'profiles.json';
const PRIVATE_FILE = 0o600;
const PRIVATE_FOLDER = 0o700;
const OTHERS = 0o077;

export const ProfileNameSchema = z
  .string()
  .regex(/^[A-Za-z0-9._-]{1,64}$/, 'must be 1–64 of A–Z a–z 0–9 . _ -');

const ProfileSchema = z.object({
  apiUrl: z.string(),
  apiKey: z.string(),
  /** Who acts as an admin where a command does not say so. */
  asAdmin: z.string().optional(),
});
export type Profile = z.infer<typeof ProfileSchema>;

const ProfilesSchema = z.object({
  current: z.string().nullable(),
  profiles: z.record(z.string(), ProfileSchema),
});
export type Profiles = z.infer<typeof ProfilesSchema>;

export interface ProfileStore {
  readonly path: string;
  /** No profile at all where there is no file. Throws a `CliError` where it can't be understood. */
  read(): Promise<Profiles>;
  write(profiles: Profiles): Promise<void>;
  /** Whether others than its owner may read the file; false where there is none. */
  isOpenToOthers(): Promise<boolean>;
}

export function openProfileStore({ env, homeDir }: Pick<Surroundings, 'env' | 'homeDir'>): ProfileStore {
  // An empty or relative value counts as absent: so says the XDG base directory specification.
  const configHome = env.XDG_CONFIG_HOME?.startsWith('/') ? env.XDG_CONFIG_HOME : join(homeDir, '.config');
  const folder = join(configHome, 'kiloclaw');
  const path = join(folder, FILE_NAME);
  return {
    path,
    async read() {
      const text = await readFile(path, 'utf8').catch((error: unknown) => {
        if (isMissing(error)) return null;
        throw usageError(`The profiles in ${path} can’t be read: ${reasonOf(error)}.`);
      });
      return text === null ? { current: null, profiles: {} } : parse(path, text);
    },
    async write(profiles) {
      await mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER });
      const draft = `${path}.${process.pid}`;
      try {
        // Never readable by others, not for a moment, and never half a file.
        await writeFile(draft, `${JSON.stringify(profiles, null, 2)}\n`, { mode: PRIVATE_FILE, flag: 'w' });
        await chmod(draft, PRIVATE_FILE);
        await rename(draft, path);
      } catch (error) {
        await rm(draft, { force: true });
        throw usageError(`The profiles can’t be kept in ${path}: ${reasonOf(error)}.`);
      }
    },
    async isOpenToOthers() {
      const found = await stat(path).catch(() => null);
      return found !== null && (found.mode & OTHERS) !== 0;
    },
  };
}

function parse(path: string, text: string): Profiles {
  try {
    return ProfilesSchema.parse(JSON.parse(text));
  } catch {
    // What stands in it is not quoted: it holds keys.
    throw usageError(`The profiles in ${path} are damaged.`, 'Delete the file, and log in again.');
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown error';
}
