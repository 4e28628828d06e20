/** One request to a provider and its answer, whatever the provider. */

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** The path's pattern, without ids: what is logged. */
  readonly route: string;
  /** Begins with a slash; its parts are encoded, its query follows. */
  readonly path: string;
  readonly body?: unknown;
  /** Beside those of every request. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  /** For a read that is to be tried less often than usual. */
  readonly tries?: number;
}

export interface HttpAnswer {
  readonly status: number;
  /** Undefined for an empty body and for one that is no JSON, such as a proxy's page. */
  readonly json: unknown;
  /** The body's beginning, to classify by. A provider may echo what it was sent: never to be logged or shown. */
  readonly text: string;
  readonly headers: Headers;
  readonly requestId?: string;
  readonly retryAfterMs?: number;
}
