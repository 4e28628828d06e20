/**
 * Pages that are found by key. The address holds where the page begins and which one it is; the way back, a cursor for
 * each page before, is in the history's entry, so that addresses stay short. Whoever opens a page by its address alone
 * goes back to the first one.
 */

declare module '@tanstack/react-router' {
  interface HistoryState {
    trail?: string[];
  }
}

/** From here on the oldest of the way back are let go. */
export const TRAIL_MAX = 200;
const PAGE_NUMBER_MAX = 100_000;

export interface Place {
  /** Where it begins; null on the first page. */
  readonly after: string | null;
  /** The first one is 1. */
  readonly page: number;
  /** Where the pages from the second one to the one before this began, as far as they are known. */
  readonly trail: readonly string[];
}

export const FIRST_PAGE: Place = { after: null, page: 1, trail: [] };

/** `after` and `page` as the address holds them; what can't be a page is the first one. */
export function readPlace(
  after: string | undefined,
  page: string | undefined,
  trail: readonly string[] = [],
): Place {
  if (after === undefined) return FIRST_PAGE;
  const number = /^\d{1,6}$/.test(page ?? '') ? Number(page) : 2;
  return { after, page: Math.min(Math.max(number, 2), PAGE_NUMBER_MAX), trail };
}

export function nextPlace({ after, page, trail }: Place, nextCursor: string): Place {
  const walked = after === null ? [] : [...trail, after];
  return { after: nextCursor, page: page + 1, trail: walked.slice(-TRAIL_MAX) };
}

/** Null on the first page; the first one where the way back isn't known. */
export function previousPlace({ page, trail }: Place): Place | null {
  if (page === 1) return null;
  const after = trail.at(-1);
  if (after === undefined) return FIRST_PAGE;
  return { after, page: page - 1, trail: trail.slice(0, -1) };
}

/** What stands in the address. */
export function searchOfPlace({ after, page }: Place): { after?: string; page?: string } {
  return after === null ? {} : { after, page: String(page) };
}
