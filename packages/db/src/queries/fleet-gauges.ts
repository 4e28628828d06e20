/** The figures of the fleet that are watched all the time: by partial indexes, whatever the size of the fleet. */
import { and, isNotNull, isNull, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { RegistryDb } from '../client.ts';
import { kiloclawInstances as instances } from '../schema/kiloclaw-instances.ts';
import { overrideSetAt } from '../schema/override-fields.ts';
import { instantOf } from './lent-hardware.ts';
import { answered } from './registry-failure.ts';

export type FleetGauges = {
  /** Instances that have each kind of drift now; kinds that none has are left out. */
  readonly drift: Readonly<Record<string, number>>;
  readonly overrides: {
    /** In force: those past their expiry are not among them. */
    readonly active: number;
    /** When the oldest of them was set, in milliseconds since 1970; null without one. */
    readonly oldestSetAt: number | null;
  };
};

const DriftSchema = z.array(z.object({ kind: z.string(), count: z.int() }));
const OverridesSchema = z.tuple([z.object({ active: z.int(), oldestSetAt: z.string().nullable() })]);
/** As Instances write times. Compared as texts: a cast would fail the whole question for one that is no time. */
const WRITTEN_TIME = sql.raw(
  `'^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d\\.\\d{3}Z$'`,
);

/** `now` is in milliseconds since 1970. Throws `RegistryUnavailable`. */
export async function fleetGauges(db: RegistryDb, now: number): Promise<FleetGauges> {
  const isActive = isNull(instances.destroyedAt);
  const override = instances.adminSizeOverride;
  const isInForce = sql`coalesce(${instantOf(sql`${override} ->> 'expiresAt'`)} > ${new Date(now).toISOString()}::timestamptz, true)`;
  const setAt = overrideSetAt(override);
  const drift = await answered(() =>
    db.execute(sql`SELECT kind, count(*)::int AS count
      FROM (SELECT unnest(${instances.driftKinds}) AS kind FROM ${instances}
        WHERE ${instances.driftKinds} <> '{}' AND ${isActive}) AS kinds GROUP BY kind`),
  );
  const overrides = await answered(() =>
    db.execute(sql`SELECT count(*)::int AS active,
        min(${setAt}) FILTER (WHERE ${setAt} ~ ${WRITTEN_TIME}) AS "oldestSetAt"
      FROM ${instances} WHERE ${and(isNotNull(override), isActive, isInForce)}`),
  );
  const [{ active, oldestSetAt }] = OverridesSchema.parse(overrides);
  return {
    drift: Object.fromEntries(DriftSchema.parse(drift).map(({ kind, count }) => [kind, count])),
    overrides: { active, oldestSetAt: oldestSetAt === null ? null : Date.parse(oldestSetAt) },
  };
}
