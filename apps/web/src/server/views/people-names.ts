/** What the people are called whose ids stand in an answer. */
import { type RegistryDb, type UserName, userNames } from '@kiloclaw/db';

/** By id. Ids of keys, of the system and of whoever nobody knows are not in it. */
export type PeopleNames = Readonly<Record<string, UserName>>;

/** As an object: a `Map` would reach the browser empty. Throws `RegistryUnavailable`. */
export async function peopleNames(db: RegistryDb, ids: readonly string[]): Promise<PeopleNames> {
  return Object.fromEntries(await userNames(db, [...new Set(ids)]));
}
