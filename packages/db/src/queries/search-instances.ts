import type { InstanceSort } from '@kiloclaw/platform-contract';
import { and, asc, desc, eq, or, type SQL, sql } from 'drizzle-orm';
import type { RegistryDb } from '../client.ts';
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
import type { ListedInstance } from './listed-instance.ts';
import { COUNTED, checkLimit, cutPage, type Page, type PageRequest, readTotal } from './page.ts';
import { answered } from './registry-failure.ts';

export type InstancePage = Page<ListedInstance, InstanceCursor>;

export type InstancePageRequest = PageRequest<InstanceCursor> & {
  /** Newest first unless told otherwise. A cursor belongs to the order that it was made under. */
  readonly sort?: InstanceSort | undefined;
};

const ALL = sql`LIMIT ALL`;

/** What each order goes by, and in which direction, the id included. */
const ORDERS = {
  created_desc: { column: instances.createdAt, field: 'createdAt', direction: desc, beyond: sql.raw('<') },
  created_asc: { column: instances.createdAt, field: 'createdAt', direction: asc, beyond: sql.raw('>') },
  updated_desc: { column: instances.updatedAt, field: 'updatedAt', direction: desc, beyond: sql.raw('<') },
  updated_asc: { column: instances.updatedAt, field: 'updatedAt', direction: asc, beyond: sql.raw('>') },
} as const satisfies Record<InstanceSort, object>;

/**
 * A page of the instances that a filter finds, in the order asked for, then by id. Throws `RegistryUnavailable`, and a
 * `RangeError` on a limit beyond `SEARCH_PAGE_MAX` or a cursor of another order.
 */
export async function searchInstances(
  db: RegistryDb,
  filter: InstanceFilter,
  { sort = 'created_desc', after, limit }: InstancePageRequest,
): Promise<InstancePage> {
  checkLimit(limit, 'instances');
  if (after !== null && after.sort !== sort)
    throw new RangeError(`A page by ${sort} can't begin at a cursor by ${after.sort}.`);
  const total = await readTotal(db, countQuery(filter));
  const { totalIsCapped } = total;
  const rows = await answered(() => pageQuery(db, filter, { sort, after, limit: limit + 1, totalIsCapped }));
  const found = rows.map(({ row, email, contactEmail }) => ({
    row: fromStored(row),
    userEmail: email ?? contactEmail,
  }));
  const { field } = ORDERS[sort];
  return { ...total, ...cutPage(found, limit, ({ row }) => ({ sort, at: row[field], id: row.id })) };
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
  const { column, direction } = ORDERS[page.sort ?? 'created_desc'];
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
    .orderBy(direction(column), direction(instances.id))
    .limit(page.limit);
}

/** The ids of what `q` finds, each way by its own index, since an OR across two tables has none; each way bounded. */
export function foundIds(filter: InstanceFilter, q: string, bound: SQL): SQL {
  const given = givenConditions(filter);
  const active = activeConditions(filter);
  const named = sql`SELECT ${instances.id} FROM ${instances} WHERE ${allOf(isNamedExactly(q), ...given)} ${bound}`;
  const parts = sql`SELECT ${instances.id} FROM ${instances} WHERE ${allOf(hasPart(q), ...given, ...active)} ${bound}`;
  const owned = sql`SELECT ${instances.id} FROM ${users} JOIN ${instances} ON ${eq(instances.userId, users.id)}
    WHERE ${allOf(ownerHasPart(q), ...given, ...active)} ${bound}`;
  return sql`(${named}) UNION (${parts}) UNION (${owned})`;
}

/** Of active rows alone, as the lists' indexes are: a whole id, which finds a closed one too, is no part of so many. */
function matchesAlongTheList(filter: InstanceFilter, q: string): SQL {
  return allOf(or(isNamedExactly(q), hasPart(q), ownerHasPart(q)), ...activeConditions(filter));
}

function isAfter({ sort, at, id }: InstanceCursor): SQL {
  const { column, beyond } = ORDERS[sort];
  return sql`(${column}, ${instances.id}) ${beyond} (${new Date(at).toISOString()}::timestamptz, ${id}::uuid)`;
}
