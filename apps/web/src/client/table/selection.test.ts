import { describe, expect, it } from 'vitest';
import { selectedOf, withSelected } from './selection.ts';
import { nextSort } from './sort-header.tsx';

describe('the selection', () => {
  it('tells none, some and all of a page apart', () => {
    const selected = new Set(['a', 'b', 'of another page']);
    expect(selectedOf(selected, ['c'])).toBe('none');
    expect(selectedOf(selected, ['a', 'c'])).toBe('some');
    expect(selectedOf(selected, ['a', 'b'])).toBe('all');
  });
  it('of an empty page is none', () => {
    expect(selectedOf(new Set(['a']), [])).toBe('none');
  });
  it('of other pages stays when this one is taken away', () => {
    expect([...withSelected(new Set(['a', 'b', 'other']), ['a', 'b'], false)]).toEqual(['other']);
  });
  it('is not changed in place', () => {
    const selected = new Set(['a']);
    withSelected(selected, ['b'], true);
    expect([...selected]).toEqual(['a']);
  });
});

describe('a click on a header', () => {
  it('sorts downwards first, and turns the direction after that', () => {
    const first = nextSort({ key: 'name', direction: 'asc' }, 'created');
    expect(first).toEqual({ key: 'created', direction: 'desc' });
    expect(nextSort(first, 'created')).toEqual({ key: 'created', direction: 'asc' });
    expect(nextSort({ key: 'created', direction: 'asc' }, 'created')).toEqual(first);
  });
});
