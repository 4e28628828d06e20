import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSearch, stringifySearch } from '../../lib/search-params.ts';
import { isFiltered, type PeopleFilter, readPeopleFilter, searchOfFilter, withField } from './people-view.ts';

const Filter: fc.Arbitrary<PeopleFilter> = fc.record(
  {
    q: fc.constantFrom('alice', 'a&b=c', '123', 'ü 100 %'),
    role: fc.constantFrom('admin', 'customer'),
    includeDeleted: fc.constant(true),
  },
  { requiredKeys: [] },
);

describe('the view of the people’s list', () => {
  it('is read from the address that it writes', () => {
    fc.assert(
      fc.property(Filter, (filter) => {
        const address = stringifySearch(searchOfFilter(filter));
        expect(readPeopleFilter(parseSearch(address))).toEqual(filter);
      }),
    );
  });

  it('does not go by what nobody knows', () => {
    expect(readPeopleFilter({ role: 'root', deleted: 'yes', q: ' \u0000 ' })).toEqual({});
  });

  it('sets and leaves out one field alone', () => {
    const filter = withField({ q: 'a' }, 'role', 'admin');
    expect(filter).toEqual({ q: 'a', role: 'admin' });
    expect(withField(filter, 'q', undefined)).toEqual({ role: 'admin' });
    expect(isFiltered(filter)).toBe(true);
    expect(isFiltered({})).toBe(false);
  });
});
