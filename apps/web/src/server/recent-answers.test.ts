import { describe, expect, it } from 'vitest';
import { RecentAnswers } from './recent-answers.ts';

function setUp({ maxEntries = 10 } = {}) {
  let nowMs = 1_000;
  let asks = 0;
  const answers = new RecentAnswers<number>({ maxAgeMs: 100, maxEntries, now: () => nowMs });
  return {
    get: (asked: unknown) =>
      answers.get(asked, async () => {
        asks += 1;
        return asks;
      }),
    failing: (asked: unknown) => answers.get(asked, () => Promise.reject(new Error('away'))),
    wait: (ms: number) => {
      nowMs += ms;
    },
  };
}

describe('recent answers', () => {
  it('are given again until they are too old', async () => {
    const { get, wait } = setUp();
    expect(await get({ q: 'a' })).toBe(1);
    wait(99);
    expect(await get({ q: 'a' })).toBe(1);
    wait(1);
    expect(await get({ q: 'a' })).toBe(2);
  });

  it('are told apart by what was asked, not by the order of its fields or by those without a value', async () => {
    const { get } = setUp();
    expect(await get({ q: 'a', provider: 'fly' })).toBe(1);
    expect(await get({ provider: 'fly', q: 'a', status: undefined })).toBe(1);
    expect(await get({ q: 'a' })).toBe(2);
    expect(await get({ q: ['a', 'b'] })).toBe(3);
    expect(await get({ q: ['b', 'a'] })).toBe(4);
  });

  it('are let go, the longest kept first, where there would be too many', async () => {
    const { get } = setUp({ maxEntries: 2 });
    await get('a');
    await get('b');
    await get('c');
    expect(await get('c')).toBe(3);
    expect(await get('b')).toBe(2);
    expect(await get('a')).toBe(4);
  });

  it('are never failures', async () => {
    const { get, failing } = setUp();
    await expect(failing('a')).rejects.toThrow('away');
    expect(await get('a')).toBe(1);
  });
});
