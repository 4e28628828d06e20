import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { codeOf, EmbeddedPostgresError } from './errors.ts';

/** Whom a command runs as; `null` is oneself. */
export type RunIdentity = { readonly uid: number; readonly gid: number } | null;

/** `nobody`: Postgres refuses to run as root, and this id exists without making a user of the system. */
const UNPRIVILEGED = { uid: 65534, gid: 65534 };

const COMMAND_TIMEOUT_MS = 120_000;
const COMMAND_OUTPUT_MAX_BYTES = 1_000_000;

/** Nothing of the caller's environment: it may hold secrets. C messages, since the launcher reads some of them. */
export const POSTGRES_ENV = { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/local/bin:/usr/bin:/bin' };

export const isRoot = (): boolean => process.getuid?.() === 0;

/** Whom Postgres runs as on this cluster: the owner of one that exists, so that its files stay readable. */
export async function identityFor(clusterDir: string): Promise<RunIdentity> {
  const owner = await stat(clusterDir).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null;
    throw new EmbeddedPostgresError(
      `The database folder ${clusterDir} can't be read (${codeOf(error)}): start as the user who owns it.`,
    );
  });
  if (owner === null) return firstIdentity();
  if (!isRoot() && owner.uid !== process.getuid?.()) {
    throw new EmbeddedPostgresError(
      `The database folder ${clusterDir} belongs to user id ${owner.uid}: start as that user or as root, or choose another data folder.`,
    );
  }
  if (!isRoot()) return null;
  const identity = owner.uid === 0 ? UNPRIVILEGED : { uid: owner.uid, gid: owner.gid };
  if (!(await canEnter(identity, clusterDir))) {
    throw new EmbeddedPostgresError(
      `User id ${identity.uid}, who runs Postgres, can't reach the database folder ${clusterDir}: let others pass through the folders above it ("chmod o+x"), and give it to that user if it is root's ("chown -R").`,
    );
  }
  return identity;
}

export type CommandResult = { readonly ok: boolean; readonly stdout: string; readonly stderr: string };

/** Runs a command to its end, as somebody. Never throws: what could not be run is not ok. */
export function runAs(
  identity: RunIdentity,
  command: string,
  args: readonly string[],
): Promise<CommandResult> {
  const options = {
    ...identity,
    cwd: '/',
    env: POSTGRES_ENV,
    timeout: COMMAND_TIMEOUT_MS,
    maxBuffer: COMMAND_OUTPUT_MAX_BYTES,
  };
  return new Promise((resolve) => {
    execFile(command, args, options, (error, stdout, stderr) => {
      resolve({ ok: error === null, stdout, stderr: stderr || (error?.message ?? '') });
    });
  });
}

/** Whether somebody can pass through every folder on the way into this one. Asked of the system, not computed. */
export async function canEnter(identity: RunIdentity, folder: string): Promise<boolean> {
  return (await runAs(identity, '/bin/sh', ['-c', 'cd -- "$1"', 'sh', folder])).ok;
}

/** Whom a first start runs Postgres as. */
export const firstIdentity = (): RunIdentity => (isRoot() ? UNPRIVILEGED : null);
