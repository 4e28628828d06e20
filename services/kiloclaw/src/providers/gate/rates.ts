/** The rates that providers publish, as data. */
import type { HttpRequest } from '../http-exchange.ts';
import type { AccountRate } from './account-gate.ts';
import type { TokenRate } from './token-buckets.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Rates that all instances share, each held by a gate of its own. */
export type SharedRate = 'northflank' | FlySharedRate;
export type FlySharedRate = 'fly-app-deletions' | 'fly-fleet-lists';

/** A look reads the service, and every sixth the volume too. */
const NORTHFLANK_CALLS_PER_LOOK = 1 + 1 / 6;
/** A call is given up after so long: it has arrived by then, or it never will. */
const ARRIVES_WITHIN_MS = 15_000;

export interface RateSettings {
  /** The account's, as Northflank has set it. */
  readonly NF_REQUESTS_PER_HOUR: number;
}

export function accountRateOf(name: SharedRate, settings: RateSettings): AccountRate {
  switch (name) {
    case 'northflank':
      return {
        permits: settings.NF_REQUESTS_PER_HOUR,
        windowMs: HOUR_MS,
        graceMs: ARRIVES_WITHIN_MS,
        reservedShare: 0.3,
        callsPerLook: NORTHFLANK_CALLS_PER_LOOK,
      };
    case 'fly-app-deletions':
      return { permits: 100, windowMs: MINUTE_MS, graceMs: ARRIVES_WITHIN_MS, ...FOR_ALL_ALIKE };
    case 'fly-fleet-lists':
      return { permits: 3, windowMs: 3_000, graceMs: 1_000, ...FOR_ALL_ALIKE };
  }
}

const FOR_ALL_ALIKE = { reservedShare: 0, callsPerLook: 0 };

/** Of each action on each target: a machine, a volume, an app. */
const FLY_ACTION: TokenRate = { perSecond: 1, burst: 3 };
const FLY_GET_MACHINE: TokenRate = { perSecond: 5, burst: 10 };

type Routed = Pick<HttpRequest, 'method' | 'route'>;

export function flyActionRate({ method, route }: Routed): TokenRate {
  return `${method} ${route}` === 'GET /v1/apps/{app}/machines/{machine}' ? FLY_GET_MACHINE : FLY_ACTION;
}

const FLEET_LISTS: ReadonlySet<string> = new Set([
  'GET /v1/apps',
  'GET /v1/orgs/{org}/machines',
  'GET /v1/orgs/{org}/volumes',
]);

/** What is not about one instance's own app counts for the whole organisation. Null for what is. */
export function flySharedRate({ method, route }: Routed): FlySharedRate | null {
  if (`${method} ${route}` === 'DELETE /v1/apps/{app}') return 'fly-app-deletions';
  return FLEET_LISTS.has(`${method} ${route}`) ? 'fly-fleet-lists' : null;
}
