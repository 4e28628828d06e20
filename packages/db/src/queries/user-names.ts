import { inArray } from 'drizzle-orm';
import type { RegistryDb } from '../client.ts';
import { users } from '../schema/users.ts';
import { displayName } from './display-name.ts';
import { answered } from './registry-failure.ts';

export const USER_NAMES_MAX = 1_000;

export type UserName = {
  /** By name, else by address; null where neither is known. */
  readonly displayName: string | null;
  readonly isDeleted: boolean;
};

/**
 * What the people of these ids are called; ids that nobody has are not in the answer. Throws `RegistryUnavailable`, and
 * a `RangeError` on more than `USER_NAMES_MAX` ids.
 */
export async function userNames(db: RegistryDb, ids: readonly string[]): Promise<Map<string, UserName>> {
  if (ids.length > USER_NAMES_MAX)
    throw new RangeError(`At most ${USER_NAMES_MAX} names are looked up at once, not ${ids.length}.`);
  if (ids.length === 0) return new Map();
  const found = await answered(() =>
    db
      .select({ id: users.id, displayName: displayName(users), deletedAt: users.deletedAt })
      .from(users)
      .where(inArray(users.id, [...new Set(ids)])),
  );
  return new Map(
    found.map((user) => [user.id, { displayName: user.displayName, isDeleted: user.deletedAt !== null }]),
  );
}
