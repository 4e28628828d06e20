/**
 * One-time links by which a person sets a password: an invitation, or a reset for who can sign in already. What is
 * stored is the hash of the link's token. Each person has one row, so that a new link replaces the old one.
 */
import { randomUUID } from 'node:crypto';
import { type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { RegistryDb } from '../client.ts';
import { PASSWORD_PROVIDER } from '../password-provider.ts';
import { accounts } from '../schema/accounts.ts';
import { sessions } from '../schema/sessions.ts';
import { USER_ROLES, type UserRole, users } from '../schema/users.ts';
import { verifications } from '../schema/verifications.ts';
import { canSignIn, isThere } from './may-sign-in.ts';
import { classifyFailure } from './registry-failure.ts';

const PREFIX = 'invitation:';
const ADDRESS_CONSTRAINT = 'users_email_unique';

export interface LinkToken {
  /** SHA-256 of the token. */
  readonly tokenHash: string;
  readonly expiresAt: Date;
}

export interface InvitedPerson {
  readonly id: string;
  /** Lower case. */
  readonly email: string;
  readonly name: string;
  readonly role: UserRole;
}

const IdsSchema = z.array(z.object({ id: z.string() }));

/** Makes a person who can't sign in yet, with a link. False where the address is somebody's already. */
export async function inviteNewPerson(
  db: RegistryDb,
  person: InvitedPerson,
  link: LinkToken,
): Promise<boolean> {
  const { id, email, name, role } = person;
  const made = await db.execute(sql`
    WITH person AS (
      INSERT INTO ${users} (id, email, name, role) VALUES (${id}, ${email}, ${name}, ${role})
      ON CONFLICT (email) DO NOTHING RETURNING id)
    ${storeLink(link)}`);
  return IdsSchema.parse(made).length > 0;
}

/**
 * Gives an owner who can't sign in yet the address to do so, with a link. The address is what an admin wrote, never
 * one that the API gave.
 */
export async function inviteOwner(
  db: RegistryDb,
  owner: { readonly userId: string; readonly email: string; readonly name: string | null },
  link: LinkToken,
): Promise<'invited' | 'address_in_use' | 'not_invitable'> {
  try {
    const changed = await db.execute(sql`
      WITH person AS (
        UPDATE ${users} SET email = ${owner.email}, name = coalesce(${owner.name}::text, name), email_verified = false,
          updated_at = now()
        WHERE id = ${owner.userId} AND ${isThere} AND NOT ${canSignIn} RETURNING id)
      ${storeLink(link)}`);
    return IdsSchema.parse(changed).length > 0 ? 'invited' : 'not_invitable';
  } catch (error) {
    if (isAddressInUse(error)) return 'address_in_use';
    throw error;
  }
}

/** A link to a new password for somebody who can sign in. False where nobody like that is there. */
export async function linkToNewPassword(db: RegistryDb, userId: string, link: LinkToken): Promise<boolean> {
  const linked = await db.execute(sql`
    WITH person AS (
      SELECT id FROM ${users} WHERE id = ${userId} AND ${isThere} AND ${users.email} IS NOT NULL AND ${canSignIn})
    ${storeLink(link)}`);
  return IdsSchema.parse(linked).length > 0;
}

/** For the people in `person`. The row's id is its identifier: of two links made at once one stays. */
function storeLink({ tokenHash, expiresAt }: LinkToken): SQL {
  return sql`
    INSERT INTO ${verifications} (id, identifier, value, expires_at)
    SELECT ${PREFIX} || person.id, ${PREFIX} || person.id, ${tokenHash}, ${expiresAt.toISOString()}::timestamptz
    FROM person
    ON CONFLICT (id) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at, updated_at = now()
    RETURNING id`;
}

const InvitationsSchema = z.array(
  z.object({
    userId: z.string(),
    email: z.string(),
    name: z.string(),
    role: z.enum(USER_ROLES),
    /** Milliseconds since 1970. */
    expiresAtMs: z.coerce.number(),
    /** Whether the link sets a new password instead of the first. */
    isReset: z.boolean(),
  }),
);
export type Invitation = z.infer<typeof InvitationsSchema>[number];

const isUsable = (tokenHash: string) =>
  sql`${verifications.value} = ${tokenHash} AND ${verifications.identifier} LIKE ${`${PREFIX}%`}
    AND ${verifications.expiresAt} > now()`;
const personOfLink = sql`substr(${verifications.identifier}, ${PREFIX.length + 1}::int)`;

/** Whom a link is for; null where it is used, replaced, expired or unknown, or its person is not there any more. */
export async function readInvitation(db: RegistryDb, tokenHash: string): Promise<Invitation | null> {
  const rows = await db.execute(sql`
    SELECT ${users.id} AS "userId", ${users.email} AS email, ${users.name} AS name, ${users.role} AS role,
      (extract(epoch FROM ${verifications.expiresAt}) * 1000)::bigint AS "expiresAtMs", ${canSignIn} AS "isReset"
    FROM ${verifications} JOIN ${users} ON ${users.id} = ${personOfLink}
    WHERE ${isUsable(tokenHash)} AND ${isThere} AND ${users.email} IS NOT NULL`);
  return InvitationsSchema.parse(rows)[0] ?? null;
}

/**
 * Uses the link up and sets the password, in one statement: of two who come at once with it one wins. Ends every
 * session of the person. False where the link can't be used.
 */
export async function acceptInvitation(
  db: RegistryDb,
  accepted: {
    readonly tokenHash: string;
    readonly name: string | null;
    /** As the auth library hashes it. */
    readonly passwordHash: string;
  },
): Promise<boolean> {
  const rows = await db.execute(sql`
    WITH used AS (
      DELETE FROM ${verifications} WHERE ${isUsable(accepted.tokenHash)} RETURNING ${personOfLink} AS user_id),
    person AS (
      UPDATE ${users} SET name = coalesce(${accepted.name}::text, name), email_verified = true, updated_at = now()
      FROM used WHERE ${users.id} = used.user_id AND ${isThere} AND ${users.email} IS NOT NULL
      RETURNING ${users.id} AS id),
    ended AS (DELETE FROM ${sessions} USING person WHERE ${sessions.userId} = person.id),
    replaced AS (
      DELETE FROM ${accounts} USING person
      WHERE ${accounts.userId} = person.id AND ${accounts.providerId} = ${PASSWORD_PROVIDER})
    INSERT INTO ${accounts} (id, account_id, provider_id, user_id, password)
    SELECT ${randomUUID()}, person.id, ${PASSWORD_PROVIDER}, person.id, ${accepted.passwordHash} FROM person
    RETURNING id`);
  return IdsSchema.parse(rows).length > 0;
}

function isAddressInUse(error: unknown): boolean {
  const failure = classifyFailure(error);
  return failure.kind === 'permanent' && failure.constraint === ADDRESS_CONSTRAINT;
}
