import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { heldBackWaitMs, jittered, nextAlarmAt, pacedCadence } from './alarms.ts';
import { CADENCE_JITTER, HELD_BACK_MOST_MS } from './bounds.ts';

const time = fc.integer({ min: 0, max: 1_000_000 });
const due = fc.option(time, { nil: null });
const facts = fc.record({
  now: time,
  operationDueAt: due,
  stepIsUnderWay: fc.boolean(),
  overrideEndsAt: due,
  debtDueAt: due,
  lookDueAt: due,
  busyMs: fc.integer({ min: 1, max: 60_000 }),
});

describe('the next alarm', () => {
  it('is set if and only if anything is due', () => {
    fc.assert(
      fc.property(facts, (given) => {
        const dues = [given.operationDueAt, given.debtDueAt, given.overrideEndsAt, given.lookDueAt];
        expect(nextAlarmAt(given) === null).toBe(dues.every((at) => at === null));
      }),
    );
  });

  it('is never in the past, and never later than what is due, but for a step under way', () => {
    fc.assert(
      fc.property(facts, (given) => {
        const at = nextAlarmAt(given);
        if (at === null) return;
        expect(at).toBeGreaterThanOrEqual(given.now);
        for (const dueAt of [given.debtDueAt, given.overrideEndsAt, given.lookDueAt]) {
          if (dueAt !== null) expect(at).toBeLessThanOrEqual(Math.max(dueAt, given.now));
        }
        if (given.operationDueAt === null) return;
        const latest = given.stepIsUnderWay ? given.now + given.busyMs : given.operationDueAt;
        expect(at).toBeLessThanOrEqual(Math.max(latest, given.now));
      }),
    );
  });

  it('leaves a step under way its time where nothing else is due', () => {
    fc.assert(
      fc.property(facts, time, (given, operationDueAt) => {
        const nothing = { debtDueAt: null, overrideEndsAt: null, lookDueAt: null };
        const alone = { ...given, operationDueAt, stepIsUnderWay: true, ...nothing };
        expect(nextAlarmAt(alone)).toBe(given.now + given.busyMs);
      }),
    );
  });
});

describe('a jittered cadence', () => {
  it('stays within its share, and grows with the fraction', () => {
    const fraction = fc.double({ min: 0, max: 0.999, noNaN: true });
    fc.assert(
      fc.property(
        fc.integer({ min: 1_000, max: 10_000_000 }),
        fraction,
        fraction,
        (cadenceMs, one, other) => {
          const spread = jittered(cadenceMs, 0.1, one);
          expect(Math.abs(spread - cadenceMs)).toBeLessThanOrEqual(cadenceMs * 0.1 + 1);
          const [less, more] = one < other ? [one, other] : [other, one];
          expect(jittered(cadenceMs, 0.1, less)).toBeLessThanOrEqual(jittered(cadenceMs, 0.1, more));
        },
      ),
    );
  });
});

describe('the cadence at a provider whose rate binds', () => {
  const CADENCE = { runningMs: 300_000, idleMs: 1_800_000, busyMs: 60_000, liveCheckMs: 30_000 };
  const HALF_AN_HOUR_MS = 1_800_000;

  it('is as it is wished where all looks have room', () => {
    expect(pacedCadence(CADENCE, 0)).toEqual(CADENCE);
    expect(pacedCadence(CADENCE, 300_000)).toEqual(CADENCE);
  });

  it('follows the fleet, and what was slower already stays as it is', () => {
    expect(pacedCadence(CADENCE, 720_000)).toEqual({ ...CADENCE, runningMs: 720_000 });
  });

  it('looks at a running instance every half hour at the least, jitter and all', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (everyMs, fraction) => {
          const { runningMs } = pacedCadence(CADENCE, everyMs);
          expect(jittered(runningMs, CADENCE_JITTER, fraction)).toBeLessThanOrEqual(HALF_AN_HOUR_MS);
        },
      ),
    );
  });
});

describe('a look that was refused for the rate', () => {
  const fraction = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

  it('does not come back before it was told to, and within two hours whatever it was told', () => {
    fc.assert(
      fc.property(fc.nat(), fraction, (toldMs, at) => {
        const waitMs = heldBackWaitMs(toldMs, at);
        expect(waitMs).toBeGreaterThanOrEqual(Math.min(toldMs, HELD_BACK_MOST_MS));
        expect(waitMs).toBeLessThanOrEqual(2 * HELD_BACK_MOST_MS);
      }),
    );
  });

  it('comes back at another moment than the others', () => {
    expect([0, 0.5, 0.9].map((at) => heldBackWaitMs(60_000, at))).toEqual([60_000, 75_000, 87_000]);
  });
});
