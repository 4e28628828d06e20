import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSearch, stringifySearch } from '../../../lib/search-params.ts';
import { DRIFT_LABELS, keysOf, PROVIDER_LABELS, STATUS_LABELS, TIER_LABELS } from './filter-words.ts';
import {
  type InstanceFilter,
  isFiltered,
  readInstancesView,
  searchOfView,
  sortOfTable,
  tableSortOf,
  withField,
} from './instances-view.ts';

const SORTS = ['created_desc', 'created_asc', 'updated_desc', 'updated_asc'] as const;
const Filter: fc.Arbitrary<InstanceFilter> = fc.record(
  {
    userId: fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/),
    provider: fc.constantFrom(...keysOf(PROVIDER_LABELS)),
    instanceType: fc.constantFrom(...keysOf(TIER_LABELS)),
    status: fc.constantFrom(...keysOf(STATUS_LABELS)),
    hasOverride: fc.boolean(),
    drift: fc.constantFrom(...keysOf(DRIFT_LABELS)),
    q: fc.constantFrom('gateway', 'a&b=c', '123', 'ü 100 %', 'no'),
  },
  { requiredKeys: [] },
);

describe('the view of the instances’ list', () => {
  it('is read from the address that it writes', () => {
    fc.assert(
      fc.property(Filter, fc.constantFrom(...SORTS), (filter, sort) => {
        const address = stringifySearch(searchOfView({ filter, sort }));
        expect(readInstancesView(parseSearch(address))).toEqual({ filter, sort });
      }),
    );
  });

  it('is the whole list, newest first, at an address that says nothing', () => {
    const view = readInstancesView({});
    expect(view).toEqual({ filter: {}, sort: 'created_desc' });
    expect(isFiltered(view.filter)).toBe(false);
    expect(stringifySearch(searchOfView(view))).toBe('');
  });

  it('does not go by what nobody knows', () => {
    const search = {
      provider: 'constructor',
      tier: 'perf-9',
      status: '',
      drift: ['toString', 'any'],
      sort: 'name',
      owner: '../x',
      q: ' \u0000 ',
    };
    expect(readInstancesView(search)).toEqual({ filter: {}, sort: 'created_desc' });
  });

  it('sets and leaves out one field alone', () => {
    const filter = withField({ provider: 'fly', q: 'a' }, 'status', 'destroyed');
    expect(filter).toEqual({ provider: 'fly', q: 'a', status: 'destroyed' });
    expect(withField(filter, 'provider', undefined)).toEqual({ q: 'a', status: 'destroyed' });
    expect(isFiltered(filter)).toBe(true);
  });

  it('has each order as the table’s', () => {
    for (const sort of SORTS) expect(sortOfTable(tableSortOf(sort))).toBe(sort);
  });
});
