import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  FIRST_PAGE,
  nextPlace,
  type Place,
  previousPlace,
  readPlace,
  searchOfPlace,
  TRAIL_MAX,
} from './pages.ts';

const walk = (steps: number): Place[] => {
  const places = [FIRST_PAGE];
  for (let step = 0; step < steps; step += 1) places.push(nextPlace(places.at(-1) ?? FIRST_PAGE, `c${step}`));
  return places;
};

describe('pages', () => {
  it('lead back the way they were walked', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: TRAIL_MAX }), (steps) => {
        const places = walk(steps);
        let place = places.at(-1) ?? FIRST_PAGE;
        for (const before of places.slice(0, -1).reverse()) {
          place = previousPlace(place) ?? place;
          expect(place).toEqual(before);
        }
        expect(previousPlace(place)).toBeNull();
      }),
    );
  });

  it('keep a bounded way back, and lead to the first page from its end', () => {
    const far = walk(TRAIL_MAX + 50).at(-1) ?? FIRST_PAGE;
    expect(far.trail).toHaveLength(TRAIL_MAX);
    expect(previousPlace({ ...far, trail: [] })).toEqual(FIRST_PAGE);
  });

  it('are read from the address that they write', () => {
    const place = walk(3).at(-1) ?? FIRST_PAGE;
    const { after, page } = searchOfPlace(place);
    expect(readPlace(after, page, place.trail)).toEqual(place);
    expect(searchOfPlace(FIRST_PAGE)).toEqual({});
  });

  it.each([
    [undefined, '7', FIRST_PAGE],
    ['c', undefined, { after: 'c', page: 2, trail: [] }],
    ['c', '-3', { after: 'c', page: 2, trail: [] }],
    ['c', '999999', { after: 'c', page: 100_000, trail: [] }],
  ])('that can’t be are read as near as can be: %s, %s', (after, page, expected) => {
    expect(readPlace(after, page)).toEqual(expected);
  });
});
