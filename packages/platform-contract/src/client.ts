/** The typed client of the platform API: the only way that anything outside the control plane speaks to it. */
import type { z } from 'zod';
import { ErrorBodySchema, type ErrorCode } from './errors.ts';
import {
  API_BASE,
  API_KEY_HEADER,
  IDEMPOTENCY_KEY_HEADER,
  REQUEST_ID_HEADER,
  ROUTES,
  type RouteInput,
  type RouteName,
  type RouteOutput,
} from './routes.ts';

export interface ClientOptions {
  /** Where the control plane answers, without the API's base path. */
  readonly baseUrl: string;
  readonly apiKey: string;
  /** A service binding's fetch, for example; the global one if none is given. */
  readonly fetch?: (request: Request) => Promise<Response>;
}

export interface CallOptions {
  readonly operationId?: string;
  readonly idempotencyKey?: string;
  readonly requestId?: string;
  /** How long the server may hold the answer back until the operation has ended. */
  readonly waitS?: number;
}

export interface PlatformAnswer<Name extends RouteName> {
  readonly status: number;
  readonly body: RouteOutput<Name>;
}

/** An answer of the API that is an error; `code` is what callers compare. */
export class PlatformApiError extends Error {
  readonly status: number;
  readonly code: ErrorCode | 'unreadable_answer';
  readonly details: Record<string, unknown> | undefined;
  readonly requestId: string | undefined;

  constructor(status: number, body: unknown) {
    const parsed = ErrorBodySchema.safeParse(body);
    super(
      parsed.success
        ? parsed.data.error.message
        : `The control plane answered ${status} with something unreadable.`,
    );
    this.name = 'PlatformApiError';
    this.status = status;
    this.code = parsed.success ? parsed.data.error.code : 'unreadable_answer';
    this.details = parsed.success ? parsed.data.error.details : undefined;
    this.requestId = parsed.success ? parsed.data.error.requestId : undefined;
  }
}

function addressOf(
  baseUrl: string,
  name: RouteName,
  input: Record<string, unknown>,
  operationId: string,
): URL {
  const route = ROUTES[name];
  const path = route.path.replace(':id', encodeURIComponent(operationId));
  const url = new URL(`${API_BASE}${path}`, baseUrl);
  if (route.method === 'GET') {
    for (const [key, value] of Object.entries(input)) {
      if (value !== undefined) url.searchParams.set(key, String(value));
    }
  }
  return url;
}

function headersOf(apiKey: string, options: CallOptions): Headers {
  const headers = new Headers({ [API_KEY_HEADER]: apiKey, accept: 'application/json' });
  if (options.idempotencyKey !== undefined) headers.set(IDEMPOTENCY_KEY_HEADER, options.idempotencyKey);
  if (options.requestId !== undefined) headers.set(REQUEST_ID_HEADER, options.requestId);
  if (options.waitS !== undefined) headers.set('prefer', `wait=${options.waitS}`);
  return headers;
}

export interface PlatformClient {
  /** Calls one route. Throws `PlatformApiError` for every error answer. */
  call<Name extends RouteName>(
    name: Name,
    input: RouteInput<Name>,
    options?: CallOptions,
  ): Promise<PlatformAnswer<Name>>;
}

export function createPlatformClient(client: ClientOptions): PlatformClient {
  const send = client.fetch ?? ((request: Request) => fetch(request));
  return {
    async call(name, input, options = {}) {
      const route = ROUTES[name];
      const url = addressOf(
        client.baseUrl,
        name,
        input as Record<string, unknown>,
        options.operationId ?? '',
      );
      const headers = headersOf(client.apiKey, options);
      const init: RequestInit = { method: route.method, headers };
      if (route.method === 'POST') {
        headers.set('content-type', 'application/json');
        init.body = JSON.stringify(input);
      }
      const response = await send(new Request(url, init));
      const body: unknown = await response.json().catch(() => undefined);
      if (!response.ok) throw new PlatformApiError(response.status, body);
      const output: z.ZodType = route.output;
      return { status: response.status, body: output.parse(body) as RouteOutput<typeof name> };
    },
  };
}
