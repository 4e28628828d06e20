import { and, asc, gt, isNull } from 'drizzle-orm';
import type { RegistryDb } from '../client.ts';
import type { InstanceRow } from '../rows.ts';
import { kiloclawInstances } from '../schema/kiloclaw-instances.ts';
import { answered } from './registry-failure.ts';

export type SweptRow = Readonly<Pick<InstanceRow, 'id' | 'userId' | 'registryVersion'>>;

export const SWEEP_PAGE_MAX = 1_000;

/**
 * The next rows that are not destroyed, in the order of their ids, from the first one after `afterId` (null: from
 * the beginning). Fewer than `limit` are the last ones. Throws `RegistryUnavailable`, and a `RangeError` on a
 * limit beyond `SWEEP_PAGE_MAX`.
 */
export async function sweepPage(db: RegistryDb, afterId: string | null, limit: number): Promise<SweptRow[]> {
  if (!Number.isInteger(limit) || limit < 1 || limit > SWEEP_PAGE_MAX)
    throw new RangeError(`A page of a sweep holds 1 to ${SWEEP_PAGE_MAX} rows, not ${limit}.`);
  const { id, userId, registryVersion, destroyedAt } = kiloclawInstances;
  return answered(() =>
    db
      .select({ id, userId, registryVersion })
      .from(kiloclawInstances)
      .where(and(isNull(destroyedAt), afterId === null ? undefined : gt(id, afterId)))
      .orderBy(asc(id))
      .limit(limit),
  );
}
