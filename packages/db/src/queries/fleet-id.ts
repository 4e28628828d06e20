import type { RegistryDb } from '../client.ts';
import { fleet } from '../schema/fleet.ts';

/** The installation's id, or null where none has been made yet. */
export async function readFleetId(db: RegistryDb): Promise<string | null> {
  const [row] = await db.select({ id: fleet.id }).from(fleet).limit(1);
  return row?.id ?? null;
}
