/** What the list of instances shows, and how its address says so. Pure. */
import type { InstanceSort } from '@kiloclaw/platform-contract';
import type { inferRouterInputs } from '@trpc/server';
import type { AppRouter } from '../../../../server/routers/app-router.ts';
import type { SearchParams, SearchValue } from '../../../lib/search-params.ts';
import { textOf } from '../../../lib/use-search-view.ts';
import type { TableSort } from '../../../table/table-props.ts';
import { DRIFT_LABELS, PROVIDER_LABELS, STATUS_LABELS, TIER_LABELS, wordIn } from './filter-words.ts';

export type InstanceFilter = inferRouterInputs<AppRouter>['admin']['instances']['counts'];

export interface InstancesView {
  readonly filter: InstanceFilter;
  readonly sort: InstanceSort;
}

const SORTS: Record<InstanceSort, TableSort> = {
  created_desc: { key: 'created', direction: 'desc' },
  created_asc: { key: 'created', direction: 'asc' },
  updated_desc: { key: 'updated', direction: 'desc' },
  updated_asc: { key: 'updated', direction: 'asc' },
};
const DEFAULT_SORT: InstanceSort = 'created_desc';
const SEARCH_TEXT_MAX_LENGTH = 254;
const USER_ID = /^[A-Za-z0-9_-]{1,64}$/;

/** What the address doesn't say, or says in words that nobody knows, is not filtered by. */
export function readInstancesView(search: SearchParams): InstancesView {
  const text = (key: string) => textOf(search, key);
  const owner = text('owner');
  const found = {
    userId: owner !== undefined && USER_ID.test(owner) ? owner : undefined,
    provider: wordIn(PROVIDER_LABELS, text('provider')),
    instanceType: wordIn(TIER_LABELS, text('tier')),
    status: wordIn(STATUS_LABELS, text('status')),
    hasOverride: text('override') === undefined ? undefined : text('override') !== 'none',
    drift: wordIn(DRIFT_LABELS, text('drift')),
    q: searchText(text('q')),
  };
  const sort = wordIn(SORTS, text('sort')) ?? DEFAULT_SORT;
  return { filter: given(found), sort };
}

function searchText(text: string | undefined): string | undefined {
  const trimmed = text
    ?.replace(/\p{Cc}/gu, ' ')
    .trim()
    .slice(0, SEARCH_TEXT_MAX_LENGTH);
  return trimmed === '' ? undefined : trimmed;
}

function given(filter: { [Key in keyof InstanceFilter]: InstanceFilter[Key] | undefined }): InstanceFilter {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}

/** For the address; what is as usual is left out. */
export function searchOfView({ filter, sort }: InstancesView): Record<string, SearchValue> {
  const { userId, provider, instanceType, status, hasOverride, drift, q } = filter;
  return {
    q,
    status,
    override: hasOverride === undefined ? undefined : hasOverride ? 'any' : 'none',
    drift,
    provider,
    tier: instanceType,
    owner: userId,
    sort: sort === DEFAULT_SORT ? undefined : sort,
  };
}

/** Another filter with this field set, or without it. */
export function withField<Key extends keyof InstanceFilter>(
  filter: InstanceFilter,
  field: Key,
  value: InstanceFilter[Key] | undefined,
): InstanceFilter {
  const { [field]: _, ...others } = filter;
  return value === undefined ? others : { ...others, [field]: value };
}

export function isFiltered(filter: InstanceFilter): boolean {
  return Object.keys(filter).length > 0;
}

export function tableSortOf(sort: InstanceSort): TableSort {
  return SORTS[sort];
}

export function sortOfTable({ key, direction }: TableSort): InstanceSort {
  return wordIn(SORTS, `${key}_${direction}`) ?? DEFAULT_SORT;
}
