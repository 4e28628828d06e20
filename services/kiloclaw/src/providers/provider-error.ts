/** One taxonomy of errors for all providers. Callers ask the kind, never the message. */
import type { Failure, ProviderId } from '@kiloclaw/platform-contract';

export const PROVIDER_ERROR_KINDS = [
  'invalid',
  'auth',
  'quota',
  'host_full',
  'region_full',
  'host_too_small',
  'conflict',
  'precondition',
  'not_found',
  'rate_limited',
  'unavailable',
  /** The answer was lost: the effect may or may not have happened. Re-read before any repeat. */
  'ambiguous',
] as const;
export type ProviderErrorKind = (typeof PROVIDER_ERROR_KINDS)[number];

export interface ProviderErrorFacts {
  readonly provider: ProviderId;
  readonly kind: ProviderErrorKind;
  /** One sentence for people, without tokens, env values or bodies. */
  readonly message: string;
  readonly httpStatus?: number;
  /** The provider's own id of the request. */
  readonly providerRequestId?: string;
  /** How long the provider asks us to wait. */
  readonly retryAfterMs?: number;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

export class ProviderError extends Error {
  readonly facts: ProviderErrorFacts;

  constructor(facts: ProviderErrorFacts) {
    super(facts.message, { cause: facts.cause });
    this.name = 'ProviderError';
    this.facts = facts;
  }

  get kind(): ProviderErrorKind {
    return this.facts.kind;
  }
}

/** Kinds that may pass by themselves: the same call can succeed later. */
const PASSING: ReadonlySet<ProviderErrorKind> = new Set([
  'conflict',
  'precondition',
  'rate_limited',
  'unavailable',
  'ambiguous',
]);

export function mayPass(error: ProviderError): boolean {
  return PASSING.has(error.kind);
}

/** The provider's error as the platform API tells it. */
export function failureOf(error: ProviderError): Failure {
  const { provider, kind, message, httpStatus, details } = error.facts;
  const facts = {
    provider,
    kind,
    providerStatus: httpStatus ?? null,
    retryMayHelp: mayPass(error),
    ...details,
  };
  if (kind === 'host_too_small') return { code: 'host_too_small', message, details: facts };
  if (kind === 'host_full' || kind === 'region_full' || kind === 'quota') {
    return { code: 'provider_capacity', message, details: facts };
  }
  if (kind === 'ambiguous') return { code: 'provider_timeout', message, details: facts };
  return { code: 'provider_error', message, details: facts };
}
