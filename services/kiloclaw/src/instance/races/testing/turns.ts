/**
 * Who goes on, and when: everything that waits for the outside is given a latency, and the shortest is over first. A
 * fair coin at every turn was refused: it hardly ever lets one answer wait until another call has come to its end.
 */

/** More turns than any history of a few calls takes. */
const TURNS_MOST = 1_000;

interface Waiting {
  readonly label: string;
  readonly due: number;
  readonly goOn: () => void;
}

export class Turns {
  /** What went on, in this order. */
  readonly taken: string[] = [];
  private readonly latencies: readonly number[];
  private waiting: Waiting[] = [];
  private given = 0;
  private now = 0;
  private isOver = false;

  /** The latencies are given one after another, and from the first again. */
  constructor(latencies: readonly number[]) {
    this.latencies = latencies;
  }

  /** Waits for its turn; not at all once the race is over. */
  async wait(label: string): Promise<void> {
    if (this.isOver) return;
    const latency = this.latencies[this.given % this.latencies.length] ?? 0;
    this.given += 1;
    await new Promise<void>((goOn) => this.waiting.push({ label, due: this.now + latency, goOn }));
  }

  /** Gives turns until nobody waits for one. */
  async giveAll(): Promise<void> {
    for (let turn = 0; turn < TURNS_MOST; turn += 1) {
      // Whatever can go on without the outside has gone on by then.
      await new Promise((resolve) => setImmediate(resolve));
      const next = this.shortest();
      if (next === null) {
        this.isOver = true;
        return;
      }
      this.waiting = this.waiting.filter((other) => other !== next);
      this.now = Math.max(this.now, next.due);
      this.taken.push(next.label);
      next.goOn();
    }
    throw new Error(`the race was not over after ${TURNS_MOST} turns`);
  }

  /** Of those with the same time, the one that has waited longest. */
  private shortest(): Waiting | null {
    return this.waiting.reduce<Waiting | null>(
      (first, other) => (first === null || other.due < first.due ? other : first),
      null,
    );
  }
}
