import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TokenBuckets } from './token-buckets.ts';

const WAIT_MOST_MS = 5_000;
const rates = fc.record({ perSecond: fc.constantFrom(0.5, 1, 5), burst: fc.integer({ min: 1, max: 10 }) });
const gaps = fc.array(fc.integer({ min: 0, max: 3_000 }), { maxLength: 100 });

describe('a bucket', () => {
  it('lets no more through in any span than its burst and what the span refills', () => {
    fc.assert(
      fc.property(rates, gaps, (rate, between) => {
        const buckets = new TokenBuckets();
        const sent: number[] = [];
        let now = 0;
        for (const gap of between) {
          now += gap;
          const waitMs = buckets.take('one', rate, now, WAIT_MOST_MS);
          if (waitMs <= WAIT_MOST_MS) sent.push(now + waitMs);
        }
        for (const [index, from] of sent.entries())
          for (const [other, to] of sent.slice(index).entries())
            expect(other + 1).toBeLessThanOrEqual(rate.burst + ((to - from) * rate.perSecond) / 1_000 + 1e-6);
      }),
    );
  });

  it('serves in the order of asking, and takes nothing from one whom it refuses', () => {
    const buckets = new TokenBuckets();
    const take = (now: number) => buckets.take('one', { perSecond: 1, burst: 3 }, now, 2_000);
    expect([0, 0, 0, 0, 0, 0, 0].map(take)).toEqual([0, 0, 0, 1_000, 2_000, 3_000, 3_000]);
    expect(take(1_000)).toBe(2_000);
  });

  it('is one for each key', () => {
    const buckets = new TokenBuckets();
    const rate = { perSecond: 1, burst: 1 };
    expect(['a', 'b', 'a'].map((key) => buckets.take(key, rate, 0, WAIT_MOST_MS))).toEqual([0, 0, 1_000]);
  });

  it('is still held back among very many others', () => {
    const buckets = new TokenBuckets();
    const rate = { perSecond: 1, burst: 1 };
    buckets.take('held', rate, 500, WAIT_MOST_MS);
    for (let other = 0; other < 2_000; other += 1)
      buckets.take(`other ${other}`, rate, other / 2, WAIT_MOST_MS);
    expect(buckets.take('held', rate, 1_000, WAIT_MOST_MS)).toBe(500);
  });
});
