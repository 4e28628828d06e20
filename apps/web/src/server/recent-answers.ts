/** Answers that may be some seconds old: what costs the database much is not asked of it for each admin anew. */

interface Kept<Value> {
  readonly value: Value;
  readonly askedAtMs: number;
}

export interface RecentAnswersOptions {
  readonly maxAgeMs: number;
  readonly maxEntries: number;
  readonly now?: () => number;
}

/**
 * Keeps finished answers only, by what was asked. Two who ask at once both ask the database: in a Worker nobody may
 * wait for a promise of another's request. Who may ask is decided before, by the procedure.
 */
export class RecentAnswers<Value> {
  readonly #kept = new Map<string, Kept<Value>>();
  readonly #maxAgeMs: number;
  readonly #maxEntries: number;
  readonly #now: () => number;

  constructor({ maxAgeMs, maxEntries, now = Date.now }: RecentAnswersOptions) {
    this.#maxAgeMs = maxAgeMs;
    this.#maxEntries = maxEntries;
    this.#now = now;
  }

  /** The answer of less than `maxAgeMs` ago, else a new one. What `ask` throws is not kept. */
  async get(asked: unknown, ask: () => Promise<Value>): Promise<Value> {
    const key = keyOf(asked);
    const kept = this.#kept.get(key);
    const askedAtMs = this.#now();
    if (kept !== undefined && askedAtMs - kept.askedAtMs < this.#maxAgeMs) return kept.value;
    const value = await ask();
    this.#keep(key, { value, askedAtMs });
    return value;
  }

  #keep(key: string, kept: Kept<Value>): void {
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    // A Map is in the order of insertion: the first one was kept longest.
    const [longest] = this.#kept.keys();
    if (this.#kept.size > this.#maxEntries && longest !== undefined) this.#kept.delete(longest);
  }
}

/** The same for the same fields, in whatever order they stand; fields without a value count as left out. */
function keyOf(asked: unknown): string {
  return JSON.stringify(asked, (_, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
      : value,
  );
}
