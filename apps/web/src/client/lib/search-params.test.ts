import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSearch, stringifySearch } from './search-params.ts';

const text = fc.string({ minLength: 1, unit: 'grapheme' });
const list = fc.array(text, { minLength: 2, maxLength: 4 });

describe('the search of a URL', () => {
  it('comes back as it was written', () => {
    fc.assert(
      fc.property(fc.dictionary(text, fc.oneof(text, list)), (params) => {
        // A dictionary may have no prototype; the plain one that is read equals it by its entries.
        expect(Object.entries(parseSearch(stringifySearch(params)))).toEqual(Object.entries(params));
      }),
    );
  });
  it('keeps text that looks like something else as text', () => {
    expect(parseSearch('?q=123&drift=true&n=null')).toEqual({ q: '123', drift: 'true', n: 'null' });
  });
  it('leaves out what is not set', () => {
    expect(stringifySearch({ q: '', hasOverride: false, tier: undefined, status: [] })).toBe('');
  });
  it('repeats the key of a list', () => {
    expect(stringifySearch({ status: ['running', 'stopped'], hasOverride: true })).toBe(
      '?status=running&status=stopped&hasOverride=true',
    );
  });
});
