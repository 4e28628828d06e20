const MAX_CALLS = 10_000;

/** One call of the API. No body, header or query is kept: they may hold secrets. */
export interface CallRecord {
  seq: number;
  at: string;
  /** The route's key; null for a path that no route has. */
  route: string | null;
  method: string;
  path: string;
  /** null while it runs, and for good when no answer was sent. */
  status: number | null;
  mutating: boolean;
  faultId?: string;
}

/** The last calls in order of arrival, and how many there were of each route. */
export class CallLog {
  #calls: CallRecord[] = [];
  #counts = new Map<string, number>();
  #lastSeq = 0;

  /** Notes a call's arrival. The caller fills in `status` and `faultId`. */
  begin(call: Omit<CallRecord, 'seq' | 'status' | 'faultId'>): CallRecord {
    this.#lastSeq += 1;
    const record: CallRecord = { seq: this.#lastSeq, ...call, status: null };
    this.#calls.push(record);
    // Dropped in halves: shifting one at a time would cost the whole length at every call.
    if (this.#calls.length >= 2 * MAX_CALLS) this.#calls = this.#calls.slice(-MAX_CALLS);
    if (call.route !== null) this.#counts.set(call.route, (this.#counts.get(call.route) ?? 0) + 1);
    return record;
  }

  /** The last 10,000 calls, oldest first. */
  calls(): CallRecord[] {
    return this.#calls.slice(-MAX_CALLS);
  }

  /** Number of calls by route key, since the last reset; routes never called are absent. */
  counters(): Record<string, number> {
    return Object.fromEntries(this.#counts);
  }

  /** Forgets calls and counts; `seq` goes on. */
  reset(): void {
    this.#calls = [];
    this.#counts.clear();
  }
}
