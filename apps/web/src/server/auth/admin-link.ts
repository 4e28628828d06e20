/**
 * One-time links for admins, made by whoever runs the installation and holds its database: for the first admin, whom
 * nobody could invite, and for one who has lost the password.
 */
import { randomUUID } from 'node:crypto';
import {
  findByAddress,
  hasAdmin,
  inviteNewPerson,
  inviteOwner,
  linkToNewPassword,
  openRegistry,
  type Registry,
} from '@kiloclaw/db';
import { audited } from '../audit.ts';
import { EmailSchema } from './fields.ts';
import { makeLink } from './invitation-link.ts';

/** In the audit log: nobody has signed in for this. */
const OPERATOR = { userId: 'operator', role: 'system' } as const;

/** Why there is no link, in one sentence with the way out. */
export class AdminLinkError extends Error {
  override readonly name = 'AdminLinkError';
}

export interface AdminLink {
  readonly link: string;
  /** ISO 8601. */
  readonly expiresAt: string;
}

interface Asked {
  readonly email: string;
  /** Where browsers reach the console. */
  readonly origin: string;
}

/**
 * Makes an admin of somebody new, or a new link for one who has not used theirs. `databaseUrl` is that of the owner, or of
 * the web's role. Throws `AdminLinkError`.
 */
export async function createAdmin(databaseUrl: string, asked: Asked): Promise<AdminLink> {
  const email = readEmail(asked.email);
  return withRegistry(databaseUrl, async (registry) => {
    const { db } = registry;
    const found = await findByAddress(db, email);
    if (found !== null && found.role !== 'admin')
      throw new AdminLinkError(
        `${email} is a customer's address: have an admin make them one in the console, or give another address.`,
      );
    if (found?.canSignIn)
      throw new AdminLinkError(
        `${email} is an admin who can sign in already: for a lost password make a link with "npm run admin -- link ${email}".`,
      );
    const userId = found?.userId ?? randomUUID();
    return linked(registry, { action: 'invite_person', userId, origin: asked.origin }, async (stored) => {
      const isDone =
        found === null
          ? await inviteNewPerson(db, { id: userId, email, name: '', role: 'admin' }, stored)
          : (await inviteOwner(db, { userId, email, name: null }, stored)) === 'invited';
      if (!isDone)
        throw new AdminLinkError(`${email} belongs to somebody who may not sign in: give another address.`);
    });
  });
}

/** Makes a link to a new password, for an admin who can sign in. Throws `AdminLinkError`. */
export async function linkAdmin(databaseUrl: string, asked: Asked): Promise<AdminLink> {
  const email = readEmail(asked.email);
  return withRegistry(databaseUrl, async (registry) => {
    const { db } = registry;
    const found = await findByAddress(db, email);
    if (found?.role !== 'admin' || !found.canSignIn)
      throw new AdminLinkError(
        `No admin who can sign in has the address ${email}: make one with "npm run admin -- create ${email}".`,
      );
    const { userId } = found;
    return linked(
      registry,
      { action: 'reset_password_link', userId, origin: asked.origin },
      async (stored) => {
        if (!(await linkToNewPassword(db, userId, stored)))
          throw new AdminLinkError(`${email} was deleted or banned meanwhile: give another address.`);
      },
    );
  });
}

/** Whether anybody could let others in. */
export function installationHasAdmin(databaseUrl: string): Promise<boolean> {
  return withRegistry(databaseUrl, ({ db }) => hasAdmin(db));
}

function readEmail(text: string): string {
  const read = EmailSchema.safeParse(text);
  if (read.success) return read.data;
  throw new AdminLinkError('The e-mail address of an admin must be one such as alice@example.com.');
}

async function linked(
  registry: Registry,
  { action, userId, origin }: { action: string; userId: string; origin: string },
  store: (stored: ReturnType<typeof makeLink>['stored']) => Promise<void>,
): Promise<AdminLink> {
  const { stored, told } = makeLink(origin);
  const context = { registry, user: OPERATOR, requestId: randomUUID(), ip: null };
  const made = action === 'invite_person' ? { after: 'admin' } : {};
  await audited(context, { action, targetUserId: userId, ...made }, () => store(stored));
  return told;
}

async function withRegistry<Value>(
  databaseUrl: string,
  work: (registry: Registry) => Promise<Value>,
): Promise<Value> {
  const registry = openRegistry(databaseUrl);
  try {
    return await work(registry);
  } finally {
    await registry.close();
  }
}
