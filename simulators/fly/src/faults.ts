import type { Clock } from '@kiloclaw/simulator-kit/clock';
import { z } from 'zod';

const MAX_FAULTS = 1000;
const MAX_NTH = 1_000_000;
const MAX_SEED = 2 ** 32 - 1;
const MAX_TEXT_LENGTH = 100_000;
const MAX_DELAY_MS = 10 * 60 * 1000;

/** A fault on it fires on calls of any route. */
export const ANY_ROUTE = '*';

const KINDS = [
  'hold_before',
  'hold_after',
  'fail_before',
  'fail_after',
  'drop_before',
  'lose_answer',
  'corrupt_answer',
  'alter_answer',
  'delay',
] as const;

/** What `POST /faults` takes. */
export const faultRequestSchema = z
  .strictObject({
    route: z.string(),
    nth: z.int().min(1).max(MAX_NTH).default(1),
    times: z.int().min(1).max(MAX_NTH).optional(),
    /** Fires on each call with this chance, drawn from the seed: the same calls in the same order fail alike. */
    probability: z.number().min(0).max(1).optional(),
    seed: z.int().min(0).max(MAX_SEED).default(1),
    kind: z.enum(KINDS),
    status: z.int().min(400).max(599).optional(),
    body: z.unknown().optional(),
    headers: z.record(z.string(), z.string()).optional(),
    /** Sent instead of the answer's body, as HTML; without it the JSON is cut in its middle. */
    text: z.string().max(MAX_TEXT_LENGTH).optional(),
    /** Fields that take the place of the answer's own, in each object of a list. */
    fields: z.record(z.string(), z.unknown()).optional(),
    delayMs: z.int().min(1).max(MAX_DELAY_MS).optional(),
  })
  .refine((fault) => fault.kind !== 'delay' || fault.delayMs !== undefined, {
    path: ['delayMs'],
    message: 'is required for a delay',
  })
  .refine((fault) => fault.kind !== 'alter_answer' || fault.fields !== undefined, {
    path: ['fields'],
    message: 'is required for alter_answer',
  })
  .transform((fault) => ({
    ...fault,
    times: fault.times ?? (fault.probability === undefined ? 1 : MAX_NTH),
  }));

export type FaultRequest = z.infer<typeof faultRequestSchema>;
export type ReleaseMode = 'proceed' | 'drop';

/** Numbers from 0 to 1, the same ones for the same seed (xorshift of 32 bits). */
function seededRandom(seed: number): () => number {
  // Zero would stay zero; the product spreads small seeds over all bits.
  let state = Math.imul(seed + 1, 0x9e3779b1) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
}

/** One armed fault. */
export class Fault {
  readonly id: string;
  readonly request: FaultRequest;
  #matched = 0;
  #fired = 0;
  #isDisarmed = false;
  readonly #random: () => number;
  readonly #held = new Set<(mode: ReleaseMode) => void>();
  readonly #watchers = new Set<() => void>();

  constructor(id: string, request: FaultRequest) {
    this.id = id;
    this.request = request;
    this.#random = seededRandom(request.seed);
  }

  /** Counts a call of the fault's route; with `mayFire`, answers whether the fault fires on it. */
  match(mayFire: boolean): boolean {
    this.#matched += 1;
    const isDue = this.#matched >= this.request.nth && this.#fired < this.request.times;
    // Drawn for each call, so that another fault does not shift what comes after.
    const isDrawn = this.request.probability === undefined || this.#random() < this.request.probability;
    if (!mayFire || !isDue || !isDrawn) return false;
    this.#fired += 1;
    return true;
  }

  get isHolding(): boolean {
    return this.#held.size > 0;
  }

  /** Holds the caller until it is released; drops it at once if the fault was disarmed meanwhile. */
  hold(): Promise<ReleaseMode> {
    if (this.#isDisarmed) return Promise.resolve('drop');
    return new Promise((resolve) => {
      this.#held.add(resolve);
      for (const watcher of [...this.#watchers]) watcher();
    });
  }

  /** Lets go of every call that is held now; false if there is none. */
  release(mode: ReleaseMode): boolean {
    const held = [...this.#held];
    this.#held.clear();
    for (const resolve of held) resolve(mode);
    return held.length > 0;
  }

  /** Drops what is held and ends all watching, for good. */
  disarm(): void {
    this.#isDisarmed = true;
    this.release('drop');
    for (const watcher of [...this.#watchers]) watcher();
  }

  /** True as soon as a call is held; false after `timeoutMs` or when `signal` fires. */
  untilHeld(clock: Clock, timeoutMs: number, signal: AbortSignal): Promise<boolean> {
    if (this.isHolding || signal.aborted) return Promise.resolve(this.isHolding);
    return new Promise((resolve) => {
      const end = (): void => {
        cancelTimer();
        this.#watchers.delete(end);
        signal.removeEventListener('abort', end);
        resolve(this.isHolding);
      };
      const cancelTimer = clock.setTimer(timeoutMs, end);
      this.#watchers.add(end);
      signal.addEventListener('abort', end);
    });
  }

  /** As the control port shows it. */
  view(): Record<string, unknown> {
    return { id: this.id, ...this.request, fired: this.#fired, holding: this.isHolding };
  }
}

/** The armed faults. They live in memory only: a restarted simulator has none. */
export class Faults {
  #faults = new Map<string, Fault>();
  #lastId = 0;

  /** Arms a fault; null if there are too many. */
  arm(request: FaultRequest): Fault | null {
    if (this.#faults.size >= MAX_FAULTS) return null;
    this.#lastId += 1;
    const fault = new Fault(`fault-${this.#lastId}`, request);
    this.#faults.set(fault.id, fault);
    return fault;
  }

  find(id: string): Fault | null {
    return this.#faults.get(id) ?? null;
  }

  list(): Fault[] {
    return [...this.#faults.values()];
  }

  /**
   * Counts a call for every fault of its route and answers the one that fires on it: the one armed first.
   * Another that was due on the same call stays due for the next one.
   */
  take(route: string): Fault | null {
    let firing: Fault | null = null;
    for (const fault of this.#faults.values()) {
      if (fault.request.route !== route && fault.request.route !== ANY_ROUTE) continue;
      if (fault.match(firing === null)) firing = fault;
    }
    return firing;
  }

  /** Disarms all; held calls are dropped. */
  clear(): void {
    const faults = this.list();
    this.#faults = new Map();
    for (const fault of faults) fault.disarm();
  }
}
