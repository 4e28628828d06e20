import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SlidingWindow, type WindowLimit } from './sliding-window.ts';

const limits = fc.record({
  permits: fc.integer({ min: 1, max: 8 }),
  windowMs: fc.integer({ min: 360, max: 100_000 }),
  graceMs: fc.integer({ min: 0, max: 5_000 }),
});
/** Moments some time apart, as shares of the window. */
const moments = ({ windowMs }: WindowLimit) =>
  fc.array(fc.integer({ min: 0, max: windowMs }), { minLength: 80, maxLength: 150 }).map((gaps) => {
    let now = 0;
    return gaps.map((gap) => {
      now += Math.round(gap / 10);
      return now;
    });
  });
const runs = limits.chain((limit) => fc.tuple(fc.constant(limit), moments(limit)));

/** The most that fell into any one span, its ends included. */
function mostWithin(at: readonly number[], spanMs: number): number {
  return Math.max(0, ...at.map((from) => at.filter((one) => one >= from && one <= from + spanMs).length));
}

function taken(window: SlidingWindow, at: readonly number[]): number[] {
  return at.filter((now) => {
    if (window.free(now) < 1) return false;
    window.take(now);
    return true;
  });
}

describe('a sliding window', () => {
  it('permits no more than its limit in any window and the time a call may be under way', () => {
    fc.assert(
      fc.property(runs, ([limit, at]) => {
        const { permits, windowMs, graceMs } = limit;
        const granted = taken(new SlidingWindow(limit), at);
        expect(mostWithin(granted, windowMs + graceMs)).toBeLessThanOrEqual(permits);
      }),
    );
  });

  it('says when there is room, and there is: not before, and soon after what the limit would allow', () => {
    fc.assert(
      fc.property(runs, fc.integer({ min: 1, max: 20 }), ([limit, at], wanted) => {
        const window = new SlidingWindow(limit);
        const granted = taken(window, at);
        const now = at.at(-1) ?? 0;
        const permits = Math.min(wanted, limit.permits);
        const freeAt = window.freeAt(now, permits);
        const spanMs = limit.windowMs + limit.graceMs;
        expect(freeAt - (granted.at(-1) ?? now)).toBeLessThanOrEqual(
          spanMs + Math.ceil(limit.windowMs / 360),
        );
        if (freeAt > now) expect(window.free(freeAt - 1)).toBeLessThan(permits);
        expect(window.free(freeAt)).toBeGreaterThanOrEqual(permits);
      }),
    );
  });

  it('goes on with what a process before it had permitted', () => {
    fc.assert(
      fc.property(runs, fc.nat(), ([limit, at], cut) => {
        const before = new SlidingWindow(limit);
        const first = taken(before, at.slice(0, cut));
        const after = new SlidingWindow(limit, JSON.parse(JSON.stringify(before.snapshot())));
        expect([...first, ...taken(after, at.slice(cut))]).toEqual(taken(new SlidingWindow(limit), at));
      }),
    );
  });

  it('keeps as many slices as it has, however long it is used', () => {
    const window = new SlidingWindow({ permits: 1_000_000, windowMs: 3_600_000, graceMs: 15_000 });
    for (let now = 0; now < 20_000_000; now += 5_000) window.take(now);
    expect(window.snapshot().length).toBeLessThanOrEqual(363);
  });

  it('does not reopen when its clock is set back', () => {
    const window = new SlidingWindow({ permits: 2, windowMs: 3_600, graceMs: 0 });
    window.take(10_000, 2);
    expect(window.free(5_000)).toBe(0);
    window.take(5_000);
    expect(window.free(13_000)).toBeLessThan(0);
    expect(window.free(14_000)).toBe(2);
  });
});
