import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { inTime } from './in-time.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const never = () => new Promise<string>(() => undefined);
const late = () => 'late';

describe('work with a bound', () => {
  it('answers for itself, and leaves no timer behind', async () => {
    await expect(inTime(Promise.resolve('in time'), 100, late)).resolves.toBe('in time');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('that fails throws its own error, and leaves no timer behind', async () => {
    await expect(inTime(Promise.reject(new Error('broken')), 100, late)).rejects.toThrow('broken');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is answered for once the time is over, and not before', async () => {
    const answers: string[] = [];
    const bounded = inTime(never(), 100, late).then((answer) => answers.push(answer));
    await vi.advanceTimersByTimeAsync(99);
    expect(answers).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    await bounded;
    expect(answers).toEqual(['late']);
  });

  it('throws what its bound throws', async () => {
    const bounded = inTime(never(), 100, () => {
      throw new Error('no answer');
    });
    const expected = expect(bounded).rejects.toThrow('no answer');
    await vi.advanceTimersByTimeAsync(100);
    await expected;
  });
});
