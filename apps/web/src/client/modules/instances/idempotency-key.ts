/** One key for one thing that is asked. Pure but for the random id. */

/** Nobody knows whether these have arrived: the same is asked again with the same key, and done once. */
const ANSWER_LOST: readonly string[] = ['unreachable', 'control_plane_unavailable'];

export class IdempotencyKeys {
  #last: { readonly asked: string; readonly key: string } | null = null;

  /** The key for `asked`: the one of before where that was the same, and its answer was lost. */
  keyFor(asked: unknown): string {
    const text = JSON.stringify(asked);
    if (this.#last?.asked !== text) this.#last = { asked: text, key: crypto.randomUUID() };
    return this.#last.key;
  }

  /** What came of it: a failure's code, or null where it was accepted. */
  answered(failureCode: string | null): void {
    if (failureCode === null || !ANSWER_LOST.includes(failureCode)) this.#last = null;
  }
}
