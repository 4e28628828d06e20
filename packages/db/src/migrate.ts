import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate as runMigrations } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';
import { REGISTRY_ROLES, type RegistryRole } from './roles.ts';
import { fleet } from './schema/fleet.ts';

export const MIGRATIONS_FOLDER = fileURLToPath(new URL('../migrations', import.meta.url));

const CONNECT_TIMEOUT_S = 10;
const LOCK_TIMEOUT_MS = 120_000;
/** Any number, as long as nothing else in the database takes the same one. */
const MIGRATION_LOCK_KEY = 7_141_993;

const SCRAM_ITERATIONS = 4096;
const SCRAM_SALT_BYTES = 16;
const SCRAM_KEY_BYTES = 32;
const ROLE_CHANGE_ATTEMPTS = 10;
const ROLE_CHANGE_RETRY_MS = 50;

/**
 * Brings the database to the newest schema; where it is there already, does nothing. Callers at the same time
 * wait for each other. `databaseUrl` is the owner's (it may create tables, roles and trusted extensions), and
 * leads to Postgres itself, not through Hyperdrive.
 */
export async function migrate(
  databaseUrl: string,
  migrationsFolder: string = MIGRATIONS_FOLDER,
): Promise<void> {
  await withConnection(databaseUrl, async (client) => {
    await client`SELECT pg_advisory_lock(${MIGRATION_LOCK_KEY})`;
    // The lock ends with the connection.
    await runMigrations(drizzle(client), { migrationsFolder });
  });
}

/** The installation's id: made at the first call, the same ever after. */
export async function ensureFleetId(databaseUrl: string): Promise<string> {
  return withConnection(databaseUrl, async (client) => {
    const db = drizzle(client);
    await db.insert(fleet).values({}).onConflictDoNothing();
    const [row] = await db.select({ id: fleet.id }).from(fleet);
    if (row === undefined) throw new Error('The fleet has no id: the table fleet refuses its row.');
    return row.id;
  });
}

/**
 * Makes a role able to sign in with this password, for an installation on one machine. Roles belong to
 * the whole cluster: two installations that share one share these passwords too.
 */
export async function setRoleLogin(databaseUrl: string, role: RegistryRole, password: string): Promise<void> {
  if (!REGISTRY_ROLES.includes(role))
    throw new RangeError(`The role must be one of ${REGISTRY_ROLES.join(', ')}.`);
  const verifier = scramVerifier(password);
  await withConnection(databaseUrl, async (client) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await client.unsafe(`ALTER ROLE ${role} LOGIN PASSWORD '${verifier}'`);
        return;
      } catch (error) {
        // Another database of the cluster changed the role at the same moment; Postgres does not wait here.
        const isCollision = error instanceof Error && error.message === 'tuple concurrently updated';
        if (!isCollision || attempt === ROLE_CHANGE_ATTEMPTS) throw error;
        await delay(ROLE_CHANGE_RETRY_MS);
      }
    }
  });
}

/**
 * What Postgres stores of a password (RFC 5803), made here, so that the password itself is in no statement
 * and no server log. Plain ASCII alone: anything else would need the normalisation of RFC 4013.
 */
export function scramVerifier(password: string): string {
  if (!/^[\x21-\x7e]{16,}$/.test(password)) {
    throw new RangeError('A role password must be at least 16 printable ASCII characters, without spaces.');
  }
  const salt = randomBytes(SCRAM_SALT_BYTES);
  const salted = pbkdf2Sync(password, salt, SCRAM_ITERATIONS, SCRAM_KEY_BYTES, 'sha256');
  const sign = (text: string) => createHmac('sha256', salted).update(text).digest();
  const storedKey = createHash('sha256').update(sign('Client Key')).digest('base64');
  const serverKey = sign('Server Key').toString('base64');
  return `SCRAM-SHA-256$${SCRAM_ITERATIONS}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}

/** One connection of the owner's, closed when `work` has ended. */
export async function withConnection<Result>(
  databaseUrl: string,
  work: (client: postgres.Sql) => Promise<Result>,
): Promise<Result> {
  const client = postgres(databaseUrl, {
    max: 1,
    fetch_types: false,
    connect_timeout: CONNECT_TIMEOUT_S,
    // The migration lock must stay on one connection for as long as the work takes.
    max_lifetime: null,
    onnotice: () => undefined,
    connection: { lock_timeout: LOCK_TIMEOUT_MS },
  });
  try {
    return await work(client);
  } finally {
    await client.end({ timeout: 1 });
  }
}
