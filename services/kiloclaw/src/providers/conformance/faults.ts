/** What may go wrong with one call on its way to a provider, and how a case asks for it. */

export const CALL_FAULTS = [
  /** Done, but its answer never arrives. */
  'answer_lost',
  /** The connection breaks before anything is done. */
  'never_arrived',
  /** 503 in the provider's own manner, nothing done. */
  'refused',
  /** 429 with a `Retry-After` of `THROTTLE_MS`, nothing done. */
  'throttled',
  /** A gateway's 502 page in HTML, nothing done. */
  'error_page',
  /** A 404 page in HTML from something that is not the provider, nothing done. */
  'stray_404_page',
  /** Done, but its answer is cut JSON. */
  'garbled',
  /** No answer until the caller gives up, nothing done. */
  'silent',
  /** Done, and answered `SLOW_MS` late. */
  'slow',
  /** 400 whose body repeats everything that was sent, headers too, nothing done. */
  'echoed',
  /** The same as a 500, the words one level deeper. */
  'echoed_deeper',
] as const;
export type CallFault = (typeof CALL_FAULTS)[number];

export const THROTTLE_MS = 60_000;
export const SLOW_MS = 30;

/** One call as it went out. */
export interface SentCall {
  /** Anything but a read. */
  readonly isEffect: boolean;
  /** Whether it would be given up if no answer came. */
  readonly hasTimeout: boolean;
  /** For reports: method and path. */
  readonly what: string;
}

export interface ArmedFault {
  /** The call that it has hit. A case that rests on a fault counts only where this is not null. */
  readonly hit: SentCall | null;
  /** How many calls were sent after the first broken one was answered. */
  readonly callsAfter: number;
  disarm(): void;
}

/** The faults of one bench: how each kind is brought about is the binding's business. */
export interface FaultPlan {
  /** Every call so far, in order. */
  readonly calls: readonly SentCall[];
  /** Lets the `nth` call from now on, counted from 1, meet with the fault; `everyOne`: all from that one on. */
  arm(fault: CallFault, nth: number, options?: { readonly everyOne?: boolean }): ArmedFault;
}
