/** Rates that hold for each target on its own: kept where all calls for it come from. */

export interface TokenRate {
  readonly perSecond: number;
  /** Calls at once after a rest. */
  readonly burst: number;
}

/** Beyond it, the fullest are forgotten first: they hold nothing back. */
const KEYS_MOST = 1_000;

export class TokenBuckets {
  /** By key, the time at which its bucket is full again. */
  private readonly fullAt = new Map<string, number>();

  /**
   * Takes a token, perhaps one that is yet to come: answers in how many milliseconds. Where that is longer than
   * `mostWaitMs`, nothing is taken.
   */
  take(key: string, { perSecond, burst }: TokenRate, now: number, mostWaitMs: number): number {
    const tokenMs = 1_000 / perSecond;
    const fullAt = Math.max(now, this.fullAt.get(key) ?? now);
    const waitMs = Math.max(0, Math.ceil(fullAt - (burst - 1) * tokenMs - now));
    if (waitMs > mostWaitMs) return waitMs;
    this.fullAt.set(key, fullAt + tokenMs);
    if (this.fullAt.size > KEYS_MOST) this.forgetFull(now);
    return waitMs;
  }

  private forgetFull(now: number): void {
    for (const [key, fullAt] of this.fullAt) if (fullAt <= now) this.fullAt.delete(key);
  }
}
