/** What the list of people shows, and how its address says so. Pure. */
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '../../../server/routers/app-router.ts';
import type { SearchParams, SearchValue } from '../../lib/search-params.ts';
import { textOf } from '../../lib/use-search-view.ts';

export type PeopleFilter = inferRouterInputs<AppRouter>['admin']['people']['list']['filter'];
export type PersonAnswer = inferRouterOutputs<AppRouter>['admin']['people']['get'];
export type Person = PersonAnswer['person'];
export type Role = Person['role'];

const SEARCH_TEXT_MAX_LENGTH = 254;

/** What the address doesn't say, or says in words that nobody knows, is not filtered by. */
export function readPeopleFilter(search: SearchParams): PeopleFilter {
  const q = searchText(textOf(search, 'q'));
  const role = textOf(search, 'role');
  return {
    ...(q === undefined ? {} : { q }),
    ...(role === 'admin' || role === 'customer' ? { role } : {}),
    ...(textOf(search, 'deleted') === 'shown' ? { includeDeleted: true } : {}),
  };
}

export function searchOfFilter({ q, role, includeDeleted }: PeopleFilter): Record<string, SearchValue> {
  return { q, role, deleted: includeDeleted ? 'shown' : undefined };
}

export function isFiltered(filter: PeopleFilter): boolean {
  return Object.keys(filter).length > 0;
}

/** Another filter with this field set, or without it. */
export function withField<Key extends keyof PeopleFilter>(
  filter: PeopleFilter,
  field: Key,
  value: PeopleFilter[Key] | undefined,
): PeopleFilter {
  const { [field]: _, ...others } = filter;
  return value === undefined ? others : { ...others, [field]: value };
}

function searchText(text: string | undefined): string | undefined {
  const trimmed = text
    ?.replace(/\p{Cc}/gu, ' ')
    .trim()
    .slice(0, SEARCH_TEXT_MAX_LENGTH);
  return trimmed === '' ? undefined : trimmed;
}
