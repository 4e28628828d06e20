import type { Clock } from '../clock.ts';

const START_MS = Date.UTC(2026, 0, 1);
const MAX_TIMERS_PER_MOVE = 10_000;

/** A clock that stands still until it is moved; timers fire in order of their time. */
export class ManualClock implements Clock {
  #nowMs = START_MS;
  readonly #timers = new Set<{ dueMs: number; callback: () => void }>();

  nowMs(): number {
    return this.#nowMs;
  }

  setTimer(afterMs: number, callback: () => void): () => void {
    const timer = { dueMs: this.#nowMs + Math.max(0, afterMs), callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Moves time on and fires what falls due on the way. */
  move(byMs: number): void {
    const endMs = this.#nowMs + byMs;
    for (let fired = 0; fired < MAX_TIMERS_PER_MOVE; fired += 1) {
      const next = [...this.#timers]
        .filter((timer) => timer.dueMs <= endMs)
        .reduce<{ dueMs: number; callback: () => void } | null>(
          (first, timer) => (first === null || timer.dueMs < first.dueMs ? timer : first),
          null,
        );
      if (next === null) {
        this.#nowMs = endMs;
        return;
      }
      this.#timers.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      next.callback();
    }
    throw new Error('timers re-arm without end');
  }

  /** Timers that wait now. */
  get pending(): number {
    return this.#timers.size;
  }
}
