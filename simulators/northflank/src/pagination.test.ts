import { ManualClock } from '@kiloclaw/simulator-kit/testing/manual-clock';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pageOf } from './pagination.ts';
import type { Simulation } from './route.ts';
import { DEFAULT_SETTINGS } from './settings.ts';
import type { Store } from './store.ts';

const sim: Simulation = { store: {} as Store, clock: new ManualClock(), settings: () => DEFAULT_SETTINGS };
const MAX_PAGES = 300;

const items = fc.uniqueArray(
  fc.record({ createdAtMs: fc.nat({ max: 20 }), id: fc.stringMatching(/^[a-z][a-z0-9-]{0,4}$/) }),
  { selector: ({ id }) => id, maxLength: 250 },
);

function walk(listed: { createdAtMs: number; id: string }[], perPage: number): string[] {
  const seen: string[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const query = new URLSearchParams({
      per_page: String(perPage),
      ...(cursor === undefined ? {} : { cursor }),
    });
    const { page: found, pagination } = pageOf(sim, { params: {}, query, bodyText: '' }, listed);
    expect(pagination.count).toBe(found.length);
    expect(pagination.cursor !== undefined).toBe(pagination.hasNextPage);
    seen.push(...found.map(({ id }) => id));
    cursor = pagination.cursor;
    if (!pagination.hasNextPage) return seen;
  }
  throw new Error('the pages have no end');
}

describe('pages by cursor', () => {
  it('give every item once, oldest first, whatever the size of a page', () => {
    fc.assert(
      fc.property(items, fc.integer({ min: 1, max: 100 }), (listed, perPage) => {
        const seen = walk(listed, perPage);
        expect(seen.toSorted()).toEqual(listed.map(({ id }) => id).toSorted());
        const times = seen.map((id) => listed.find((item) => item.id === id)?.createdAtMs ?? 0);
        expect(times).toEqual(times.toSorted((one, other) => one - other));
      }),
    );
  });
});
