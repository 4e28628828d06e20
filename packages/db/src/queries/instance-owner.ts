import { eq } from 'drizzle-orm';
import type { RegistryDb } from '../client.ts';
import { kiloclawInstances as instances } from '../schema/kiloclaw-instances.ts';
import { users } from '../schema/users.ts';
import { fromStored } from './instance-rows.ts';
import type { ListedInstance } from './listed-instance.ts';
import { answered } from './registry-failure.ts';

/**
 * One instance by its id, destroyed ones too, with its owner; null where the registry has none. `instanceId` is a UUID.
 * Throws `RegistryUnavailable`.
 */
export async function instanceOwner(db: RegistryDb, instanceId: string): Promise<ListedInstance | null> {
  const [found] = await answered(() =>
    db
      .select({ row: instances, email: users.email, contactEmail: users.contactEmail })
      .from(instances)
      .innerJoin(users, eq(users.id, instances.userId))
      .where(eq(instances.id, instanceId)),
  );
  if (found === undefined) return null;
  return { row: fromStored(found.row), userEmail: found.email ?? found.contactEmail };
}
