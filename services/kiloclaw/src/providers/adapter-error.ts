/** How adapters make and know their errors: what an answer tells of itself goes with every one. */
import type { ProviderId } from '@kiloclaw/platform-contract';
import type { HttpAnswer } from './http-exchange.ts';
import { ProviderError, type ProviderErrorKind } from './provider-error.ts';

export interface AdapterErrorContext {
  readonly answer?: HttpAnswer;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

export type AdapterError = (
  kind: ProviderErrorKind,
  message: string,
  context?: AdapterErrorContext,
) => ProviderError;

/** Makes the errors of one provider; with an answer, they have its status, its request's id and the pause it asks for. */
export function errorsOf(provider: ProviderId): AdapterError {
  return (kind, message, { answer, details, cause } = {}) =>
    new ProviderError({
      provider,
      kind,
      message,
      ...(answer && { httpStatus: answer.status }),
      ...(answer?.requestId !== undefined && { providerRequestId: answer.requestId }),
      ...(answer?.retryAfterMs !== undefined && { retryAfterMs: answer.retryAfterMs }),
      ...(details && Object.keys(details).length > 0 && { details }),
      ...(cause !== undefined && { cause }),
    });
}

export function isKind(error: unknown, ...kinds: readonly ProviderErrorKind[]): error is ProviderError {
  return error instanceof ProviderError && kinds.includes(error.kind);
}
