/** The view that the address holds, and how a page changes it. */
import { useLocation, useNavigate, useSearch } from '@tanstack/react-router';
import { type SearchParams, type SearchValue, stringifySearch } from './search-params.ts';

export interface ViewChange {
  /** For what is typed: Back leads to the page before, not to each letter. */
  replace?: boolean;
  /** Cursors of the pages before this one: see `pages.ts`. */
  trail?: readonly string[];
  /** Back to the top, as on a new page. */
  toTop?: boolean;
}

export function useSearchView(): [
  SearchParams,
  (next: Record<string, SearchValue>, how?: ViewChange) => void,
] {
  const search: SearchParams = useSearch({ strict: false });
  const pathname = useLocation({ select: (location) => location.pathname });
  const navigate = useNavigate();
  const change = (next: Record<string, SearchValue>, how: ViewChange = {}) => {
    const { replace = false, trail = [], toTop = false } = how;
    const href = `${pathname}${stringifySearch(next)}`;
    void navigate({ href, replace, resetScroll: toTop, state: { trail: [...trail] } });
  };
  return [search, change];
}

/** The first value of a key; `undefined` where it is left out. */
export function textOf(search: SearchParams, key: string): string | undefined {
  const value = search[key];
  const text = typeof value === 'object' ? value[0] : value;
  return text === '' ? undefined : text;
}
