import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';
import { drizzle } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';

/** What the queries run on: a connection, or a transaction on it. */
export type RegistryDb = PgDatabase<PgQueryResultHKT, Record<string, never>>;

export type Registry = {
  readonly db: RegistryDb;
  /** Closes the connection; what still runs on it is cut off after a second. */
  close(): Promise<void>;
};

export type OpenRegistryOptions = {
  /** Bound on connecting, in seconds, sign-in included. */
  readonly connectTimeoutS?: number;
  /** Bound on one statement, in milliseconds, kept by the server; without it the server's own applies. */
  readonly statementTimeoutMs?: number;
};

const DEFAULT_CONNECT_TIMEOUT_S = 5;
const CLOSE_TIMEOUT_S = 1;

/**
 * One lazy connection. In a Worker, open one per request (a client shared by requests hangs the second one);
 * in an object, keep it in the object. Nothing here needs a session, so that it passes a pooler: no
 * prepared statements, no look-up of types at connecting.
 */
export function openRegistry(
  connectionString: string,
  { connectTimeoutS = DEFAULT_CONNECT_TIMEOUT_S, statementTimeoutMs }: OpenRegistryOptions = {},
): Registry {
  const client = postgres(connectionString, {
    max: 1,
    prepare: false,
    fetch_types: false,
    connect_timeout: connectTimeoutS,
    // The driver would wait up to 20 s before it connects again; the callers have their own backoff.
    backoff: () => 0,
    onnotice: () => undefined,
    ...(statementTimeoutMs === undefined ? {} : { connection: { statement_timeout: statementTimeoutMs } }),
  });
  return { db: drizzle(client), close: () => client.end({ timeout: CLOSE_TIMEOUT_S }) };
}
