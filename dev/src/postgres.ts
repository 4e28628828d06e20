/** The registry's Postgres: the one that DATABASE_URL names, else an embedded one in the data folder. */
import { setTimeout as delay } from 'node:timers/promises';
import { EmbeddedPostgresError, startEmbeddedPostgres } from '@kiloclaw/db/embedded';
import { ensureFleetId, migrate, setRoleLogin } from '@kiloclaw/db/migrate';
import { codeOf, StartError } from './start-error.ts';

const CONTROL_PLANE_ROLE = 'kiloclaw_control_plane';
const WEB_ROLE = 'kiloclaw_web';
const WATCH_INTERVAL_MS = 1_000;

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
    return new StartError(`${at} lets its user make no tables or roles: name its owner in DATABASE_URL.`);
  }
  return new StartError(`${at} can't be brought to the newest schema (${code}): see its log.`);
}

/**
 * An operator's own Postgres: migrated, and signed in to, as the very user that DATABASE_URL names. Roles belong to
 * a whole cluster, and those of somebody else's are not ours to give passwords to.
 */
export async function openGivenDatabase(databaseUrl: string): Promise<RegistryDatabase> {
  checkDatabaseUrl(databaseUrl);
  const address = addressOf(databaseUrl);
  try {
    await migrate(databaseUrl);
    const fleetId = await ensureFleetId(databaseUrl);
    return {
      url: databaseUrl,
      webUrl: databaseUrl,
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

export interface EmbeddedDatabaseOptions {
  readonly dataDir: string;
  /** Of the role that the control plane signs in as. */
  readonly password: string;
  /** Of the role that the web signs in as. */
  readonly webPassword: string;
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
    const signInAs = async (role: typeof CONTROL_PLANE_ROLE | typeof WEB_ROLE, password: string) => {
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
