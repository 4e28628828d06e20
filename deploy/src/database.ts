/** The registry's Postgres at a deploy: the newest schema, the installation's id, and a user for each Worker. */
import { randomBytes } from 'node:crypto';
import type { RegistryRole } from '@kiloclaw/db';
import { ensureFleetId, migrate } from '@kiloclaw/db/migrate';
import { ensureSignInRole, hasSignInRole, signInRoleOf, urlFor } from '@kiloclaw/db/sign-in-roles';
import { DeployError } from './deploy-error.ts';
import { type Hyperdrive, leadsTo } from './hyperdrive.ts';

const PASSWORD_BYTES = 32;

const CAUSES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the host can’t be looked up',
  ETIMEDOUT: 'it does not answer',
  CONNECT_TIMEOUT: 'it does not answer',
  CONNECTION_CLOSED: 'it closes the connection',
  '28P01': 'it refuses the user or the password',
  '28000': 'it refuses the user',
  '3D000': 'it has no such database',
  '42501': 'the user may not do this: it needs to own the database and to have CREATEROLE',
};

/** Does `work`, and says of a database that refuses what is wrong; never in the driver's words, which may hold values. */
export async function withDatabase<Value>(databaseUrl: string, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : null;
    if (code === null) throw error;
    throw new DeployError(
      `The database at ${addressOf(databaseUrl)}, which DATABASE_URL names, can't be used: ${CAUSES[code] ?? 'see its log'} (${code}).`,
    );
  }
}

/** Host, port and database, for people. */
export function addressOf(databaseUrl: string): string {
  const { host, pathname } = new URL(databaseUrl);
  return `${host}${pathname}`;
}

/** Migrations before any code that needs them: they are additive, so that what runs still runs on the new schema. */
export function prepareDatabase(databaseUrl: string): Promise<string> {
  return withDatabase(databaseUrl, async () => {
    await migrate(databaseUrl);
    return ensureFleetId(databaseUrl);
  });
}

export interface Connection {
  readonly id: string;
  readonly wasThere: boolean;
}

interface WantedConnection {
  readonly name: string;
  readonly role: RegistryRole;
  readonly fleetId: string;
  /** Makes a new password, though the known one fits. */
  readonly renew: boolean;
  /** Also where it leads to the database of another fleet. */
  readonly mayReplace: boolean;
}

/** Its Workers would go on with a registry that knows none of their instances. */
function refuseOtherFleet(
  user: string | undefined,
  { name, role, fleetId }: Pick<WantedConnection, 'name' | 'role' | 'fleetId'>,
): void {
  if (user === undefined || !user.startsWith(`${role}_`) || user === signInRoleOf(role, fleetId)) return;
  throw new DeployError(
    `${name} in this account is of another fleet, whose id begins with ${user.slice(role.length + 1)}, and DATABASE_URL names the database of the fleet ${fleetId}: name the database of that fleet, or another account. Where its database is lost and this one stands in for it, set KILOCLAW_FLEET_ID to that fleet's id.`,
  );
}

/**
 * Lets Hyperdrive sign in as the user of this part. The password is made here and kept by Hyperdrive alone: where the user
 * and the configuration fit each other already both stay as they are, else both get a new one.
 */
export function ensureConnection(
  databaseUrl: string,
  hyperdrive: Hyperdrive,
  { name, role, fleetId, renew, mayReplace }: WantedConnection,
): Promise<Connection> {
  return withDatabase(databaseUrl, async () => {
    const known = await hyperdrive.find(name);
    if (!mayReplace) refuseOtherFleet(known?.origin.user, { name, role, fleetId });
    const wanted = urlFor(databaseUrl, signInRoleOf(role, fleetId), 'unknown');
    const fits =
      known !== null && leadsTo(known, wanted) && (await hasSignInRole(databaseUrl, { role, fleetId }));
    if (fits && !renew) return { id: known.id, wasThere: true };
    const password = randomBytes(PASSWORD_BYTES).toString('base64url');
    const url = await ensureSignInRole(databaseUrl, { role, fleetId, password });
    return { id: await hyperdrive.put(name, url, known), wasThere: false };
  });
}
