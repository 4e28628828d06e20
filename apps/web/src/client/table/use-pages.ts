/** Paging of a table whose address holds the page. */
import { useLocation } from '@tanstack/react-router';
import { failureOf } from '../lib/failure.ts';
import { formatCount } from '../lib/format.ts';
import type { SearchValue } from '../lib/search-params.ts';
import { textOf, useSearchView } from '../lib/use-search-view.ts';
import type { Paging } from '../ui/pagination-bar.tsx';
import { nextPlace, type Place, previousPlace, readPlace, searchOfPlace } from './pages.ts';
import type { DataTableProps } from './table-props.ts';

interface PageAnswer {
  readonly items: readonly unknown[];
  readonly nextCursor: string | null;
  readonly total: number;
  readonly totalIsCapped: boolean;
}

/** The page that the address names. */
export function usePlace(): Place {
  const [search] = useSearchView();
  const trail = useLocation({ select: ({ state }) => state.trail });
  return readPlace(textOf(search, 'after'), textOf(search, 'page'), trail);
}

/** `view`: what else stands in the address. Before the first answer there is nothing to page through. */
export function usePaging(
  place: Place,
  view: Record<string, SearchValue>,
  answer: PageAnswer | undefined,
  pageSize: number,
): { paging?: Paging } {
  const [, change] = useSearchView();
  if (answer === undefined) return {};
  const goTo = (to: Place) => change({ ...view, ...searchOfPlace(to) }, { trail: to.trail, toTop: true });
  const previous = previousPlace(place);
  if (answer.items.length === 0 && previous === null) return {};
  const { nextCursor } = answer;
  return {
    paging: {
      onPrevious: previous === null ? null : () => goTo(previous),
      onNext: nextCursor === null ? null : () => goTo(nextPlace(place, nextCursor)),
      ...(previous?.after === null && place.page > 2 ? { previousLabel: 'First page' } : {}),
      summary: summaryOf(place, answer, pageSize),
    },
  };
}

interface PageQuery {
  readonly error: unknown;
  readonly isFetching: boolean;
  refetch(): Promise<unknown>;
}

/** Why there are no rows, for the table. A page that an address names and nobody finds leads to the first one. */
export function usePageFailure(
  place: Place,
  view: Record<string, SearchValue>,
  { error, isFetching, refetch }: PageQuery,
): Exclude<DataTableProps<never>['failure'], undefined> {
  const [, change] = useSearchView();
  if (error === null) return null;
  const failure = failureOf(error);
  const isNoPage = place.after !== null && failure.code === 'invalid_request';
  return { ...failure, onRetry: () => (isNoPage ? change(view) : void refetch()), retrying: isFetching };
}

/** "51–100 of 10,000+". */
function summaryOf({ page }: Place, { items, total, totalIsCapped }: PageAnswer, pageSize: number): string {
  if (items.length === 0) return '';
  const first = (page - 1) * pageSize + 1;
  const last = first + items.length - 1;
  // Further on than is counted, or on rows that came since: what is shown is there all the same.
  const counted = Math.max(total, last);
  return `${formatCount(first)}–${formatCount(last)} of ${formatCount(counted, totalIsCapped)}`;
}
