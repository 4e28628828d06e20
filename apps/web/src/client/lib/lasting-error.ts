/** What went wrong last, for a page that asks again and again. */
import { useState } from 'react';

interface Asked {
  readonly data: unknown;
  readonly error: unknown;
  /** Of the last try, while another one is made. */
  readonly failureReason: unknown;
}

/** The failure that stands until there is an answer; null where there is one, or nothing has failed yet. Pure. */
export function lastingError(before: unknown, { data, error, failureReason }: Asked): unknown {
  if (data !== undefined) return error;
  return error ?? failureReason ?? before;
}

/**
 * A query without data forgets its error as soon as it is asked anew: without this, a page that does so by itself
 * would show its loading state again, for as long as no answer comes.
 */
export function useLastingError(asked: Asked): unknown {
  const [last, setLast] = useState<unknown>(null);
  const now = lastingError(last, asked);
  if (now !== last) setLast(now);
  return now;
}
