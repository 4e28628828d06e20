import { describe, expect, it } from 'vitest';
import { formatExactTime } from '../../lib/format.ts';
import { changedFacts, FACTS_MAX, factsOf } from './facts.ts';

const SIZE = { cpus: 4, memory_mb: 8_192, cpu_kind: 'performance' };

describe('the facts of an audit row', () => {
  it('are its fields in words, with sizes as sizes', () => {
    expect(factsOf({ asked: { machineSize: SIZE, apply: 'now' }, needsStart: false, gone: null })).toEqual([
      { name: 'Asked › Machine size', value: '4 CPU · 8 GB' },
      { name: 'Asked › Apply', value: 'now' },
      { name: 'Needs start', value: 'no' },
    ]);
  });

  it('tell times as everywhere else, and leave what only looks like one', () => {
    const instant = '2026-01-01T12:00:00.000Z';
    expect(factsOf({ setAt: instant, note: `at ${instant}` })).toEqual([
      { name: 'Set at', value: formatExactTime(instant) },
      { name: 'Note', value: `at ${instant}` },
    ]);
  });

  it('are one where the value is no object, and none where there is nothing', () => {
    expect(factsOf('admin')).toEqual([{ name: 'Value', value: 'admin' }]);
    expect(factsOf(null)).toEqual([]);
  });

  it('show lists in a line, and lists of things by their place', () => {
    expect(factsOf({ kinds: ['a', 'b'], none: [], steps: [{ name: 'x' }] })).toEqual([
      { name: 'Kinds', value: 'a, b' },
      { name: 'None', value: 'none' },
      { name: 'Steps › 0 › Name', value: 'x' },
    ]);
  });

  it('stand side by side before and after, and tell which have changed', () => {
    expect(
      changedFacts({ instanceType: 'perf-1-3', name: 'a' }, { instanceType: 'perf-4-8', name: 'a', lent: 1 }),
    ).toEqual([
      { name: 'Instance type', before: 'perf-1-3', after: 'perf-4-8', isChanged: true },
      { name: 'Name', before: 'a', after: 'a', isChanged: false },
      { name: 'Lent', before: null, after: '1', isChanged: true },
    ]);
  });

  it('are no change where only one side is told', () => {
    expect(changedFacts({ name: 'a' }, null)).toEqual([
      { name: 'Name', before: 'a', after: null, isChanged: false },
    ]);
  });

  it('are bounded in number and depth', () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`field${n}`, n]));
    expect(factsOf(many)).toHaveLength(FACTS_MAX);
    expect(changedFacts(many, many)).toHaveLength(FACTS_MAX);
    let deep: unknown = 'end';
    for (let depth = 0; depth < 20; depth += 1) deep = { a: deep };
    const [fact] = factsOf(deep);
    expect(fact?.name.split(' › ')).toHaveLength(6);
    expect(fact?.value).toContain('"end"');
  });
});
