import type { Clock } from '@kiloclaw/simulator-kit/clock';
import type { Settings } from './settings.ts';

/**
 * The account's calls in a window that its first call opens. In memory: a restarted simulator starts a new one.
 */
export class RateLimit {
  readonly #clock: Clock;
  readonly #settings: () => Settings;
  #windowStartMs: number | null = null;
  #used = 0;

  constructor(clock: Clock, settings: () => Settings) {
    this.#clock = clock;
    this.#settings = settings;
  }

  /** Counts a call; false if none was left, which then costs nothing. */
  take(): boolean {
    this.#roll();
    this.#windowStartMs ??= this.#clock.nowMs();
    if (this.#used >= this.#settings().rateLimitPerWindow) return false;
    this.#used += 1;
    return true;
  }

  /** What every answer tells: `x-ratelimit-*`, the reset in whole seconds. */
  headers(): Record<string, string> {
    this.#roll();
    const { rateLimitPerWindow, rateLimitWindowMs } = this.#settings();
    const passedMs = this.#windowStartMs === null ? 0 : this.#clock.nowMs() - this.#windowStartMs;
    return {
      'x-ratelimit-limit': String(rateLimitPerWindow),
      'x-ratelimit-remaining': String(Math.max(0, rateLimitPerWindow - this.#used)),
      'x-ratelimit-reset': String(Math.ceil((rateLimitWindowMs - passedMs) / 1000)),
    };
  }

  /** Opens a new window at the next call. */
  reset(): void {
    this.#windowStartMs = null;
    this.#used = 0;
  }

  #roll(): void {
    const startMs = this.#windowStartMs;
    if (startMs !== null && this.#clock.nowMs() - startMs >= this.#settings().rateLimitWindowMs) this.reset();
  }
}
