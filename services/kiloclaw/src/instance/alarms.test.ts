import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jittered, nextAlarmAt } from './alarms.ts';

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
