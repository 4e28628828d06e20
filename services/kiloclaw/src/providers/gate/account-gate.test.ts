import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AccountGate, type AccountRate, type Ask, type GateAnswer } from './account-gate.ts';

const HOUR_MS = 3_600_000;
const RATE: AccountRate = {
  permits: 100,
  windowMs: HOUR_MS,
  graceMs: 15_000,
  reservedShare: 0.3,
  callsPerLook: 2.8,
};
const operation = (asker: string): Ask => ({ asker, purpose: 'operation' });
const look = (asker: string): Ask => ({ asker, purpose: 'background' });

const waitOf = (answer: GateAnswer) => (answer.granted ? null : answer.waitMs);

/** Asks so often at one moment; how many were granted. */
function granted(gate: AccountGate, times: number, ask: (index: number) => Ask, now: number): number {
  let count = 0;
  for (let index = 0; index < times; index += 1) if (gate.ask(ask(index), now).granted) count += 1;
  return count;
}

interface Asked {
  readonly gapMs: number;
  readonly ask: Ask;
}
const asked: fc.Arbitrary<Asked> = fc.record({
  gapMs: fc.integer({ min: 0, max: 120_000 }),
  ask: fc.record({
    asker: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    purpose: fc.constantFrom('operation' as const, 'background' as const),
  }),
});
const SMALL: AccountRate = { ...RATE, permits: 10 };

describe('an account', () => {
  it('is never asked more than its rate, in whatever hour, whoever asks and whenever its gate begins anew', () => {
    fc.assert(
      fc.property(
        fc.array(asked, { minLength: 100, maxLength: 300 }),
        fc.nat({ max: 300 }),
        (asks, restartAt) => {
          let gate = new AccountGate(SMALL);
          let now = 0;
          const at: number[] = [];
          for (const [index, { gapMs, ask }] of asks.entries()) {
            now += gapMs;
            if (index === restartAt)
              gate = new AccountGate(SMALL, JSON.parse(JSON.stringify(gate.snapshot())));
            if (gate.ask(ask, now).granted) at.push(now);
          }
          for (const from of at) {
            const within = at.filter((one) => one >= from && one <= from + HOUR_MS);
            expect(within.length).toBeLessThanOrEqual(SMALL.permits);
          }
        },
      ),
    );
  });

  it('makes nobody wait for a part of a millisecond, which no record of ours can hold', () => {
    const odd = { ...SMALL, windowMs: 60_000, graceMs: 0 };
    fc.assert(
      fc.property(fc.array(asked, { minLength: 50, maxLength: 200 }), (asks) => {
        const gate = new AccountGate(odd);
        let now = 0;
        for (const { gapMs, ask } of asks) {
          now += Math.round(gapMs / 100);
          gate.see(ask.asker, now);
          expect(Number.isInteger(waitOf(gate.ask(ask, now)) ?? 0)).toBe(true);
        }
      }),
    );
  });

  it('lets looks leave to operations what is kept for them', () => {
    const gate = new AccountGate(RATE);
    let looks = 0;
    for (let now = 0; now < HOUR_MS; now += 1_000) if (gate.ask(look('a'), now).granted) looks += 1;
    expect(looks).toBe(70);
    expect(granted(gate, 100, (index) => operation(`user ${index}`), HOUR_MS - 1)).toBe(30);
  });

  it('stops looks where operations have used their part already', () => {
    const gate = new AccountGate(RATE);
    expect(granted(gate, 90, (index) => operation(`user ${index}`), 0)).toBe(90);
    expect(gate.ask(look('a'), 60_000).granted).toBe(false);
    expect(gate.ask(operation('user'), 60_000).granted).toBe(true);
  });

  it('spreads looks, so that no part of an hour is without any', () => {
    const gate = new AccountGate(RATE);
    const perPart = Array.from({ length: 9 }, (_, part) =>
      granted(gate, 50, (index) => look(`${index}`), part * (HOUR_MS / 10 + 1_000)),
    );
    expect(perPart).toEqual(Array(9).fill(7));
  });

  it('tells a look when to come back, and has room for one then', () => {
    fc.assert(
      fc.property(fc.array(asked, { minLength: 100, maxLength: 400 }), (asks) => {
        const gate = new AccountGate(RATE);
        let now = 0;
        for (const { gapMs, ask } of asks) {
          now += gapMs;
          gate.ask(ask, now);
        }
        const waitMs = waitOf(gate.ask(look('late'), now));
        if (waitMs !== null) expect(gate.ask(look('late'), now + waitMs).granted).toBe(true);
      }),
    );
  });
});

