/** How much hardware was lent at each time, told by the audit log. */
import { sql } from 'drizzle-orm';
import { z } from 'zod';
import type { RegistryDb } from '../client.ts';
import { auditLog } from '../schema/audit-log.ts';
import { instantOf, type LentHardware, MB_PER_GB, sizeField } from './lent-hardware.ts';
import { answered } from './registry-failure.ts';

export const LENT_BUCKETS_MAX = 400;

/** What was lent at `at`, which is in milliseconds since 1970. */
export type LentAt = LentHardware & { readonly at: number; readonly overrides: number };

/** Times are milliseconds since 1970. */
export type LentPeriod = {
  readonly from: number;
  readonly to: number;
  /** Into how many equal parts the period is cut. */
  readonly buckets: number;
};

const LevelsSchema = z.array(
  z.object({
    bucket: z.int(),
    overrides: z.number(),
    cpus: z.number(),
    memoryMb: z.number(),
    extraCpus: z.number(),
    extraMemoryMb: z.number(),
  }),
);

/**
 * What was lent at the end of each bucket. A size is lent from the row that asked for it (the acceptance itself sets
 * it) until the instance's next row that set another, cleared it, or tells that none was left; at most until its
 * expiry. Throws `RegistryUnavailable`, and a `RangeError` on a period that has no length or too many buckets.
 */
export async function lentOverTime(db: RegistryDb, { from, to, buckets }: LentPeriod): Promise<LentAt[]> {
  if (!(from < to)) throw new RangeError('The period must end after it begins.');
  if (!Number.isInteger(buckets) || buckets < 1 || buckets > LENT_BUCKETS_MAX)
    throw new RangeError(`A period has 1 to ${LENT_BUCKETS_MAX} buckets, not ${buckets}.`);
  const rows = await answered(() => db.execute(lentQuery({ from, to, buckets })));
  const levels = LevelsSchema.parse(rows);
  return levels.map(({ bucket, memoryMb, extraMemoryMb, ...level }) => ({
    ...level,
    at: endOf(bucket, { from, to, buckets }),
    memoryGb: memoryMb / MB_PER_GB,
    extraMemoryGb: extraMemoryMb / MB_PER_GB,
  }));
}

/** When a bucket ends, the first being 1. Milliseconds since 1970. */
function endOf(bucket: number, { from, to, buckets }: LentPeriod): number {
  return bucket === buckets ? to : from + Math.round(((to - from) * bucket) / buckets);
}

/** Each beginning and each end is a difference; the level at a bucket's end is the sum of all until then. */
export function lentQuery(period: LentPeriod) {
  const { to, buckets } = period;
  const iso = (ms: number) => new Date(ms).toISOString();
  const ends = Array.from(
    { length: buckets },
    (_, index) => sql`(${index + 1}::int, ${iso(endOf(index + 1, period))}::timestamptz)`,
  );
  const lent = sql`(given.metadata #> '{asked,override,machineSize}')`;
  const own = sql`(given.before -> 'machineSize')`;
  const figures = ['cpus', 'memory_mb'] as const;
  const [cpus, memoryMb] = figures.map((field) => sizeField(lent, field));
  const [ownCpus, ownMemoryMb] = figures.map((field) => sizeField(own, field));
  return sql`WITH lent AS (
      SELECT given.at AS from_at,
        least(ended.at, ${instantOf(sql`given.metadata #>> '{asked,override,expiresAt}'`)}) AS to_at,
        coalesce(${cpus}, 0) AS cpus, coalesce(${memoryMb}, 0) AS memory_mb,
        coalesce(${cpus} - ${ownCpus}, 0) AS extra_cpus, coalesce(${memoryMb} - ${ownMemoryMb}, 0) AS extra_memory_mb
      FROM ${auditLog} AS given
      LEFT JOIN LATERAL (
        SELECT later.at FROM ${auditLog} AS later
        WHERE later.instance_id = given.instance_id AND (later.at, later.id) > (given.at, given.id)
          AND ((later.outcome = 'requested' AND later.action IN ('set_override', 'clear_override'))
            OR (later.at > given.at AND later.outcome IN ('succeeded', 'failed') AND later.after -> 'lentSize' = 'null'))
        ORDER BY later.at, later.id LIMIT 1
      ) AS ended ON true
      WHERE given.action = 'set_override' AND given.outcome = 'requested' AND given.at <= ${iso(to)}::timestamptz
    ), changes AS (
      SELECT from_at AS at, 1 AS overrides, cpus, memory_mb, extra_cpus, extra_memory_mb FROM lent
      UNION ALL
      SELECT to_at, -1, -cpus, -memory_mb, -extra_cpus, -extra_memory_mb FROM lent WHERE to_at IS NOT NULL
    )
    SELECT ends.bucket, coalesce(sum(overrides), 0)::float8 AS overrides, coalesce(sum(cpus), 0)::float8 AS cpus,
      coalesce(sum(memory_mb), 0)::float8 AS "memoryMb", coalesce(sum(extra_cpus), 0)::float8 AS "extraCpus",
      coalesce(sum(extra_memory_mb), 0)::float8 AS "extraMemoryMb"
    FROM (VALUES ${sql.join(ends, sql`, `)}) AS ends (bucket, at)
    LEFT JOIN changes ON changes.at <= ends.at
    GROUP BY ends.bucket ORDER BY ends.bucket`;
}
