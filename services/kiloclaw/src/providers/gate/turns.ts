/** Who was told to wait, in the order of first asking. One that does not come back for its turn has lost it. */

/** As long as an alarm may be late, and then some. */
const COMEBACK_MS = 2 * 60_000;
const WAITING_MOST = 10_000;

export class Turns {
  /** By when each loses its turn. */
  private readonly waiting = new Map<string, number>();

  forgetGone(now: number): void {
    for (const [asker, until] of this.waiting) if (until <= now) this.waiting.delete(asker);
  }

  get size(): number {
    return this.waiting.size;
  }

  /** How many wait before this one. */
  aheadOf(asker: string): number {
    let ahead = 0;
    for (const waiting of this.waiting.keys()) {
      if (waiting === asker) break;
      ahead += 1;
    }
    return ahead;
  }

  /** Keeps its place for one that waits already. */
  wait(asker: string, turnAt: number): void {
    if (this.waiting.has(asker) || this.waiting.size < WAITING_MOST)
      this.waiting.set(asker, turnAt + COMEBACK_MS);
  }

  leave(asker: string): void {
    this.waiting.delete(asker);
  }
}
