/** How Northflank says when its limit of calls an hour ends: in a header of its own. */
import type { Fetch } from '../http.ts';

const RESET_HEADER = 'x-ratelimit-reset';
const RETRY_HEADER = 'retry-after';
/** A number as large as this is a point in time, not a number of seconds to wait: nobody waits for 30 years. */
const LEAST_EPOCH_S = 1_000_000_000;
const TOO_MANY_REQUESTS = 429;

/**
 * Whole seconds to wait, from the header's value; null where it tells none. It is documented as "seconds", which leaves
 * open whether from now or since 1970.
 */
export function secondsUntilReset(value: string | null, nowMs: number): number | null {
  if (value === null || !/^\d{1,12}(\.\d+)?$/.test(value.trim())) return null;
  const seconds = Number(value);
  const waitS = seconds >= LEAST_EPOCH_S ? seconds - nowMs / 1_000 : seconds;
  return Math.max(0, Math.ceil(waitS));
}

/** Says the same in the header that everybody else uses, where a refusal has none. */
export function withResetAsRetryAfter(fetch: Fetch, now: () => number): Fetch {
  return async (url, init) => {
    const response = await fetch(url, init);
    if (response.status !== TOO_MANY_REQUESTS || response.headers.has(RETRY_HEADER)) return response;
    const waitS = secondsUntilReset(response.headers.get(RESET_HEADER), now());
    if (waitS === null) return response;
    const headers = new Headers(response.headers);
    headers.set(RETRY_HEADER, String(waitS));
    return new Response(response.body, { status: response.status, headers });
  };
}
