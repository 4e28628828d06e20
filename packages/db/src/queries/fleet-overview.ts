/** The fleet in figures. */
import { and, isNotNull, isNull, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { RegistryDb } from '../client.ts';
import { auditLog } from '../schema/audit-log.ts';
import { kiloclawInstances as instances } from '../schema/kiloclaw-instances.ts';
import { overrideSetAt } from '../schema/override-fields.ts';
import { instantOf, type LentHardware, MB_PER_GB, sizeField } from './lent-hardware.ts';
import { answered } from './registry-failure.ts';

export const FLEET_DAYS = 14;
export const LONG_LENT_DAYS = 7;
const DAY_MS = 86_400_000;

export type Counted = { readonly key: string; readonly count: number };

export type FleetOverview = {
  /** Instances that are not destroyed, by whatever stands in their rows; the type `unknown` where it is null. */
  readonly active: number;
  readonly byInstanceType: readonly Counted[];
  readonly byProvider: readonly Counted[];
  readonly byStatus: readonly Counted[];
  /** Instances that have each kind of drift now: one may have several. */
  readonly byDrift: readonly Counted[];
  readonly drifted: number;
  readonly overrides: {
    /** Sizes that are lent now: those past their expiry are not among them. */
    readonly count: number;
    /** Lent for more than `LONG_LENT_DAYS` days. */
    readonly longLent: number;
    readonly lent: LentHardware;
  };
  /** Operations that ended on each of the last `FLEET_DAYS` days, in UTC, the oldest first; days without are left out. */
  readonly operations: readonly OperationsOfDay[];
};

export type OperationsOfDay = {
  /** Such as `2026-01-31`, in UTC. */
  readonly day: string;
  readonly action: string;
  readonly succeeded: number;
  readonly failed: number;
};

const IS_ACTIVE = isNull(instances.destroyedAt);

/** `now` is in milliseconds since 1970. Throws `RegistryUnavailable`. */
export async function fleetOverview(db: RegistryDb, now: number): Promise<FleetOverview> {
  const [groups, drift, overrides, operations] = await Promise.all([
    readGroups(db),
    readDrift(db),
    readOverrides(db, now),
    readOperations(db, now),
  ]);
  return { ...groups, ...drift, overrides, operations };
}

const GroupsSchema = z.array(
  z.object({
    provider: z.string(),
    status: z.string(),
    instanceType: z.string(),
    count: z.int(),
  }),
);

/** One pass over the active rows: of the few groups that there are, each figure is a sum. */
async function readGroups(db: RegistryDb) {
  const rows = await answered(() =>
    db.execute(sql`SELECT provider, status, coalesce(instance_type, 'unknown') AS "instanceType", count(*)::int AS count
      FROM ${instances} WHERE ${IS_ACTIVE} GROUP BY 1, 2, 3`),
  );
  const groups = GroupsSchema.parse(rows);
  return {
    active: groups.reduce((sum, { count }) => sum + count, 0),
    byProvider: summedBy(groups, ({ provider }) => provider),
    byStatus: summedBy(groups, ({ status }) => status),
    byInstanceType: summedBy(groups, ({ instanceType }) => instanceType),
  };
}

function summedBy<Group extends { readonly count: number }>(
  groups: readonly Group[],
  keyOf: (group: Group) => string,
): Counted[] {
  const sums = new Map<string, number>();
  for (const group of groups) sums.set(keyOf(group), (sums.get(keyOf(group)) ?? 0) + group.count);
  return [...sums]
    .map(([key, count]) => ({ key, count }))
    .sort((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1));
}

const DriftSchema = z.array(z.object({ key: z.string().nullable(), count: z.int() }));

async function readDrift(db: RegistryDb): Promise<Pick<FleetOverview, 'byDrift' | 'drifted'>> {
  const drifted = sql`${instances} WHERE ${instances.driftKinds} <> '{}' AND ${IS_ACTIVE}`;
  const rows = await answered(() =>
    db.execute(sql`SELECT NULL AS key, count(*)::int AS count FROM ${drifted}
      UNION ALL (SELECT kind, count(*)::int FROM (SELECT unnest(${instances.driftKinds}) AS kind FROM ${drifted}) AS kinds
        GROUP BY kind ORDER BY 2 DESC, 1)`),
  );
  const counts = DriftSchema.parse(rows);
  return {
    drifted: counts.find(({ key }) => key === null)?.count ?? 0,
    byDrift: counts.flatMap(({ key, count }) => (key === null ? [] : [{ key, count }])),
  };
}

const OverridesSchema = z.tuple([
  z.object({
    count: z.int(),
    longLent: z.int(),
    cpus: z.number(),
    memoryMb: z.number(),
    extraCpus: z.number(),
    extraMemoryMb: z.number(),
  }),
]);

async function readOverrides(db: RegistryDb, now: number): Promise<FleetOverview['overrides']> {
  const override = instances.adminSizeOverride;
  const size = sql`(${override} -> 'machineSize')`;
  const at = (ms: number) => new Date(ms).toISOString();
  const expiresAt = instantOf(sql`${override} ->> 'expiresAt'`);
  const isInForce = sql`coalesce(${expiresAt} > ${at(now)}::timestamptz, true)`;
  const longAgo = at(now - LONG_LENT_DAYS * DAY_MS);
  const lent = sql`SELECT ${sizeField(size, 'cpus')} AS cpus, ${sizeField(size, 'memory_mb')} AS memory_mb,
      ${instances.cpus} AS own_cpus, ${instances.memoryMb} AS own_memory_mb, ${overrideSetAt(override)} AS set_at
    FROM ${instances} WHERE ${and(isNotNull(override), IS_ACTIVE, isInForce)}`;
  const rows = await answered(() =>
    db.execute(sql`SELECT count(*)::int AS count,
        count(*) FILTER (WHERE set_at <> '' AND set_at < ${longAgo})::int AS "longLent",
        coalesce(sum(cpus), 0)::float8 AS cpus, coalesce(sum(memory_mb), 0)::float8 AS "memoryMb",
        coalesce(sum(cpus - own_cpus), 0)::float8 AS "extraCpus",
        coalesce(sum(memory_mb - own_memory_mb), 0)::float8 AS "extraMemoryMb"
      FROM (${lent}) AS lent`),
  );
  const [{ count, longLent, cpus, memoryMb, extraCpus, extraMemoryMb }] = OverridesSchema.parse(rows);
  const lentNow = {
    cpus,
    memoryGb: memoryMb / MB_PER_GB,
    extraCpus,
    extraMemoryGb: extraMemoryMb / MB_PER_GB,
  };
  return { count, longLent, lent: lentNow };
}

const OperationsSchema = z.array(
  z.object({ day: z.string(), action: z.string(), succeeded: z.int(), failed: z.int() }),
);

/** Whole days, today's included. */
async function readOperations(db: RegistryDb, now: number): Promise<OperationsOfDay[]> {
  const today = Math.trunc(now / DAY_MS) * DAY_MS;
  const since = new Date(today - (FLEET_DAYS - 1) * DAY_MS).toISOString();
  const rows = await answered(() =>
    db.execute(sql`SELECT to_char(${auditLog.at} AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day, ${auditLog.action} AS action,
        count(*) FILTER (WHERE ${auditLog.outcome} = 'succeeded')::int AS succeeded,
        count(*) FILTER (WHERE ${auditLog.outcome} = 'failed')::int AS failed
      FROM ${auditLog}
      WHERE ${auditLog.at} >= ${since}::timestamptz AND ${auditLog.outcome} IN ('succeeded', 'failed')
        AND ${auditLog.operationId} IS NOT NULL
      GROUP BY 1, 2 ORDER BY 1, 2`),
  );
  return OperationsSchema.parse(rows);
}
