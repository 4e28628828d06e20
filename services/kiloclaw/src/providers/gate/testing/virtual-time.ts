/** Time that passes as fast as it is computed: a clock, and all who sleep by it. */
import type { Clock } from '../../../instance/deps.ts';

export class VirtualTime implements Clock {
  private nowMs: number;
  private readonly sleepers = new Set<{ readonly until: number; readonly wake: () => void }>();

  constructor(nowMs: number) {
    this.nowMs = nowMs;
  }

  now(): number {
    return this.nowMs;
  }

  sleep(ms: number, calledOff?: AbortSignal): Promise<void> {
    return new Promise((wake) => {
      const sleeper = { until: this.nowMs + ms, wake };
      this.sleepers.add(sleeper);
      calledOff?.addEventListener('abort', () => {
        this.sleepers.delete(sleeper);
        wake();
      });
    });
  }

  /** When somebody wakes next. */
  get nextWakeAt(): number {
    return Math.min(Number.POSITIVE_INFINITY, ...[...this.sleepers].map(({ until }) => until));
  }

  advanceTo(atMs: number): void {
    this.nowMs = Math.max(this.nowMs, atMs);
    for (const sleeper of this.sleepers)
      if (sleeper.until <= this.nowMs) {
        this.sleepers.delete(sleeper);
        sleeper.wake();
      }
  }
}

/** In [0, 1), the same each time for the same seed. */
export function seededFraction(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
