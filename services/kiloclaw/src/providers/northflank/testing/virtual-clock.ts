/** Time that stands still until somebody sleeps: adapter and simulator share it. */
export class VirtualClock {
  #nowMs = Date.UTC(2026, 10, 23);

  nowMs = (): number => this.#nowMs;

  move(byMs: number): void {
    this.#nowMs += byMs;
  }

  /** Nothing in these tests waits at the simulator. */
  setTimer = (): (() => void) => () => undefined;

  /** What the adapter waits with. */
  get timing() {
    return {
      now: this.nowMs,
      sleep: async (durationMs: number) => this.move(durationMs),
    };
  }
}
