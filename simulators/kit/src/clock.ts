/** The simulator's only source of time, so that unit tests can move it by hand. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  nowMs(): number;
  /** Calls back once after `afterMs`; the returned function cancels it. */
  setTimer(afterMs: number, callback: () => void): () => void;
}

// setTimeout turns a longer delay into 1 ms; whoever set the timer looks at the clock again when it fires.
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Wall clock and Node timers. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  setTimer: (afterMs, callback) => {
    const timer = setTimeout(callback, Math.min(Math.max(0, afterMs), LONGEST_TIMER_MS));
    return () => clearTimeout(timer);
  },
};

/** Waits `delayMs`, or until `signal` fires. */
export function sleep(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      cancelTimer();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const cancelTimer = clock.setTimer(delayMs, end);
    signal.addEventListener('abort', end);
  });
}
