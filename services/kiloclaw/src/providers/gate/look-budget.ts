/**
 * How looks share what they may use: spread over the window, each as a whole, in the order of asking, and those that
 * come before their time only where there is something to spare.
 */
import { type SlicesTaken, SlidingWindow } from './sliding-window.ts';
import { Turns } from './turns.ts';

/** No part of the window is without looks because an earlier one used them up. */
const PARTS = 10;
/** Of what looks may use: for pages that are watched, and for what is looked at a second time. */
const EARLY_SHARE = 0.1;
/** All calls of one look fall into it. A look that has begun is ended: half of one tells nothing, and is made again. */
const LOOK_LASTS_MS = 10_000;
/** Of the cadence: a look that comes sooner after the last one is early. */
const EARLY_WITHIN = 0.5;
const KNOWN_MOST = 50_000;

export class LookBudget {
  private readonly partMs: number;
  private readonly permits: number;
  private readonly all: SlidingWindow;
  private readonly early: SlidingWindow;
  private readonly turns = new Turns();
  /** When each asker began its last look. May be lost: then nobody is early. */
  private readonly beganAt = new Map<string, number>();

  constructor(permits: number, windowMs: number, taken?: SlicesTaken) {
    this.partMs = Math.ceil(windowMs / PARTS);
    this.permits = Math.max(1, Math.floor(permits / PARTS));
    const part = { windowMs: this.partMs, graceMs: 0 };
    this.all = new SlidingWindow({ ...part, permits: this.permits }, taken);
    this.early = new SlidingWindow({ ...part, permits: Math.max(1, Math.floor(this.permits * EARLY_SHARE)) });
  }

  /** How many looks have to be served before this one. */
  aheadOf(asker: string, now: number): number {
    this.turns.forgetGone(now);
    return this.isUnderWay(asker, now) ? 0 : this.turns.aheadOf(asker);
  }

  /** When this asker's call may be made, as far as other looks are concerned; `now` where it may at once. */
  freeAt(asker: string, now: number, lookEveryMs: number): number {
    if (this.isUnderWay(asker, now)) return now;
    const dueAt = this.dueAt(asker, lookEveryMs);
    if (now < dueAt && this.early.free(now) < 1) return dueAt;
    const ahead = this.turns.aheadOf(asker);
    const parts = Math.floor(ahead / this.permits);
    return this.all.freeAt(now, (ahead % this.permits) + 1) + parts * this.partMs;
  }

  take(asker: string, now: number, lookEveryMs: number): void {
    this.all.take(now);
    if (this.isUnderWay(asker, now)) return;
    if (now < this.dueAt(asker, lookEveryMs)) this.early.take(now);
    this.turns.leave(asker);
    this.beganAt.set(asker, now);
    if (this.beganAt.size > KNOWN_MOST) this.beganAt.clear();
  }

  /** One that is not due yet gets no place before those that are. */
  wait(asker: string, turnAt: number, now: number, lookEveryMs: number): void {
    if (now >= this.dueAt(asker, lookEveryMs)) this.turns.wait(asker, turnAt);
  }

  snapshot(): SlicesTaken {
    return this.all.snapshot();
  }

  private isUnderWay(asker: string, now: number): boolean {
    const beganAt = this.beganAt.get(asker);
    return beganAt !== undefined && now - beganAt < LOOK_LASTS_MS;
  }

  private dueAt(asker: string, lookEveryMs: number): number {
    const beganAt = this.beganAt.get(asker);
    return beganAt === undefined ? 0 : beganAt + Math.ceil(lookEveryMs * EARLY_WITHIN);
  }
}
