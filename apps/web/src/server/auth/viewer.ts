/** Who asks, read from the database at each request: a role that was taken away counts at once. */
import { USER_ROLES, type UserRole } from '@kiloclaw/db';
import type { Auth } from './auth.ts';

export interface Viewer {
  readonly userId: string;
  readonly email: string;
  readonly name: string;
  readonly role: UserRole;
}

/** Null where nobody is signed in. Throws where Postgres does not answer. */
export async function readViewer(auth: Auth, headers: Headers): Promise<Viewer | null> {
  const found = await auth.api.getSession({ headers });
  if (found === null) return null;
  const { id, email, name, role, deletedAt, banned } = found.user;
  const known = USER_ROLES.find((candidate) => candidate === role);
  if (known === undefined || deletedAt || banned) return null;
  return { userId: id, email, name, role: known };
}