describe('operations that have to wait', () => {
  it('are let through when they come back as they were told, whoever came meanwhile', () => {
    fc.assert(
      fc.property(
        fc.array(asked, { maxLength: 100 }),
        fc.array(asked, { maxLength: 100 }),
        (before, meanwhile) => {
          const gate = new AccountGate(SMALL);
          let now = 0;
          for (const { gapMs, ask } of before) {
            now += gapMs;
            gate.ask(ask, now);
          }
          const waitMs = waitOf(gate.ask(operation('destroy'), now));
          if (waitMs === null) return;
          const turnAt = now + waitMs;
          for (const { gapMs, ask } of meanwhile) {
            now += gapMs;
            if (now < turnAt) gate.ask(ask, now);
          }
          expect(gate.ask(operation('destroy'), turnAt).granted).toBe(true);
        },
      ),
    );
  });

  it('have their turn one after the other, in the order of their first asking', () => {
    const gate = new AccountGate(SMALL);
    granted(gate, 9, () => operation('busy'), 0);
    granted(gate, 1, () => operation('busy'), 60_000);
    const first = waitOf(gate.ask(operation('first'), 120_000));
    const second = waitOf(gate.ask(operation('second'), 120_000));
    expect(first).toBeLessThan(HOUR_MS);
    // Nine permits come back at once: the second has one of them.
    expect(second).toBe(first);
    const turnAt = 120_000 + (first ?? 0);
    expect(granted(gate, 20, () => operation('greedy'), turnAt)).toBe(7);
    expect(gate.ask(operation('second'), turnAt).granted).toBe(true);
    expect(gate.ask(operation('first'), turnAt).granted).toBe(true);
  });

  it('come before looks', () => {
    const gate = new AccountGate({ ...SMALL, reservedShare: 0 });
    granted(gate, 10, () => operation('busy'), 0);
    const waits = ['a', 'b', 'c'].map((asker) => waitOf(gate.ask(operation(asker), 1_000)) ?? 0);
    const turnAt = 1_000 + Math.max(...waits);
    expect(granted(gate, 8, () => operation('busy'), turnAt)).toBe(7);
    expect(gate.ask(look('x'), turnAt).granted).toBe(false);
  });

  it('lose their turn where they do not come back, so that nothing is kept for one that is gone', () => {
    const gate = new AccountGate(SMALL);
    granted(gate, 10, () => operation('busy'), 0);
    const waitMs = waitOf(gate.ask(operation('gone'), 0)) ?? 0;
    expect(granted(gate, 10, () => operation('busy'), waitMs)).toBe(9);
    expect(granted(gate, 10, () => operation('busy'), waitMs + 3 * 60_000)).toBe(1);
  });
});

describe('the word of the provider', () => {
  const said = (remaining: number, saidAtMs = 1_000) => ({
    remaining,
    saidAtMs,
    resetAtMs: saidAtMs + 600_000,
  });

  it('is believed where it is tighter, less what was permitted since, until it is over', () => {
    const gate = new AccountGate(RATE);
    gate.hear(said(3), 1_000);
    expect(granted(gate, 10, () => operation('a'), 20_000)).toBe(3);
    expect(waitOf(gate.ask(operation('a'), 20_000))).toBe(581_000);
    expect(granted(gate, 200, () => operation('a'), 601_000)).toBe(97);
  });

  it('opens nothing that our own count has closed', () => {
    const gate = new AccountGate(SMALL);
    granted(gate, 10, () => operation('a'), 0);
    gate.hear(said(1_000_000), 1_000);
    expect(gate.ask(operation('a'), 2_000).granted).toBe(false);
  });

  it('of later counts, whatever the order in which it is heard', () => {
    const gate = new AccountGate(RATE);
    gate.hear(said(50, 2_000), 3_000);
    gate.hear(said(0, 1_000), 3_000);
    expect(gate.ask(operation('a'), 4_000).granted).toBe(true);
  });

  it('closes the gate for a window at the most, whatever it says', () => {
    const gate = new AccountGate(RATE);
    gate.hear({ remaining: 0, saidAtMs: 9e15, resetAtMs: 9e15 }, 1_000);
    expect(waitOf(gate.ask(operation('a'), 1_000))).toBeLessThanOrEqual(HOUR_MS + RATE.graceMs);
  });
});

it('counts what was sent while nobody could be asked', () => {
  const gate = new AccountGate(SMALL);
  gate.concede(8, 0);
  expect(granted(gate, 10, () => operation('a'), 0)).toBe(2);
});

describe('the cadence of looks', () => {
  const every = (gate: AccountGate, instances: number, now: number) => {
    for (let index = 0; index < instances; index += 1) gate.see(`${index}`, now);
    return gate.lookEveryMs;
  };

  it('leaves room for the looks of all, with something to spare', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), (instances) => {
        const lookEveryMs = every(new AccountGate(RATE), instances, 0);
        const callsPerHour = (instances * RATE.callsPerLook * HOUR_MS) / lookEveryMs;
        expect(callsPerHour).toBeLessThanOrEqual(70 * 0.8);
        expect(callsPerHour).toBeGreaterThan(70 * 0.8 * 0.99);
      }),
    );
  });

  it('follows a fleet that grows at once, and one that shrinks within two hours', () => {
    const gate = new AccountGate(RATE);
    const ofTen = every(gate, 10, 0);
    expect(every(gate, 40, 1_000)).toBe(ofTen * 4);
    expect(every(gate, 10, HOUR_MS)).toBe(ofTen * 4);
    expect(every(gate, 10, 2 * HOUR_MS)).toBe(ofTen);
  });

  it('knows the fleet still after its process has ended', () => {
    const gate = new AccountGate(RATE);
    const ofForty = every(gate, 40, 0);
    const next = new AccountGate(RATE, gate.snapshot());
    expect(every(next, 1, 1_000)).toBe(ofForty);
    expect(every(new AccountGate(RATE, next.snapshot()), 1, HOUR_MS)).toBe(ofForty);
  });

  it('says whether there is something new to store', () => {
    const gate = new AccountGate(RATE);
    expect(['a', 'a', 'b'].map((asker) => gate.see(asker, 0))).toEqual([true, false, true]);
  });
});
