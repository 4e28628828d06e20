/** The counts on the filter chips of the list of instances. */
import { INSTANCE_TYPES, type InstanceType } from '@kiloclaw/instance-tiers';
import {
  ANY_DRIFT,
  type InstanceStatus,
  InstanceStatusSchema,
  type ProviderId,
  ProviderIdSchema,
  UNKNOWN_INSTANCE_TYPE,
} from '@kiloclaw/platform-contract';
import { type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { RegistryDb } from '../client.ts';
import { kiloclawInstances as instances } from '../schema/kiloclaw-instances.ts';
import { activeConditions, allOf, givenConditions, type InstanceFilter } from './instance-search.ts';
import { COUNTED, SEARCH_TOTAL_MAX, totalOf } from './page.ts';
import { answered, RegistryUnavailable } from './registry-failure.ts';
import { foundIds } from './search-instances.ts';

/** Up to `SEARCH_TOTAL_MAX`; `isCapped`: there are more. Null: counting it would take too long. */
export type ChipCount = { readonly count: number; readonly isCapped: boolean } | null;

/** On each chip how many one would see with it set, beside the other filters that are set now. */
export type InstanceCounts = {
  readonly active: ChipCount;
  readonly destroyed: ChipCount;
  readonly hasOverride: ChipCount;
  readonly drift: ChipCount;
  readonly byProvider: Readonly<Record<ProviderId, ChipCount>>;
  readonly byInstanceType: Readonly<Record<InstanceType | typeof UNKNOWN_INSTANCE_TYPE, ChipCount>>;
  readonly byStatus: Readonly<Record<InstanceStatus, ChipCount>>;
};

/** Shorter texts have no trigram to be looked up by: all names and addresses would be read. */
const COUNTED_TEXT_MIN_LENGTH = 3;
const QUERY_CANCELED = '57014';
const OPEN_FOUND = -1;
const CLOSED_FOUND = -2;
const DESTROYED = 'destroyed';
const CountsSchema = z.array(z.object({ chip: z.int(), count: z.int() }));
const TYPES = [...INSTANCE_TYPES, UNKNOWN_INSTANCE_TYPE] as const;

/**
 * All counts in one statement. A `q` shorter than three characters is not counted by, and where the connection's
 * statement timeout ends the counting, each is null. Throws `RegistryUnavailable`.
 */
export async function countInstances(db: RegistryDb, filter: InstanceFilter): Promise<InstanceCounts> {
  const chips = chipsOf(filter);
  const counts = await readCounts(db, filter, chips);
  const [active = null, destroyed = null, hasOverride = null, drift = null, ...grouped] = counts;
  const [statusesAt, typesAt] = [
    ProviderIdSchema.options.length + TYPES.length,
    ProviderIdSchema.options.length,
  ];
  return {
    active,
    destroyed,
    hasOverride,
    drift,
    byProvider: byKey(ProviderIdSchema.options, grouped),
    byInstanceType: byKey(TYPES, grouped.slice(typesAt)),
    byStatus: byKey(InstanceStatusSchema.options, grouped.slice(statusesAt)),
  };
}

/** The filter that each chip stands for, in the order in which `countInstances` reads them. */
function chipsOf(filter: InstanceFilter): InstanceFilter[] {
  return [
    { ...filter, status: undefined },
    { ...filter, status: DESTROYED },
    { ...filter, hasOverride: true },
    { ...filter, drift: ANY_DRIFT },
    ...ProviderIdSchema.options.map((provider) => ({ ...filter, provider })),
    ...TYPES.map((instanceType) => ({ ...filter, instanceType })),
    ...InstanceStatusSchema.options.map((status) => ({ ...filter, status })),
  ];
}

function byKey<Key extends string>(
  keys: readonly Key[],
  counts: readonly ChipCount[],
): Record<Key, ChipCount> {
  return Object.fromEntries(keys.map((key, index) => [key, counts[index] ?? null])) as Record<Key, ChipCount>;
}

async function readCounts(
  db: RegistryDb,
  filter: InstanceFilter,
  chips: readonly InstanceFilter[],
): Promise<ChipCount[]> {
  if (filter.q !== undefined && filter.q.length < COUNTED_TEXT_MIN_LENGTH) return [];
  try {
    const rows = CountsSchema.parse(await answered(() => db.execute(countsQuery(filter, chips))));
    const found = new Map(rows.map(({ chip, count }) => [chip, count]));
    return chips.map((chip, index) => chipCount(found, chip, index));
  } catch (error) {
    if (error instanceof RegistryUnavailable && error.code === QUERY_CANCELED) return [];
    throw error;
  }
}

/** Where more were found by `q` than are looked at, a count that stays below the cap may be too low. */
function chipCount(counts: ReadonlyMap<number, number>, chip: InstanceFilter, index: number): ChipCount {
  const foundByText = counts.get(chip.status === DESTROYED ? CLOSED_FOUND : OPEN_FOUND) ?? 0;
  const { total: count, totalIsCapped: isCapped } = totalOf(counts.get(index) ?? 0);
  return foundByText > SEARCH_TOTAL_MAX && !isCapped ? null : { count, isCapped };
}

/** Each chip is walked along its own index, and never further than the cap; what `q` finds is looked up once for all. */
export function countsQuery(filter: InstanceFilter, chips: readonly InstanceFilter[] = chipsOf(filter)): SQL {
  const { q, userId } = filter;
  if (q === undefined) {
    const counts = chips.map((chip, index) =>
      countOf(index, sql`${instances}`, [...givenConditions(chip), ...activeConditions(chip)]),
    );
    return sql.join(counts, sql` UNION ALL `);
  }
  const counts = chips.map((chip, index) =>
    // Under the table's own name, so that the conditions mean the rows that were found.
    countOf(index, sql`${chip.status === DESTROYED ? CLOSED : OPEN} AS ${instances}`, givenConditions(chip)),
  );
  const opened = foundRows({ userId }, q);
  const closed = foundRows({ userId, status: DESTROYED }, q);
  const sizes = [countAll(OPEN_FOUND, OPEN), countAll(CLOSED_FOUND, CLOSED)];
  return sql`WITH ${OPEN} AS MATERIALIZED (${opened}), ${CLOSED} AS MATERIALIZED (${closed})
    ${sql.join([...counts, ...sizes], sql` UNION ALL `)}`;
}

const OPEN = sql.identifier('open_found');
const CLOSED = sql.identifier('closed_found');

function foundRows(filter: InstanceFilter, q: string): SQL {
  return sql`SELECT * FROM ${instances} WHERE ${instances.id} = ANY(ARRAY(${foundIds(filter, q, COUNTED)}))`;
}

function countOf(chip: number, source: SQL, conditions: readonly SQL[]): SQL {
  const found = sql`SELECT 1 FROM ${source} WHERE ${allOf(...conditions)} ${COUNTED}`;
  return sql`SELECT ${chip}::int AS chip, count(*)::int AS count FROM (${found}) AS found`;
}

function countAll(chip: number, source: typeof OPEN): SQL {
  return sql`SELECT ${chip}::int AS chip, count(*)::int AS count FROM ${source}`;
}
