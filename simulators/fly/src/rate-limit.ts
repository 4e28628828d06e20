import type { Clock } from '@kiloclaw/simulator-kit/clock';
import { FlyError } from './errors.ts';
import type { Call, Route } from './route.ts';
import { routeKey } from './route.ts';

/** Calls a second in the long run, and at once after a pause. */
interface Rate {
  perSecond: number;
  burst: number;
}

// The service's published rates. App deletions are counted over all apps.
const DEFAULT_RATE: Rate = { perSecond: 1, burst: 3 };
const GET_MACHINE_RATE: Rate = { perSecond: 5, burst: 10 };
const DELETE_APP_RATE: Rate = { perSecond: 100 / 60, burst: 100 };
const GET_MACHINE = 'GET /v1/apps/{app}/machines/{machine}';
const DELETE_APP = 'DELETE /v1/apps/{app}';
const CREATE_APP = 'POST /v1/apps';

const MAX_BUCKETS = 50_000;

interface Bucket {
  rate: Rate;
  tokens: number;
  atMs: number;
}

/** Counts calls by action and target: a machine, a volume, or the app for what makes one. */
export class RateLimiter {
  readonly #clock: Clock;
  #buckets = new Map<string, Bucket>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts a call; 429 without any `Retry-After` if it is one too many. */
  take(route: Route, { params }: Pick<Call, 'params'>): void {
    const action = routeKey(route);
    // Its target is the app that is yet to be: no two calls have one in common.
    if (action === CREATE_APP) return;
    const isAppDeletion = action === DELETE_APP;
    const target = isAppDeletion ? '' : (params.machine ?? params.volume ?? params.app ?? params.org ?? '');
    const rate = isAppDeletion ? DELETE_APP_RATE : action === GET_MACHINE ? GET_MACHINE_RATE : DEFAULT_RATE;
    const key = `${action} ${target}`;
    const nowMs = this.#clock.nowMs();
    const bucket = this.#buckets.get(key) ?? { rate, tokens: rate.burst, atMs: nowMs };
    bucket.tokens = tokensAt(bucket, nowMs);
    bucket.atMs = nowMs;
    this.#buckets.set(key, bucket);
    if (bucket.tokens < 1) throw new FlyError(429, 'rate limit exceeded');
    bucket.tokens -= 1;
    if (this.#buckets.size > MAX_BUCKETS) this.#dropFull(nowMs);
  }

  /** Forgets all that was counted. */
  reset(): void {
    this.#buckets.clear();
  }

  // A full bucket is as good as none.
  #dropFull(nowMs: number): void {
    this.#buckets = new Map(
      [...this.#buckets].filter(([, bucket]) => tokensAt(bucket, nowMs) < bucket.rate.burst),
    );
  }
}

function tokensAt({ rate, tokens, atMs }: Bucket, nowMs: number): number {
  return Math.min(rate.burst, tokens + ((nowMs - atMs) / 1000) * rate.perSecond);
}
