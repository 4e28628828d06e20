/** `fetch` to a container engine, over its Unix socket or TCP, behind the allow-list. Runs in Node alone. */
import { type IncomingMessage, request as requestOverHttp } from 'node:http';
import { Readable } from 'node:stream';
import { createEngineJudge } from './engine-allow-list.ts';
import { LOOPBACK } from './host-address.ts';

export type EngineAddress =
  | { readonly socketPath: string }
  | { readonly host: string; readonly port: number };

export interface RawEngineRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Readable;
  readonly signal?: AbortSignal;
}

/** Where what an engine publishes is reached. */
export function hostAddressOf(address: EngineAddress): string {
  return 'socketPath' in address ? LOOPBACK : address.host;
}

/** An engine that says nothing for this long is taken for gone: longer than any one step of a pull or a stop. */
const SILENCE_TIMEOUT_MS = 180_000;

/** Never reached: nothing was sent, so that nothing can have happened. */
const NEVER_REACHED = new Set(['ENOENT', 'ECONNREFUSED', 'EACCES', 'ENOTFOUND', 'EHOSTUNREACH', 'ENOTSOCK']);
/** Of an answer; whatever else an engine tells there is of no use to us. */
const PASSED_HEADERS = ['content-type', 'retry-after'] as const;
const BODILESS_STATUSES = new Set([204, 304]);

/** Sends one request as it is, without the allow-list. Resolves with the answer's head; the body streams. */
export function sendToEngine(address: EngineAddress, sent: RawEngineRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const { method, path, headers = {}, body, signal } = sent;
    // A connection of its own each: an idle one that the engine closes would lose the next call's answer.
    const options = { ...address, method, path, headers: { host: 'docker', ...headers }, agent: false };
    const request = requestOverHttp(signal === undefined ? options : { ...options, signal }, resolve);
    request.setTimeout(SILENCE_TIMEOUT_MS, () =>
      request.destroy(new Error('the container engine fell silent')),
    );
    request.on('error', reject);
    if (body instanceof Readable) body.on('error', (error) => request.destroy(error)).pipe(request);
    else request.end(body);
  });
}

function tell(status: number, message: string): Response {
  return Response.json({ message }, { status });
}

function responseOf(answer: IncomingMessage): Response {
  const status = answer.statusCode ?? 502;
  const headers = new Headers();
  for (const name of PASSED_HEADERS) {
    const value = answer.headers[name];
    if (value !== undefined) headers.set(name, value);
  }
  if (BODILESS_STATUSES.has(status)) {
    answer.resume();
    return new Response(null, { status, headers });
  }
  return new Response(Readable.toWeb(answer) as unknown as BodyInit, { status, headers });
}

function failureOf(error: unknown): Response {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return NEVER_REACHED.has(code)
    ? tell(503, `no container engine can be reached (${code}): is it running?`)
    : tell(504, 'the answer of the container engine was lost');
}

/**
 * A fetch whose host is ignored: only method, path, query and body count. What the allow-list refuses is a
 * 403 and never sent; an engine that can't be reached is a 503, a lost answer a 504, each with `{message}`.
 */
export function createEngineFetcher(address: EngineAddress): (request: Request) => Promise<Response> {
  const judge = createEngineJudge(hostAddressOf(address));
  return async (request) => {
    const url = new URL(request.url);
    const asked = {
      method: request.method,
      path: `${url.pathname}${url.search}`,
      body: await request.text(),
    };
    const verdict = judge(asked);
    if (!verdict.allowed) return tell(403, verdict.reason);
    const { method, path, body } = verdict.call;
    const headers = body === '' ? {} : { 'content-type': 'application/json' };
    try {
      const answer = await sendToEngine(address, { method, path, headers, body, signal: request.signal });
      return responseOf(answer);
    } catch (error) {
      return failureOf(error);
    }
  };
}
