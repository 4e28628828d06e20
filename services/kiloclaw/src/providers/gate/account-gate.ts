/**
 * The permits of one provider account, given to all of its instances: never more than its rate in any window, operations
 * first and in the order they asked, and a part that looks may not touch. Holds no clock and no storage.
 */
import type { CallPurpose } from '../provider.ts';
import { type FleetCount, FleetSize } from './fleet-size.ts';
import { type SlicesTaken, SlidingWindow, type WindowLimit } from './sliding-window.ts';

export interface AccountRate extends WindowLimit {
  /** In [0, 1): of the permits, what is kept for operations. */
  readonly reservedShare: number;
  /** What one look costs, on average. */
  readonly callsPerLook: number;
}

/** What the provider said of its own count, in an answer. Flat JSON. */
export interface ProviderWord {
  readonly saidAtMs: number;
  readonly remaining: number;
  readonly resetAtMs: number;
}

export interface Ask {
  readonly asker: string;
  readonly purpose: CallPurpose;
}

/** `waitMs`: an operation that asks again then is let through; a look may be. */
export type GateAnswer = { readonly granted: true } | { readonly granted: false; readonly waitMs: number };

/** Everything that outlives a process. Flat JSON. */
export interface GateMemory {
  readonly taken: SlicesTaken;
  readonly takenByLooks: SlicesTaken;
  readonly word: ProviderWord | null;
  readonly fleet: FleetCount;
}

const GRANTED: GateAnswer = { granted: true };
/** Looks are spread over the window: no part of it is without any because an earlier one used them up. */
const PARTS_FOR_LOOKS = 10;
/** Of what looks may use, what the fleet's cadence counts on: the rest is for people who watch, and for second looks. */
const PLANNED_SHARE = 0.8;
/** An operation that does not come back for so long after its turn has lost it. */
const COMEBACK_MS = 2 * 60_000;
const QUEUE_MOST = 10_000;

export class AccountGate {
  private readonly rate: AccountRate;
  private readonly window: SlidingWindow;
  private readonly looks: SlidingWindow;
  private readonly fleet: FleetSize;
  private word: ProviderWord | null;
  /** Operations that were told to wait, by when they lose their turn; in the order of their first asking. */
  private readonly queue = new Map<string, number>();

  constructor(rate: AccountRate, memory?: GateMemory) {
    this.rate = rate;
    this.window = new SlidingWindow(rate, memory?.taken);
    const windowMs = rate.windowMs / PARTS_FOR_LOOKS;
    const permits = Math.max(1, Math.floor(this.forLooks / PARTS_FOR_LOOKS));
    this.looks = new SlidingWindow({ permits, windowMs, graceMs: 0 }, memory?.takenByLooks);
    this.fleet = new FleetSize(memory?.fleet);
    this.word = memory?.word ?? null;
  }

  /** Gives a permit, which is spent by that, or says when to ask again. */
  ask({ asker, purpose }: Ask, now: number): GateAnswer {
    this.forgetGone(now);
    const answer = purpose === 'operation' ? this.askForOperation(asker, now) : this.askForLook(now);
    if (answer.granted) this.window.take(now);
    return answer;
  }

  private askForOperation(asker: string, now: number): GateAnswer {
    const before = this.placeOf(asker);
    if (this.free(now) > before) {
      this.queue.delete(asker);
      return GRANTED;
    }
    const at = this.freeAt(now, before + 1);
    const isQueued = this.queue.has(asker) || this.queue.size < QUEUE_MOST;
    if (isQueued) this.queue.set(asker, at + COMEBACK_MS);
    return { granted: false, waitMs: at - now };
  }

  private askForLook(now: number): GateAnswer {
    const needed = this.queue.size + this.reserved + 1;
    const hasRoom = this.free(now) >= needed;
    if (hasRoom && this.looks.free(now) > 0) {
      this.looks.take(now);
      return GRANTED;
    }
    const at = Math.max(this.freeAt(now, needed), this.looks.freeAt(now, 1));
    return { granted: false, waitMs: at - now };
  }

  /** Calls that were sent without asking, while nobody could be asked. */
  concede(calls: number, now: number): void {
    if (calls > 0) this.window.take(now, calls);
  }

  /** The provider's own count is believed where it is the smaller one: others may use the account too. */
  hear({ saidAtMs, remaining, resetAtMs }: ProviderWord, now: number): void {
    const saidAt = Math.min(saidAtMs, now);
    if (this.word !== null && saidAt < this.word.saidAtMs) return;
    // Whatever was said, it ends with a window: a gate must not stay closed for a slip of somebody's clock.
    const resetAt = Math.min(resetAtMs, saidAt + this.rate.windowMs + this.rate.graceMs);
    this.word = { saidAtMs: saidAt, remaining: Math.max(0, remaining), resetAtMs: resetAt };
  }

  /**
   * Notes that an instance looks; answers how far apart the looks of each are to be, in milliseconds, so that those of
   * all have room. Also true where the count has changed.
   */
  pace(asker: string, now: number): { readonly lookEveryMs: number; readonly hasChanged: boolean } {
    const hasChanged = this.fleet.see(asker, now);
    const { windowMs, callsPerLook } = this.rate;
    const calls = this.fleet.count * callsPerLook;
    return { lookEveryMs: Math.ceil((calls * windowMs) / (this.forLooks * PLANNED_SHARE)), hasChanged };
  }

  get fleetCount(): number {
    return this.fleet.count;
  }

  snapshot(): GateMemory {
    return {
      taken: this.window.snapshot(),
      takenByLooks: this.looks.snapshot(),
      word: this.word,
      fleet: this.fleet.snapshot(),
    };
  }

  private get reserved(): number {
    return Math.ceil(this.rate.permits * this.rate.reservedShare);
  }

  private get forLooks(): number {
    return this.rate.permits - this.reserved;
  }

  /** How many wait before this one. */
  private placeOf(asker: string): number {
    let place = 0;
    for (const waiting of this.queue.keys()) {
      if (waiting === asker) return place;
      place += 1;
    }
    return place;
  }

  private free(now: number): number {
    return Math.min(this.window.free(now), this.freeByWord(now));
  }

  private freeAt(now: number, permits: number): number {
    const own = this.window.freeAt(now, permits);
    if (this.word === null || this.freeByWord(now) >= permits) return own;
    return Math.max(own, this.word.resetAtMs);
  }

  /** Less what was permitted since. */
  private freeByWord(now: number): number {
    const { word } = this;
    if (word === null || now >= word.resetAtMs) return Number.POSITIVE_INFINITY;
    return word.remaining - this.window.takenAfter(word.saidAtMs);
  }

  private forgetGone(now: number): void {
    for (const [asker, until] of this.queue) if (until <= now) this.queue.delete(asker);
  }
}
