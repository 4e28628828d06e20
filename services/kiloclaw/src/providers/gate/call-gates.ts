/** The gates between one instance and its providers, by provider and by whom a call is made for. */
import type { ProviderId } from '@kiloclaw/platform-contract';
import type { CallGate } from '../call-gate.ts';
import type { HttpAnswer, HttpRequest } from '../http-exchange.ts';
import { secondsUntilReset } from '../northflank/rate-limit.ts';
import type { CallPurpose } from '../provider.ts';
import { ProviderError } from '../provider-error.ts';
import type { ProviderWord } from './account-gate.ts';
import { type FlySharedRate, flyActionRate, flySharedRate, type SharedRate } from './rates.ts';
import { OPERATION_WAIT_MOST_MS, type PermitPorts, SharedPermits } from './shared-permits.ts';
import { TokenBuckets } from './token-buckets.ts';

/** Northflank's word for what is left of its window, and for how many seconds that goes on. */
const REMAINING_HEADER = 'x-ratelimit-remaining';
const RESET_HEADER = 'x-ratelimit-reset';
const WHOLE_NUMBER = /^\d{1,9}$/;

export interface CallGatesOptions extends PermitPorts {
  /** Who asks: an id that no other instance has. */
  readonly asker: string;
}

export interface CallGates {
  /** Null where nothing limits the provider. */
  of(provider: ProviderId, purpose: CallPurpose): CallGate | null;
  /** How far apart looks at the provider are to be, in milliseconds, so that all instances' have room; 0: as is wished. */
  lookEveryMs(provider: ProviderId): Promise<number>;
}

/** For as long as the instance's process lives: what it holds is what it has sent. */
export function createCallGates({ asker, ...ports }: CallGatesOptions): CallGates {
  const permitsOf = (rate: SharedRate) => new SharedPermits(rate, asker, ports);
  const northflank = permitsOf('northflank');
  const fly = {
    buckets: new TokenBuckets(),
    shared: {
      'fly-app-deletions': permitsOf('fly-app-deletions'),
      'fly-fleet-lists': permitsOf('fly-fleet-lists'),
    },
  };
  return {
    of(provider, purpose) {
      if (provider === 'northflank') return northflankGate(northflank, purpose, ports.now);
      return provider === 'fly' ? flyGate(fly, ports) : null;
    },
    lookEveryMs: async (provider) => (provider === 'northflank' ? northflank.lookEveryMs() : 0),
  };
}

function northflankGate(permits: SharedPermits, purpose: CallPurpose, now: () => number): CallGate {
  return {
    async admit() {
      const admission = await permits.admit(purpose);
      if (!admission.admitted) throw rateLimited('northflank', admission.retryAfterMs);
    },
    async answered(_request, answer) {
      const word = wordOf(answer, now());
      if (word !== null) await permits.hear(word, answer.status === 429);
    },
  };
}

function wordOf({ status, headers, retryAfterMs }: HttpAnswer, now: number): ProviderWord | null {
  const said = headers.get(REMAINING_HEADER)?.trim();
  const remaining = said !== undefined && WHOLE_NUMBER.test(said) ? Number(said) : null;
  const resetS = secondsUntilReset(headers.get(RESET_HEADER), now);
  const resetMs = retryAfterMs ?? (resetS === null ? null : resetS * 1_000);
  if (resetMs === null) return null;
  if (status === 429) return { saidAtMs: now, remaining: 0, resetAtMs: now + resetMs };
  return remaining === null ? null : { saidAtMs: now, remaining, resetAtMs: now + resetMs };
}

interface FlyPermits {
  readonly buckets: TokenBuckets;
  readonly shared: Readonly<Record<FlySharedRate, SharedPermits>>;
}

/** All calls for a machine come from the one object of its instance: their rate is held there, without asking anybody. */
function flyGate(
  { buckets, shared }: FlyPermits,
  { now, sleep }: Pick<PermitPorts, 'now' | 'sleep'>,
): CallGate {
  return {
    async admit(request) {
      const waitMs = buckets.take(targetOf(request), flyActionRate(request), now(), OPERATION_WAIT_MOST_MS);
      if (waitMs > OPERATION_WAIT_MOST_MS) throw rateLimited('fly', waitMs);
      if (waitMs > 0) await sleep(waitMs);
      const rate = flySharedRate(request);
      if (rate === null) return;
      // Deletions are operations' alone, and a list of the fleet is something that a person waits for.
      const admission = await shared[rate].admit('operation');
      if (!admission.admitted) throw rateLimited('fly', admission.retryAfterMs);
    },
    answered: async () => {},
  };
}

/** The action and what it is done to, as the path names them. */
function targetOf({ method, path }: HttpRequest): string {
  return `${method} ${path.split('?')[0]}`;
}

function rateLimited(provider: ProviderId, retryAfterMs: number): ProviderError {
  return new ProviderError({
    provider,
    kind: 'rate_limited',
    message: `${provider} takes no more calls of this account for ${Math.ceil(retryAfterMs / 1_000)} s: its rate limit is reached.`,
    retryAfterMs,
  });
}
