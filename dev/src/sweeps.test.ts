import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startSweeps } from './sweeps.ts';

const INTERVAL_MS = 1_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('sweeps at every interval, and goes on after a failure, which it tells', async () => {
  const lines: string[] = [];
  const sweep = vi.fn(async () => undefined);
  sweep.mockRejectedValueOnce(new Error('Postgres is away'));
  const end = startSweeps(INTERVAL_MS, sweep, (line) => lines.push(line));
  await vi.advanceTimersByTimeAsync(3 * INTERVAL_MS);
  expect(sweep).toHaveBeenCalledTimes(3);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('Postgres is away');
  end();
  await vi.advanceTimersByTimeAsync(3 * INTERVAL_MS);
  expect(sweep).toHaveBeenCalledTimes(3);
});

it('never runs two at once, and tells nothing of one that its end has cut', async () => {
  const lines: string[] = [];
  const { promise, reject: cut } = Promise.withResolvers<void>();
  const sweep = vi.fn(() => promise);
  const end = startSweeps(INTERVAL_MS, sweep, (line) => lines.push(line));
  await vi.advanceTimersByTimeAsync(3 * INTERVAL_MS);
  expect(sweep).toHaveBeenCalledTimes(1);
  end();
  cut(new Error('disposed'));
  await vi.advanceTimersByTimeAsync(INTERVAL_MS);
  expect(lines).toEqual([]);
});
