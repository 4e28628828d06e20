/** The registry's Postgres: the one that DATABASE_URL names, else an embedded one in the data folder. */
import { setTimeout as delay } from 'node:timers/promises';
import type { RegistryRole } from '@kiloclaw/db';
import { EmbeddedPostgresError, startEmbeddedPostgres } from '@kiloclaw/db/embedded';
import { ensureFleetId, migrate, setRoleLogin } from '@kiloclaw/db/migrate';
import { ensureSignInRole } from '@kiloclaw/db/sign-in-roles';
import { codeOf, StartError } from './start-error.ts';

const CONTROL_PLANE_ROLE = 'kiloclaw_control_plane';
const WEB_ROLE = 'kiloclaw_web';
const WATCH_INTERVAL_MS = 1_000;

export interface DatabasePasswords {
  /** Of the user that the control plane signs in as. */
  readonly password: string;
  /** Of the user that the web signs in as. */
  readonly webPassword: string;
}

export interface RegistryDatabase {
  /** As the control plane signs in; holds the password. */
  readonly url: string;
  /** As the web signs in; holds the password. */
  readonly webUrl: string;
  /** As whoever owns the tables signs in. */
  readonly ownerUrl: string;
  readonly fleetId: string;
  /** Host, port and database, for people. */
  readonly address: string;
  /** Ends it at once: the next start recovers. Nothing where it isn't ours. */
  kill(): void;
  stop(): Promise<void>;
}

/** Where a connection string leads, without user and password. */
function addressOf(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}

/** Throws `StartError` where DATABASE_URL can't be one; never quotes it, since it holds a password. */
export function checkDatabaseUrl(text: string): void {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isPostgres = url !== null && ['postgres:', 'postgresql:'].includes(url.protocol);
  const isWhole =
    isPostgres && [url.hostname, url.username, url.password, url.pathname.slice(1)].every(Boolean);
  if (!isWhole) {
    throw new StartError(
      'DATABASE_URL is no Postgres address: write postgres://user:password@host:port/database, or unset it for the embedded Postgres.',
    );
  }
}

const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ETIMEDOUT',
  'CONNECT_TIMEOUT',
  'CONNECTION_CLOSED',
]);

/** What to do about a database that refuses, by SQLSTATE or system error; never the driver's own words, which may hold values. */
export function explainDatabaseError(error: unknown, address: string): StartError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = codeOf(cause) ?? 'unknown error';
  const at = `The database at ${address}, which DATABASE_URL names,`;
  if (UNREACHABLE.has(code)) {
    return new StartError(`${at} can't be reached (${code}): start it, correct DATABASE_URL, or unset it.`);
  }
  if (code === '28P01' || code === '28000') {
    return new StartError(`${at} refuses the user or the password: correct DATABASE_URL.`);
  }
  if (code === '3D000') return new StartError(`${at} does not exist: create it, or correct DATABASE_URL.`);
  if (code === '42501') {
    return new StartError(
      `${at} lets its user make no tables or roles: name its owner in DATABASE_URL, with CREATEROLE.`,
    );
  }
  return new StartError(`${at} can't be brought to the newest schema (${code}): see its log.`);
}

/**
 * An operator's own Postgres: migrated as the user that DATABASE_URL names, which makes a user each for control plane and
 * web. These are this installation's own: the group roles belong to the whole cluster, which others may share.
 */
export async function openGivenDatabase(
  databaseUrl: string,
  passwords: DatabasePasswords,
): Promise<RegistryDatabase> {
  checkDatabaseUrl(databaseUrl);
  const address = addressOf(databaseUrl);
  try {
    await migrate(databaseUrl);
    const fleetId = await ensureFleetId(databaseUrl);
    const signInAs = (role: RegistryRole, password: string) =>
      ensureSignInRole(databaseUrl, { role, fleetId, password });
    return {
      url: await signInAs(CONTROL_PLANE_ROLE, passwords.password),
      webUrl: await signInAs(WEB_ROLE, passwords.webPassword),
      ownerUrl: databaseUrl,
      fleetId,
      address,
      kill: () => undefined,
      stop: async () => undefined,
    };
  } catch (error) {
    throw explainDatabaseError(error, address);
  }
}

export interface EmbeddedDatabaseOptions extends DatabasePasswords {
  readonly dataDir: string;
  readonly say: (line: string) => void;
  /** Called once if the server ends without having been asked to. */
  readonly onDeath: () => void;
}

/** The embedded Postgres: control plane and web sign in with a role each, which may do only what it needs. */
export async function startEmbeddedDatabase(options: EmbeddedDatabaseOptions): Promise<RegistryDatabase> {
  const server = await startEmbeddedPostgres({ dataDir: options.dataDir, log: options.say }).catch(
    (error: unknown) => {
      throw error instanceof EmbeddedPostgresError ? new StartError(error.message) : error;
    },
  );
  const watching = new AbortController();
  const stop = async () => {
    watching.abort();
    await server.stop();
  };
  try {
    await migrate(server.url);
    const fleetId = await ensureFleetId(server.url);
    const signInAs = async (role: RegistryRole, password: string) => {
      await setRoleLogin(server.url, role, password);
      return Object.assign(new URL(server.url), { username: role, password }).href;
    };
    const url = await signInAs(CONTROL_PLANE_ROLE, options.password);
    const webUrl = await signInAs(WEB_ROLE, options.webPassword);
    void watch(server.pid, watching.signal, options.onDeath);
    return {
      url,
      webUrl,
      ownerUrl: server.url,
      fleetId,
      address: addressOf(server.url),
      kill: () => signalProcess(server.pid, 'SIGQUIT'),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function signalProcess(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}

async function watch(pid: number, signal: AbortSignal, onDeath: () => void): Promise<void> {
  // Ends with the stack: its stop aborts the signal.
  while (!signal.aborted) {
    await delay(WATCH_INTERVAL_MS, undefined, { signal, ref: false }).catch(() => undefined);
    if (!signal.aborted && !signalProcess(pid, 0)) {
      onDeath();
      return;
    }
  }
}
