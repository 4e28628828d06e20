/**
 * JSON over fetch for the adapters: one call with its timeout, its log line, and, for reads alone, a bounded
 * retry. What a status means is the adapter's business: an answer of any status is returned.
 */
import type { ProviderId } from '@kiloclaw/platform-contract';
import type { CallGate } from './call-gate.ts';
import type { LogProviderCall } from './call-log.ts';
import type { HttpAnswer, HttpRequest } from './http-exchange.ts';
import { ProviderError } from './provider-error.ts';

export interface HttpTiming {
  /** For one try, its body included. */
  readonly callTimeoutMs: number;
  readonly readTries: number;
  readonly firstBackoffMs: number;
  /** A provider that asks for a longer pause gets its answer passed on instead. */
  readonly longestBackoffMs: number;
  readonly sleep: (durationMs: number) => Promise<void>;
  /** In [0, 1): jitter. */
  readonly fraction: () => number;
  /** Milliseconds since 1970, UTC. */
  readonly now: () => number;
}

export const HTTP_TIMING: HttpTiming = {
  callTimeoutMs: 10_000,
  readTries: 3,
  firstBackoffMs: 200,
  longestBackoffMs: 2_000,
  sleep: (durationMs) => new Promise((resolve) => setTimeout(resolve, durationMs)),
  fraction: Math.random,
  now: Date.now,
};

/** As much of a body as is kept for classifying an error. */
const TEXT_MOST_CHARS = 2_000;
const DELTA_SECONDS = /^\d{1,9}$/;

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface HttpOptions {
  readonly provider: ProviderId;
  readonly fetch: Fetch;
  /** May end in a slash and hold a path: a request's path is added to it. */
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Where the provider tells its own id of a request. */
  readonly requestIdHeader?: string;
  readonly log: LogProviderCall;
  readonly timing?: Partial<HttpTiming>;
  /** Asked before every try. */
  readonly gate?: CallGate;
}

/**
 * Sends one request. Throws a `ProviderError` only where no answer came: `unavailable` for a read, `ambiguous` for
 * anything else, since its effect may have happened; and what the gate throws where it was not sent.
 */
export type SendHttp = (request: HttpRequest) => Promise<HttpAnswer>;

/** Throws where base URL or headers can't be used; the message never holds a header's value. */
export function createHttp(options: HttpOptions): SendHttp {
  const timing = { ...HTTP_TIMING, ...options.timing };
  const baseUrl = usableBaseUrl(options.baseUrl);
  const headers = usableHeaders(options.headers);
  // Called without its object: workerd refuses a fetch that is called as a method.
  const { fetch } = options;
  const sendOnce = async (request: HttpRequest, attempt: number): Promise<HttpAnswer> => {
    const { method, route } = request;
    // Before the clock of the call starts: waiting for a turn is no slowness of the provider's.
    await options.gate?.admit(request);
    const startedAt = timing.now();
    let status: number | null = null;
    let requestId: string | undefined;
    const timeout = new AbortController();
    const timer = setTimeout(() => timeout.abort(), request.timeoutMs ?? timing.callTimeoutMs);
    try {
      const response = await fetch(baseUrl + request.path, requestInit(request, headers, timeout.signal));
      status = response.status;
      if (options.requestIdHeader) requestId = response.headers.get(options.requestIdHeader) ?? undefined;
      const answer = { ...(await readAnswer(response, timing.now())), ...(requestId && { requestId }) };
      await options.gate?.answered(request, answer);
      return answer;
    } finally {
      // A timer that is left behind keeps an object awake, and AbortSignal.timeout can't be called off.
      clearTimeout(timer);
      const durationMs = timing.now() - startedAt;
      const told = { provider: options.provider, method, route, status, durationMs, attempt };
      options.log(requestId === undefined ? told : { ...told, providerRequestId: requestId });
    }
  };
  return (request) => sendWithRetry(request, sendOnce, options.provider, timing);
}

