/** What all listings share: bounded pages, and totals that are counted up to a cap. */
import { type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { RegistryDb } from '../client.ts';
import { answered } from './registry-failure.ts';

export const SEARCH_PAGE_MAX = 200;
export const SEARCH_TOTAL_MAX = 10_000;

export type Page<Item, Cursor> = {
  readonly items: readonly Item[];
  /** Where the next page begins; null after the last one. */
  readonly next: Cursor | null;
} & Total;

export type Total = {
  /** How many the filter finds on all pages, counted up to `SEARCH_TOTAL_MAX`. */
  readonly total: number;
  /** There are more than `total`. */
  readonly totalIsCapped: boolean;
};

export type PageRequest<Cursor> = {
  /** Where the page before ended; null for the first. */
  readonly after: Cursor | null;
  readonly limit: number;
};

/** Ends a query that is counted: no further than it must be to know that its total is capped. */
export const COUNTED = sql`LIMIT ${SEARCH_TOTAL_MAX + 1}`;

const CountsSchema = z.array(z.object({ count: z.int() }));

/** Throws a `RangeError` on a limit beyond `SEARCH_PAGE_MAX`. */
export function checkLimit(limit: number, what: string): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > SEARCH_PAGE_MAX)
    throw new RangeError(`A page holds 1 to ${SEARCH_PAGE_MAX} ${what}, not ${limit}.`);
}

/** The total of what a query counts that ends in `COUNTED`. Throws `RegistryUnavailable`. */
export async function readTotal(db: RegistryDb, countQuery: SQL): Promise<Total> {
  const counted = await answered(() => db.execute(countQuery));
  return totalOf(CountsSchema.parse(counted)[0]?.count ?? 0);
}

export function totalOf(count: number): Total {
  return { total: Math.min(count, SEARCH_TOTAL_MAX), totalIsCapped: count > SEARCH_TOTAL_MAX };
}

/** The page out of up to `limit + 1` rows: the one too many says that there is a next. */
export function cutPage<Item, Cursor>(
  items: readonly Item[],
  limit: number,
  cursorOf: (last: Item) => Cursor,
): Pick<Page<Item, Cursor>, 'items' | 'next'> {
  const kept = items.slice(0, limit);
  const last = kept.at(-1);
  return { items: kept, next: items.length > limit && last !== undefined ? cursorOf(last) : null };
}
