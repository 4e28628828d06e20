/** What stands between an adapter and its provider, so that all instances together keep within a published rate. */
import type { HttpAnswer, HttpRequest } from './http-exchange.ts';

export interface CallGate {
  /**
   * Resolves when the request may be sent, at once as a rule. Throws a `ProviderError` of the kind `rate_limited`, with
   * the time to wait, where that would take too long: nothing has been sent then.
   */
  admit(request: HttpRequest): Promise<void>;
  /** Told of every answer: its headers may say that there is less left than we believe. Never throws. */
  answered(request: HttpRequest, answer: HttpAnswer): Promise<void>;
}
