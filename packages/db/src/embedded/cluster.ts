import { randomBytes } from 'node:crypto';
import { chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PostgresBinaries } from './binaries.ts';
import { codeOf, EmbeddedPostgresError } from './errors.ts';
import { clusterDirOf, exists } from './home.ts';
import { type RunIdentity, runAs } from './run-as.ts';

export const SUPERUSER = 'postgres';

const PASSWORD_BYTES = 24;

/**
 * Makes the cluster where there is none, and returns the superuser's password, which is kept beside it in a
 * file of mode 600. Safe to repeat after a crash at any point: a cluster under its final name is whole.
 */
export async function ensureCluster(
  home: string,
  binaries: PostgresBinaries,
  identity: RunIdentity,
  durable: boolean,
): Promise<string> {
  const clusterDir = clusterDirOf(home);
  const passwordFile = passwordFileOf(home);
  const isNew = !(await exists(clusterDir));
  if (isNew) {
    if (!(await exists(passwordFile))) {
      await writeFile(`${passwordFile}.new`, randomBytes(PASSWORD_BYTES).toString('base64url'), {
        mode: 0o600,
      });
      await rename(`${passwordFile}.new`, passwordFile);
    }
  } else {
    await refuseOtherVersion(clusterDir, binaries);
  }
  const password = await readPassword(home);
  if (isNew) await initialize(home, binaries, identity, durable, password);
  return password;
}

const passwordFileOf = (home: string): string => join(home, 'superuser-password');

/** The superuser's password of a cluster that is there already. */
export function readPassword(home: string): Promise<string> {
  const passwordFile = passwordFileOf(home);
  return readFile(passwordFile, 'utf8').catch((error: unknown) => {
    throw new EmbeddedPostgresError(
      `The password file ${passwordFile} can't be read (${codeOf(error)}): restore it, or reset the data folder.`,
    );
  });
}

async function initialize(
  home: string,
  binaries: PostgresBinaries,
  identity: RunIdentity,
  durable: boolean,
  password: string,
): Promise<void> {
  const partial = `${clusterDirOf(home)}.partial`;
  const passwordCopy = join(home, 'initdb-password');
  try {
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial, { mode: 0o700 });
    await rm(passwordCopy, { force: true });
    await writeFile(passwordCopy, password, { mode: 0o600 });
    if (identity !== null) {
      await chown(partial, identity.uid, identity.gid);
      await chown(passwordCopy, identity.uid, identity.gid);
    }
    const made = await runAs(identity, binaries.initdb, [
      `--pgdata=${partial}`,
      `--username=${SUPERUSER}`,
      '--auth=scram-sha-256',
      `--pwfile=${passwordCopy}`,
      '--encoding=UTF8',
      // The built-in locale: the same order and letter case on every machine, whatever it has installed.
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      ...(durable ? [] : ['--no-sync']),
    ]);
    if (!made.ok) {
      throw new EmbeddedPostgresError(
        `Postgres could not make its database folder in ${home} (${made.stderr.trim().split('\n').at(-1)}): check free space and rights there.`,
      );
    }
    await rename(partial, clusterDirOf(home));
  } finally {
    await rm(passwordCopy, { force: true });
  }
}

async function refuseOtherVersion(clusterDir: string, binaries: PostgresBinaries): Promise<void> {
  const version = await readFile(join(clusterDir, 'PG_VERSION'), 'utf8').catch((error: unknown) => {
    throw new EmbeddedPostgresError(
      `${clusterDir} holds no readable Postgres cluster (${codeOf(error)}): restore it, or reset the data folder.`,
    );
  });
  if (version.trim() !== binaries.majorVersion) {
    throw new EmbeddedPostgresError(
      `The database in ${clusterDir} was made by Postgres ${version.trim()}, and Postgres ${binaries.majorVersion} is installed: dump it with the old one, reset the data folder and load the dump.`,
    );
  }
}
