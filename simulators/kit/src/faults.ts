import { z } from 'zod';
import type { Clock } from './clock.ts';

const MAX_FAULTS = 1000;
const MAX_NTH = 1_000_000;
const MAX_SEED = 2 ** 32 - 1;
const MAX_TEXT_LENGTH = 100_000;
const MAX_DELAY_MS = 10 * 60 * 1000;

/** A fault on it fires on calls of any route. */
export const ANY_ROUTE = '*';

/** When a fault fires, in the body of `POST /faults`. */
export const FIRING_FIELDS = {
  route: z.string(),
  nth: z.int().min(1).max(MAX_NTH).default(1),
  times: z.int().min(1).max(MAX_NTH).optional(),
  /** Fires on each call with this chance, drawn from the seed: the same calls in the same order fail alike. */
  probability: z.number().min(0).max(1).optional(),
  seed: z.int().min(0).max(MAX_SEED).default(1),
};

/** What is answered in place of the truth. */
export const ANSWER_FIELDS = {
  status: z.int().min(400).max(599).optional(),
  body: z.unknown().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  /** Sent instead of the answer's body, as HTML; without it the JSON is cut in its middle. */
  text: z.string().max(MAX_TEXT_LENGTH).optional(),
};

/** How long a delay takes. */
export const DELAY_FIELDS = { delayMs: z.int().min(1).max(MAX_DELAY_MS).optional() };

/** The arguments of a `refine`: a delay says how long. */
export const DELAY_NEEDS_MS: [
  (fault: { kind: string; delayMs?: number | undefined }) => boolean,
  { path: string[]; message: string },
] = [
  ({ kind, delayMs }) => kind !== 'delay' || delayMs !== undefined,
  { path: ['delayMs'], message: 'is required for a delay' },
];

/** Fills in `times`: once, or as long as it is armed where chance decides. */
export function withTimes<Fields extends { times?: number | undefined; probability?: number | undefined }>(
  fault: Fields,
): Fields & { times: number } {
  return { ...fault, times: fault.times ?? (fault.probability === undefined ? 1 : MAX_NTH) };
}

/** When a fault fires, checked. A simulator's request adds its kind and what that needs. */
export interface Firing {
  route: string;
  nth: number;
  times: number;
  probability?: number | undefined;
  seed: number;
}

export type ReleaseMode = 'proceed' | 'drop';

/** Numbers from 0 to 1 (1 excluded), the same ones for the same seed. */
export type SeededRandom = (seed: number) => () => number;

/** One armed fault. */
export class Fault<Request extends Firing> {
  readonly id: string;
  readonly request: Request;
  #matched = 0;
  #fired = 0;
  #isDisarmed = false;
  readonly #random: () => number;
  readonly #held = new Set<(mode: ReleaseMode) => void>();
  readonly #watchers = new Set<() => void>();

  constructor(id: string, request: Request, seededRandom: SeededRandom) {
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
    const isDue = this.#matched >= nth && this.#fired < times;
    // Drawn for each call, so that another fault does not shift what comes after.
    const isDrawn = probability === undefined || this.#random() < probability;
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
  view(): object {
    return { id: this.id, ...this.request, fired: this.#fired, holding: this.isHolding };
  }
}

/** The armed faults. They live in memory only: a restarted simulator has none. */
export class Faults<Request extends Firing> {
  readonly #seededRandom: SeededRandom;
  #faults = new Map<string, Fault<Request>>();
  #lastId = 0;

  /** The generator is the simulator's own: a seed that was noted once goes on to mean the same run. */
  constructor(seededRandom: SeededRandom) {
    this.#seededRandom = seededRandom;
  }

  /** Arms a fault; null if there are too many. */
  arm(request: Request): Fault<Request> | null {
    if (this.#faults.size >= MAX_FAULTS) return null;
    this.#lastId += 1;
    const fault = new Fault(`fault-${this.#lastId}`, request, this.#seededRandom);
    this.#faults.set(fault.id, fault);
    return fault;
  }

  find(id: string): Fault<Request> | null {
    return this.#faults.get(id) ?? null;
  }

  list(): Fault<Request>[] {
    return [...this.#faults.values()];
  }

  /**
   * Counts a call for every fault of its route and answers the one that fires on it: the one armed first.
   * Another that was due on the same call stays due for the next one.
   */
  take(route: string): Fault<Request> | null {
    let firing: Fault<Request> | null = null;
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
