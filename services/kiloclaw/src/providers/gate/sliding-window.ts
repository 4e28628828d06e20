/**
 * What was permitted of late, counted by slices of the window: never more than the limit in any window, whenever one
 * looks. A slice counts as a whole until the last of it has left, so that the count errs to the safe side.
 */

export interface WindowLimit {
  readonly permits: number;
  readonly windowMs: number;
  /** How long after its permit a call may still arrive: it counts for as much longer. */
  readonly graceMs: number;
}

const SLICES = 360;

/** Permits by the number of their slice. Flat JSON. */
export type SlicesTaken = readonly (readonly [slice: number, permits: number])[];

export class SlidingWindow {
  private readonly limit: WindowLimit;
  private readonly sliceMs: number;
  /** In the order of time. */
  private readonly slices = new Map<number, number>();

  constructor(limit: WindowLimit, taken: SlicesTaken = []) {
    this.limit = limit;
    this.sliceMs = limit.windowMs / SLICES;
    for (const [slice, permits] of taken) this.slices.set(slice, permits);
  }

  free(now: number): number {
    this.forget(now);
    return this.limit.permits - this.takenAfter(Number.NEGATIVE_INFINITY);
  }

  /** Counts a call, whether or not there was room for it: what has happened is not undone by being too much. */
  take(now: number, permits = 1): void {
    this.forget(now);
    // A clock that was set back must not reopen what is closed.
    const newest = [...this.slices.keys()].at(-1) ?? Number.NEGATIVE_INFINITY;
    const slice = Math.max(newest, Math.floor(now / this.sliceMs));
    this.slices.set(slice, (this.slices.get(slice) ?? 0) + permits);
  }

  /** When so many permits, or all there are, are free at once, if none is taken meanwhile; `now` where they are already. */
  freeAt(now: number, wanted: number): number {
    const permits = Math.min(wanted, this.limit.permits);
    let free = this.free(now);
    let at = now;
    for (const [slice, taken] of this.slices) {
      if (free >= permits) break;
      free += taken;
      at = this.endOf(slice);
    }
    return at;
  }

  /** Permits of the slices that end after `at`. */
  takenAfter(at: number): number {
    let taken = 0;
    for (const [slice, permits] of this.slices) if ((slice + 1) * this.sliceMs > at) taken += permits;
    return taken;
  }

  snapshot(): SlicesTaken {
    return [...this.slices];
  }

  private forget(now: number): void {
    for (const slice of this.slices.keys()) if (this.endOf(slice) <= now) this.slices.delete(slice);
  }

  /** From when on the slice does not count any more; whole milliseconds, as all times that are stored. */
  private endOf(slice: number): number {
    return Math.ceil((slice + 1) * this.sliceMs) + this.limit.windowMs + this.limit.graceMs;
  }
}
