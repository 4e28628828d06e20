/** How many instances share an account, learned from those that look. */

/** Every live instance looks within it, whatever its status. */
const EPOCH_MS = 60 * 60_000;
/** More than any account's rate has room for: beyond it, nobody counts. */
const ASKERS_MOST = 50_000;

/** Flat JSON. */
export interface FleetCount {
  readonly epoch: number;
  /** Seen in the epoch before. */
  readonly before: number;
  /** Seen in this epoch so far. */
  readonly soFar: number;
}

export class FleetSize {
  private epoch: number;
  private before: number;
  private readonly seen = new Set<string>();
  /** What a process before this one had counted in the same epoch: it has not kept whom. */
  private counted: number;

  constructor(known: FleetCount = { epoch: 0, before: 0, soFar: 0 }) {
    this.epoch = known.epoch;
    this.before = known.before;
    this.counted = known.soFar;
  }

  /** One looks; true where the count has changed. */
  see(asker: string, now: number): boolean {
    const known = this.count;
    const epoch = Math.floor(now / EPOCH_MS);
    if (epoch > this.epoch) {
      this.before = epoch === this.epoch + 1 ? this.soFar : 0;
      this.epoch = epoch;
      this.counted = 0;
      this.seen.clear();
    }
    const soFar = this.soFar;
    if (this.seen.size < ASKERS_MOST) this.seen.add(asker);
    return this.soFar !== soFar || this.count !== known;
  }

  /** The larger of this epoch and the one before, which is whole. */
  get count(): number {
    return Math.max(this.before, this.soFar);
  }

  snapshot(): FleetCount {
    return { epoch: this.epoch, before: this.before, soFar: this.soFar };
  }

  private get soFar(): number {
    return Math.max(this.counted, this.seen.size);
  }
}
