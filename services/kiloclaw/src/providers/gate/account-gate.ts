/**
 * The permits of one provider account, given to all of its instances: never more than its rate in any window, operations
 * first and in the order they asked, and a part that looks may not touch. Holds no clock and no storage.
 */
import type { CallPurpose } from '../provider.ts';
import { type FleetCount, FleetSize } from './fleet-size.ts';
import { LookBudget } from './look-budget.ts';
import { type SlicesTaken, SlidingWindow, type WindowLimit } from './sliding-window.ts';
import { Turns } from './turns.ts';

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
/** Of what looks may use, what the fleet's cadence counts on: the rest is for people who watch, and for second looks. */
const PLANNED_SHARE = 0.8;

export class AccountGate {
  private readonly rate: AccountRate;
  private readonly window: SlidingWindow;
  private readonly looks: LookBudget;
  private readonly fleet: FleetSize;
  private readonly operations = new Turns();
  private word: ProviderWord | null;

  constructor(rate: AccountRate, memory?: GateMemory) {
    this.rate = rate;
    this.window = new SlidingWindow(rate, memory?.taken);
    this.looks = new LookBudget(this.forLooks, rate.windowMs, memory?.takenByLooks);
    this.fleet = new FleetSize(memory?.fleet);
    this.word = memory?.word ?? null;
  }

  /** Gives a permit, which is spent by that, or says when to ask again. */
  ask({ asker, purpose }: Ask, now: number): GateAnswer {
    this.operations.forgetGone(now);
    const answer = purpose === 'operation' ? this.askForOperation(asker, now) : this.askForLook(asker, now);
    if (answer.granted) this.window.take(now);
    return answer;
  }

  private askForOperation(asker: string, now: number): GateAnswer {
    const turnAt = this.freeAt(now, this.operations.aheadOf(asker) + 1);
    if (turnAt <= now) {
      this.operations.leave(asker);
      return GRANTED;
    }
    this.operations.wait(asker, turnAt);
    return { granted: false, waitMs: turnAt - now };
  }

  private askForLook(asker: string, now: number): GateAnswer {
    const { lookEveryMs, looks } = this;
    const permits = this.operations.size + this.reserved + looks.aheadOf(asker, now) + 1;
    const turnAt = Math.max(this.freeAt(now, permits), looks.freeAt(asker, now, lookEveryMs));
    if (turnAt <= now) {
      looks.take(asker, now, lookEveryMs);
      return GRANTED;
    }
    looks.wait(asker, turnAt, now, lookEveryMs);
    return { granted: false, waitMs: turnAt - now };
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

  /** Notes that an instance looks; true where the number of them has changed. */
  see(asker: string, now: number): boolean {
    return this.fleet.see(asker, now);
  }

  /** How far apart the looks of each instance have to be, in milliseconds, so that those of all have room. */
  get lookEveryMs(): number {
    const { windowMs, callsPerLook } = this.rate;
    const calls = this.fleet.count * callsPerLook;
    return Math.ceil((calls * windowMs) / (this.forLooks * PLANNED_SHARE));
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
}