async function sendWithRetry(
  request: HttpRequest,
  sendOnce: (request: HttpRequest, attempt: number) => Promise<HttpAnswer>,
  provider: ProviderId,
  timing: HttpTiming,
): Promise<HttpAnswer> {
  const tries = request.method === 'GET' ? (request.tries ?? timing.readTries) : 1;
  for (let attempt = 1; ; attempt += 1) {
    let retryAfterMs: number | undefined;
    try {
      const answer = await sendOnce(request, attempt);
      if (!isPassing(answer.status) || attempt >= tries) return answer;
      retryAfterMs = answer.retryAfterMs;
      if (retryAfterMs !== undefined && retryAfterMs > timing.longestBackoffMs) return answer;
    } catch (cause) {
      // The gate's word: this try was not sent.
      if (cause instanceof ProviderError) throw cause;
      if (attempt >= tries) throw noAnswer(request, provider, cause);
    }
    await timing.sleep(retryAfterMs ?? backoffMs(attempt, timing));
  }
}

function isPassing(status: number): boolean {
  return status === 429 || status >= 500;
}

/** Doubled with every attempt, spread over its upper half. */
function backoffMs(attempt: number, timing: HttpTiming): number {
  const fullMs = Math.min(timing.firstBackoffMs * 2 ** (attempt - 1), timing.longestBackoffMs);
  return Math.round(fullMs / 2 + (fullMs / 2) * timing.fraction());
}

function noAnswer({ method, route }: HttpRequest, provider: ProviderId, cause: unknown): ProviderError {
  const kind = method === 'GET' ? 'unavailable' : 'ambiguous';
  const consequence = kind === 'ambiguous' ? '; whether it took effect is not known' : '';
  return new ProviderError({
    provider,
    kind,
    message: `${provider} did not answer ${method} ${route}${consequence}.`,
    cause,
  });
}

function requestInit(request: HttpRequest, common: Headers, signal: AbortSignal): RequestInit {
  const headers = new Headers(common);
  for (const [name, value] of Object.entries(request.headers ?? {})) headers.set(name, value);
  const init = {
    method: request.method,
    headers,
    // A redirect would carry the token to wherever it points.
    redirect: 'manual',
    signal,
  } as const;
  if (request.body === undefined) return init;
  headers.set('content-type', 'application/json');
  return { ...init, body: JSON.stringify(request.body) };
}

async function readAnswer(response: Response, nowMs: number): Promise<HttpAnswer> {
  const text = await response.text();
  const retryAfterMs = parseRetryAfter(response.headers.get('retry-after'), nowMs);
  return {
    status: response.status,
    json: parseJson(text),
    text: text.slice(0, TEXT_MOST_CHARS),
    headers: response.headers,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Seconds or a date (RFC 9110, 10.2.3) as milliseconds from now; undefined where it is absent or neither. */
export function parseRetryAfter(value: string | null, nowMs: number): number | undefined {
  if (value === null) return undefined;
  if (DELTA_SECONDS.test(value.trim())) return Number(value) * 1_000;
  const atMs = Date.parse(value);
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}

function usableBaseUrl(baseUrl: string): string {
  const parsed = URL.parse(baseUrl);
  if (parsed === null || !/^https?:$/.test(parsed.protocol) || parsed.search !== '' || parsed.hash !== '') {
    throw new Error(
      "The provider's base URL must begin with http:// or https:// and have no query or fragment.",
    );
  }
  return baseUrl.replace(/\/+$/, '');
}

function usableHeaders(headers: Readonly<Record<string, string>>): Headers {
  const usable = new Headers({ accept: 'application/json' });
  for (const [name, value] of Object.entries(headers)) {
    try {
      usable.set(name, value);
    } catch {
      // The platform's own message would quote the value: a token with a line break in it.
      throw new Error(`The value of the header ${name} holds characters that no header may have.`);
    }
  }
  return usable;
}
