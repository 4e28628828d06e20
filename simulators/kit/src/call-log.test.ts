import { describe, expect, it } from 'vitest';
import { CallLog } from './call-log.ts';

describe('log and counters', () => {
  it('keep the last 10,000 calls', () => {
    const log = new CallLog();
    for (let calls = 0; calls < 25_000; calls += 1) {
      log.begin({ at: '', route: 'GET /x', method: 'GET', path: '/x', mutating: false });
    }
    const kept = log.calls();
    expect([kept.length, kept[0]?.seq, kept.at(-1)?.seq]).toEqual([10_000, 15_001, 25_000]);
    expect(log.counters()).toEqual({ 'GET /x': 25_000 });
  });
});
