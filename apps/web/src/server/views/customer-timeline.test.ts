import type { OperationAnswer, OperationPage } from '@kiloclaw/platform-contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CustomerTimeline, customerTimeline, TIMELINE_PAGE_LENGTH } from './customer-timeline.ts';

const AT = '2026-01-02T03:04:05.000Z';
const idOf = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const PAGES_MAX = 50;

function operation(n: number, kind: 'start' | 'set_override' | 'clear_override'): OperationAnswer {
  const actor = { kind: 'admin', id: 'admin' } as const;
  const times = { startedAt: AT, endedAt: AT };
  return {
    operation: { id: idOf(n), kind, status: 'succeeded', steps: [], actor, ...times, error: null },
    result: null,
  };
}

/** The control plane's own pages: cursors are running numbers. */
const source = (all: readonly OperationAnswer[], pageLength: number) => async (cursor: string | null) => {
  const from = cursor === null ? 0 : Number(cursor);
  const isLast = from + pageLength >= all.length;
  const nextCursor = isLast ? null : String(from + pageLength);
  return { items: all.slice(from, from + pageLength), nextCursor } satisfies OperationPage;
};

/** Every page, from the first to the last. */
async function walk(all: readonly OperationAnswer[], pageLength: number): Promise<CustomerTimeline[]> {
  const pages: CustomerTimeline[] = [];
  let after: string | null = null;
  for (let count = 0; count < PAGES_MAX; count += 1) {
    const page: CustomerTimeline = await customerTimeline(
      { ownerId: 'alice', after },
      source(all, pageLength),
    );
    pages.push(page);
    after = page.nextCursor;
    if (after === null) return pages;
  }
  throw new Error('The timeline has no end.');
}

describe('a customer’s timeline', () => {
  it('is page by page the same, whether sizes were lent in between or not', async () => {
    const loan = fc.constantFrom('set_override', 'clear_override');
    const history = fc.array(fc.oneof(fc.constant('start' as const), loan), { maxLength: 90 });
    await fc.assert(
      fc.asyncProperty(history, fc.integer({ min: 7, max: 200 }), async (kinds, pageLength) => {
        const all = kinds.map((kind, n) => operation(n, kind as 'start'));
        const neverLent = all.filter(({ operation: { kind } }) => kind === 'start');
        expect(await walk(all, pageLength)).toEqual(await walk(neverLent, pageLength));
      }),
      { numRuns: 200 },
    );
  });

  it('is cut into whole pages, and ends', async () => {
    const all = Array.from({ length: 2 * TIMELINE_PAGE_LENGTH + 1 }, (_, n) => operation(n, 'start'));
    const pages = await walk(all, 200);
    expect(pages.map(({ items }) => items.length)).toEqual([TIMELINE_PAGE_LENGTH, TIMELINE_PAGE_LENGTH, 1]);
    expect(pages.flatMap(({ items }) => items.map(({ id }) => id))).toEqual(
      all.map((each) => each.operation.id),
    );
  });

  it('is empty after an operation that is none of it, or is no longer kept', async () => {
    const all = [operation(1, 'start')];
    const page = await customerTimeline({ ownerId: 'alice', after: idOf(99) }, source(all, 200));
    expect(page).toEqual({ items: [], nextCursor: null });
  });

  it('reads no more of the control plane than a bound, whatever it answers', async () => {
    let reads = 0;
    const endless = async () => {
      reads += 1;
      return { items: [], nextCursor: 'again' };
    };
    expect(await customerTimeline({ ownerId: 'alice', after: null }, endless)).toEqual({
      items: [],
      nextCursor: null,
    });
    expect(reads).toBe(20);
  });
});
