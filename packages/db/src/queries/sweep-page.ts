import { and, asc, eq, gt, isNull, or } from 'drizzle-orm';
import type { RegistryDb } from '../client.ts';
import type { InstanceRow } from '../rows.ts';
import { kiloclawInstances } from '../schema/kiloclaw-instances.ts';
import { fromStored } from './instance-rows.ts';
import { answered } from './registry-failure.ts';

export const SWEEP_PAGE_MAX = 1_000;

export interface SweepPageRequest {
  /** The last row that was met; null: from the beginning. */
  readonly afterId: string | null;
  readonly limit: number;
  /** Rows that were closed after it are met as well: one that was closed wrongly is put right. Milliseconds since 1970. */
  readonly closedSince: number;
  /** One owner's rows alone. */
  readonly userId?: string | undefined;
  /** One provider's rows alone. */
  readonly provider?: string | undefined;
}

/**
 * The next rows that are not destroyed, or only of late, in the order of their ids. Fewer than `limit` are the last
 * ones. Throws `RegistryUnavailable`, and a `RangeError` on a limit beyond `SWEEP_PAGE_MAX`.
 */
export async function sweepPage(
  db: RegistryDb,
  { afterId, limit, closedSince, userId, provider }: SweepPageRequest,
): Promise<InstanceRow[]> {
  if (!Number.isInteger(limit) || limit < 1 || limit > SWEEP_PAGE_MAX)
    throw new RangeError(`A page of a sweep holds 1 to ${SWEEP_PAGE_MAX} rows, not ${limit}.`);
  const { id, destroyedAt } = kiloclawInstances;
  const isMet = or(isNull(destroyedAt), gt(destroyedAt, new Date(closedSince)));
  const rows = await answered(() =>
    db
      .select()
      .from(kiloclawInstances)
      .where(
        and(
          isMet,
          afterId === null ? undefined : gt(id, afterId),
          userId === undefined ? undefined : eq(kiloclawInstances.userId, userId),
          provider === undefined ? undefined : eq(kiloclawInstances.provider, provider),
        ),
      )
      .orderBy(asc(id))
      .limit(limit),
  );
  return rows.map(fromStored);
}
