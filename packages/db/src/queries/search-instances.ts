import { and, desc, eq, or, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { RegistryDb } from '../client.ts';
import type { InstanceRow } from '../rows.ts';
import { kiloclawInstances as instances } from '../schema/kiloclaw-instances.ts';
import { users } from '../schema/users.ts';
import type { InstanceCursor } from './instance-cursor.ts';
import { fromStored } from './instance-rows.ts';
import {
  activeConditions,
  allOf,
  givenConditions,
  hasPart,
  type InstanceFilter,
  isNamedExactly,
  ownerHasPart,
} from './instance-search.ts';
import { answered } from './registry-failure.ts';

export type ListedInstance = {
  readonly row: InstanceRow;
  /** The owner's address: the one they sign in with, else the one that the API gave. */
  readonly userEmail: string | null;
};

export type InstancePage = {
  readonly items: readonly ListedInstance[];
  /** Where the next page begins; null after the last one. */
  readonly next: InstanceCursor | null;
  /** How many the filter finds on all pages, counted up to `SEARCH_TOTAL_MAX`. */
  readonly total: number;
  /** There are more than `total`. */
  readonly totalIsCapped: boolean;
};

export type InstancePageRequest = {
  /** Where the page before ended; null for the first. */
  readonly after: InstanceCursor | null;
  readonly limit: number;
};

export const SEARCH_PAGE_MAX = 200;
export const SEARCH_TOTAL_MAX = 10_000;

const COUNTED = sql`LIMIT ${SEARCH_TOTAL_MAX + 1}`;
const ALL = sql`LIMIT ALL`;
const CountsSchema = z.array(z.object({ count: z.int() }));

/**
 * A page of the instances that a filter finds, newest first, then by id. Throws `RegistryUnavailable`, and a
 * `RangeError` on a limit beyond `SEARCH_PAGE_MAX`.
 */
export async function searchInstances(
  db: RegistryDb,
  filter: InstanceFilter,
  { after, limit }: InstancePageRequest,
): Promise<InstancePage> {
  if (!Number.isInteger(limit) || limit < 1 || limit > SEARCH_PAGE_MAX)
    throw new RangeError(`A page holds 1 to ${SEARCH_PAGE_MAX} instances, not ${limit}.`);
  const counted = await answered(() => db.execute(countQuery(filter)));
  const count = CountsSchema.parse(counted)[0]?.count ?? 0;
  const totalIsCapped = count > SEARCH_TOTAL_MAX;
  const rows = await answered(() => pageQuery(db, filter, { after, limit: limit + 1, totalIsCapped }));
  const items = rows.slice(0, limit).map(({ row, email, contactEmail }) => ({
    row: fromStored(row),
    userEmail: email ?? contactEmail,
  }));
  const last = items.at(-1)?.row;
  return {
    items,
    next: rows.length > limit && last !== undefined ? { id: last.id, createdAt: last.createdAt } : null,
    total: Math.min(count, SEARCH_TOTAL_MAX),
    totalIsCapped,
  };
}

/** Counts no further than it must to know that the total is capped; a little more where `q` meets in several ways. */
export function countQuery(filter: InstanceFilter): SQL {
  const { q } = filter;
  const conditions = [...givenConditions(filter), ...activeConditions(filter)];
  const found =
    q === undefined
      ? sql`SELECT 1 FROM ${instances} WHERE ${allOf(...conditions)} ${COUNTED}`
      : foundIds(filter, q, COUNTED);
  return sql`SELECT count(*)::int AS count FROM (${found}) AS found`;
}

/**
 * The rows of one page. What few instances match is looked up by its indexes and sorted; what more match than
 * are counted is met soon enough along the list itself, where sorting all of it would take seconds.
 */
export function pageQuery(
  db: RegistryDb,
  filter: InstanceFilter,
  page: InstancePageRequest & { readonly totalIsCapped: boolean },
) {
  const { q } = filter;
  const conditions = givenConditions(filter);
  if (q === undefined) conditions.push(...activeConditions(filter));
  else if (page.totalIsCapped) conditions.push(matchesAlongTheList(filter, q));
  // An array, not IN: the planner takes it for short, and never walks the whole list for a handful.
  else conditions.push(sql`${instances.id} = ANY(ARRAY(${foundIds(filter, q, ALL)}))`);
  if (page.after !== null) conditions.push(isAfter(page.after));
  return db
    .select({ row: instances, email: users.email, contactEmail: users.contactEmail })
    .from(instances)
    .innerJoin(users, eq(users.id, instances.userId))
    .where(and(...conditions))
    .orderBy(desc(instances.createdAt), desc(instances.id))
    .limit(page.limit);
}

/** The ids of what `q` finds, each way by its own index, since an OR across two tables has none; each way bounded. */
function foundIds(filter: InstanceFilter, q: string, bound: SQL): SQL {
  const given = givenConditions(filter);
  const active = activeConditions(filter);
  const named = sql`SELECT ${instances.id} FROM ${instances} WHERE ${allOf(isNamedExactly(q), ...given)} ${bound}`;
  const parts = sql`SELECT ${instances.id} FROM ${instances} WHERE ${allOf(hasPart(q), ...given, ...active)} ${bound}`;
  const owned = sql`SELECT ${instances.id} FROM ${users} JOIN ${instances} ON ${eq(instances.userId, users.id)}
    WHERE ${allOf(ownerHasPart(q), ...given, ...active)} ${bound}`;
  return sql`(${named}) UNION (${parts}) UNION (${owned})`;
}

function matchesAlongTheList(filter: InstanceFilter, q: string): SQL {
  const part = allOf(or(hasPart(q), ownerHasPart(q)), ...activeConditions(filter));
  return allOf(or(isNamedExactly(q), part));
}

function isAfter({ createdAt, id }: InstanceCursor): SQL {
  return sql`(${instances.createdAt}, ${instances.id}) < (${new Date(createdAt).toISOString()}::timestamptz, ${id}::uuid)`;
}
