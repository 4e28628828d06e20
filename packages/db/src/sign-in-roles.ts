/**
 * The users of one installation in a Postgres of the operator's. Roles belong to a whole cluster, which several installations
 * may share: each has users of its own, which are members of the group roles and have their rights alone.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type postgres from 'postgres';
import { z } from 'zod';
import { scramVerifier, withConnection } from './migrate.ts';
import { REGISTRY_ROLES, type RegistryRole } from './roles.ts';

const FLEET_PART_LENGTH = 8;
const ATTEMPTS_MAX = 10;
const RETRY_MS = 50;
/** Somebody else made the same at the same moment. */
const ALREADY_THERE = ['42710', '23505'];

/** What the user of this part of this installation is called. Throws `RangeError` for anything but one of ours. */
export function signInRoleOf(role: RegistryRole, fleetId: string): string {
  if (!REGISTRY_ROLES.includes(role) || !z.uuid().safeParse(fleetId).success)
    throw new RangeError(`A role must be one of ${REGISTRY_ROLES.join(', ')}, and a fleet's id a UUID.`);
  return `${role}_${fleetId.slice(0, FLEET_PART_LENGTH)}`;
}

/** Where `databaseUrl` leads, as this user; holds the password. */
export function urlFor(databaseUrl: string, username: string, password: string): string {
  return Object.assign(new URL(databaseUrl), { username, password }).href;
}

/**
 * Makes the user of this part, or gives it this password, and answers its address. `databaseUrl` is that of who has migrated
 * this database, with CREATEROLE.
 */
export async function ensureSignInRole(
  databaseUrl: string,
  { role, fleetId, password }: { role: RegistryRole; fleetId: string; password: string },
): Promise<string> {
  const name = signInRoleOf(role, fleetId);
  const verifier = scramVerifier(password);
  await withConnection(databaseUrl, async (client) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await makeRole(client, name);
        await client.unsafe(`ALTER ROLE ${name} LOGIN PASSWORD '${verifier}'`);
        if (!(await isMember(client, name, role))) await client.unsafe(`GRANT ${role} TO ${name}`);
        return;
      } catch (error) {
        // Another one changed the role at the same moment; Postgres does not wait here.
        const isCollision = error instanceof Error && error.message === 'tuple concurrently updated';
        if (!isCollision || attempt === ATTEMPTS_MAX) throw error;
        await delay(RETRY_MS);
      }
    }
  });
  return urlFor(databaseUrl, name, password);
}

/** Whether the user of this part is there, may sign in and has the part's rights. */
export async function hasSignInRole(
  databaseUrl: string,
  { role, fleetId }: { role: RegistryRole; fleetId: string },
): Promise<boolean> {
  const name = signInRoleOf(role, fleetId);
  return withConnection(databaseUrl, async (client) => {
    const [found] =
      await client`SELECT rolcanlogin AS "canLogin" FROM pg_catalog.pg_roles WHERE rolname = ${name}`;
    return found?.canLogin === true && (await isMember(client, name, role));
  });
}

async function makeRole(client: postgres.Sql, name: string): Promise<void> {
  const found = await client`SELECT FROM pg_catalog.pg_roles WHERE rolname = ${name}`;
  if (found.length > 0) return;
  await client.unsafe(`CREATE ROLE ${name}`).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (!ALREADY_THERE.includes(code)) throw error;
  });
}

async function isMember(client: postgres.Sql, name: string, role: RegistryRole): Promise<boolean> {
  const [found] = await client`SELECT pg_has_role(${name}, ${role}, 'MEMBER') AS "is"`;
  return found?.is === true;
}
