import { type RegistryDb, userNames } from '@kiloclaw/db';

/** What people are called, by id; those without a name, and those deleted, are not in it. As plain JSON. */
export async function namesOf(db: RegistryDb, ids: readonly string[]): Promise<Record<string, string>> {
  const found = await userNames(db, ids);
  return Object.fromEntries(
    [...found].flatMap(([id, { displayName }]) => (displayName === null ? [] : [[id, displayName]])),
  );
}
