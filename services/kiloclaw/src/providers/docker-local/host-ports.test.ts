import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PortRange, portsToTry } from './host-ports.ts';

const RANGES: fc.Arbitrary<PortRange> = fc
  .tuple(fc.integer({ min: 1_024, max: 65_000 }), fc.integer({ min: 0, max: 30 }))
  .map(([first, more]) => ({ first, last: first + more }));
const TAKEN = fc.array(fc.integer({ min: 1_024, max: 65_535 })).map((ports) => new Set(ports));

describe('the ports to try', () => {
  it('are of the range, none of them taken, each once, a few, and the same at every call', () => {
    fc.assert(
      fc.property(RANGES, TAKEN, fc.uuid(), (range, taken, instanceId) => {
        const free = Array.from({ length: range.last - range.first + 1 }, (_, index) => range.first + index);
        fc.pre(free.some((port) => !taken.has(port)));
        const ports = portsToTry(range, instanceId, null, taken);
        expect(ports).toEqual(portsToTry(range, instanceId, null, taken));
        expect(new Set(ports).size).toBe(ports.length);
        expect(ports.length).toBe(Math.min(10, free.filter((port) => !taken.has(port)).length));
        for (const port of ports) expect(free.includes(port) && !taken.has(port)).toBe(true);
      }),
    );
  });

  it('begin with the one that the instance had, also where the range is another one by now', () => {
    const range = { first: 28_000, last: 28_009 };
    expect(portsToTry(range, 'i1', 28_004, new Set())[0]).toBe(28_004);
    expect(portsToTry(range, 'i1', 40_000, new Set())[0]).toBe(40_000);
    expect(portsToTry(range, 'i1', 28_004, new Set([28_004]))).not.toContain(28_004);
  });

  it('begin elsewhere for most others', () => {
    const range = { first: 28_000, last: 28_999 };
    const first = Array.from(
      { length: 30 },
      (_, index) => portsToTry(range, `i${index}`, null, new Set())[0],
    );
    expect(new Set(first).size).toBeGreaterThan(25);
  });

  it('are refused by the setting’s name where all are taken', () => {
    const all = () => portsToTry({ first: 28_000, last: 28_001 }, 'i1', 28_000, new Set([28_000, 28_001]));
    expect(all).toThrow(/28000 to 28001.*DOCKER_LOCAL_PORT_RANGE/);
  });
});
