import type { Clock } from '@kiloclaw/simulator-kit/clock';
import { z } from 'zod';
import { seededRandom } from './seeded-random.ts';

const MAX_FAULTS = 1000;
const MAX_NTH = 1_000_000;
const MAX_DELAY_MS = 10 * 60 * 1000;
const MAX_TEXT_LENGTH = 100_000;
const MAX_SEED = 2 ** 32 - 1;

/** Stands for every route in a fault. */
export const ANY_ROUTE = '*';

/** What `POST /faults` takes. */
export const faultRequestSchema = z
  .strictObject({
    route: z.string(),
    nth: z.int().min(1).max(MAX_NTH).default(1),
    times: z.int().min(1).max(MAX_NTH).optional(),
    /** Fires on each call that is due with this chance, drawn from the seed: a run can be repeated. */
    probability: z.number().min(0).max(1).optional(),
    seed: z.int().min(0).max(MAX_SEED).default(1),
    kind: z.enum([
      'hold_before',
      'hold_after',
      'fail_before',
      'fail_after',
      'lose_answer',
      'drop_before',
      'delay',
      'throttle',
      'corrupt_answer',
      'html_error',
      'unknown_words',
      'empty_list',
    ]),
    status: z.int().min(400).max(599).optional(),
    body: z.unknown().optional(),
    headers: z.record(z.string(), z.string()).optional(),
    /** Sent instead of the answer's body, as HTML; without it the JSON is cut in its middle. */
    text: z.string().max(MAX_TEXT_LENGTH).optional(),
    delayMs: z.int().min(1).max(MAX_DELAY_MS).optional(),
  })
  .refine((fault) => fault.kind !== 'delay' || fault.delayMs !== undefined, {
    path: ['delayMs'],
    message: 'is required for a delay',
  })
  .transform((fault) => ({
    ...fault,
    times: fault.times ?? (fault.probability === undefined ? 1 : MAX_NTH),
  }));

export type FaultRequest = z.infer<typeof faultRequestSchema>;
export type ReleaseMode = 'proceed' | 'drop';

/** One armed fault. */
export class Fault {
  readonly id: string;
  readonly request: FaultRequest;
  readonly #random: () => number;
  #matched = 0;
  #fired = 0;
  #isDisarmed = false;
  readonly #held = new Set<(mode: ReleaseMode) => void>();
  readonly #watchers = new Set<() => void>();

  constructor(id: string, request: FaultRequest) {
    this.id = id;
    this.request = request;
    this.#random = seededRandom(request.seed);
  }

  /** Whether calls of a route are this fault's. */
  isFor(route: string): boolean {
    return this.request.route === ANY_ROUTE || this.request.route === route;
  }

  /** Counts a call of the fault's route; with `mayFire`, answers whether the fault fires on it. */
  match(mayFire: boolean): boolean {
    const { nth, times, probability } = this.request;
    this.#matched += 1;
    // Drawn at every call that counts, so that other faults do not shift what this one does.
    const isDrawn = probability === undefined || this.#random() < probability;
    const isDue = this.#matched >= nth && this.#fired < times;
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
      if (fault.isFor(route) && fault.match(firing === null)) firing = fault;
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
