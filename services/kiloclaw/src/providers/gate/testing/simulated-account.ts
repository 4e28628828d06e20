/** The provider's side of an account: what arrived and when, and whether it kept to what is published. */
import type { Fetch } from '../../http.ts';
import type { HttpRequest } from '../../http-exchange.ts';

interface Arrival {
  readonly atMs: number;
  readonly method: HttpRequest['method'];
  readonly route: string;
  readonly path: string;
}

export class SimulatedAccount {
  readonly arrivals: Arrival[] = [];
  isAway = false;
  private readonly now: () => number;

  constructor(now: () => number) {
    this.now = now;
  }

  readonly fetch: Fetch = async (url, init) => {
    const { pathname: path } = new URL(url);
    const route = path.replaceAll(/(app|machine|volume)-\d+/g, '{$1}');
    this.arrivals.push({ atMs: this.now(), method: init.method as HttpRequest['method'], route, path });
    return this.isAway ? new Response('{}', { status: 503 }) : new Response('{}');
  };

  /** The most of these arrivals in any window of so long. */
  static mostWithin(arrivals: readonly Arrival[], windowMs: number): number {
    let most = 0;
    let first = 0;
    for (const [index, { atMs }] of arrivals.entries()) {
      while ((arrivals[first]?.atMs ?? atMs) <= atMs - windowMs) first += 1;
      most = Math.max(most, index - first + 1);
    }
    return most;
  }

  /** Arrivals that a bucket for each action on each target would have refused. */
  aboveRate(rateOf: (arrival: Arrival) => { readonly perSecond: number; readonly burst: number }): Arrival[] {
    const buckets = new Map<string, { tokens: number; atMs: number }>();
    return this.arrivals.filter((arrival) => {
      const { perSecond, burst } = rateOf(arrival);
      const key = `${arrival.method} ${arrival.path}`;
      const before = buckets.get(key) ?? { tokens: burst, atMs: arrival.atMs };
      const refilled = before.tokens + ((arrival.atMs - before.atMs) * perSecond) / 1_000;
      const tokens = Math.min(burst, refilled) - 1;
      buckets.set(key, { tokens, atMs: arrival.atMs });
      return tokens < -1e-6;
    });
  }
}
