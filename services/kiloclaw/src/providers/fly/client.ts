/** The wire: requests by route, answers by schema, every refusal a `ProviderError`. */
import type { z } from 'zod';
import type { CallGate } from '../call-gate.ts';
import type { LogProviderCall } from '../call-log.ts';
import { createHttp, type Fetch, type HttpTiming } from '../http.ts';
import type { HttpAnswer } from '../http-exchange.ts';
import { flyError, flyRefusalError, unreadableAnswerError } from './errors.ts';
import { type FlyRoute, pathOf } from './routes.ts';

/** A list goes on as long as Fly names a next page, up to here; a longer one is refused, never cut. */
const LIST_PAGES_MOST = 50;
const NEXT_CURSOR_HEADER = 'fly-next-cursor';

export interface FlyRequest {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  readonly tries?: number;
}

export interface FlyClient {
  /** The answer's body, parsed. */
  call<Schema extends z.ZodType>(
    route: FlyRoute,
    request: FlyRequest & { readonly schema: Schema },
  ): Promise<z.output<Schema>>;
  /** A call whose answer says nothing beyond its success. */
  ask(route: FlyRoute, request: FlyRequest): Promise<void>;
  /** All pages of a bare list. */
  list<Item extends z.ZodType>(
    route: FlyRoute,
    request: FlyRequest & { readonly schema: z.ZodArray<Item> },
  ): Promise<readonly z.output<Item>[]>;
}

export interface FlyClientOptions {
  readonly fetch: Fetch;
  readonly baseUrl: string;
  readonly token: string;
  readonly log: LogProviderCall;
  readonly timing?: Partial<HttpTiming>;
  readonly gate?: CallGate;
}

export function createFlyClient({ token, ...options }: FlyClientOptions): FlyClient {
  const http = createHttp({
    ...options,
    provider: 'fly',
    headers: { authorization: authorizationOf(token) },
    requestIdHeader: 'fly-request-id',
  });

  const send = async (
    route: FlyRoute,
    { params = {}, query, ...request }: FlyRequest,
  ): Promise<HttpAnswer> => {
    const search = query === undefined ? '' : `?${new URLSearchParams(query)}`;
    const path = pathOf(route.route, params) + search;
    const answer = await http({ ...request, method: route.method, route: route.route, path });
    if (answer.status < 200 || answer.status >= 300) throw flyRefusalError(route, answer);
    return answer;
  };

  return {
    async call(route, { schema, ...request }) {
      return read(route, await send(route, request), schema);
    },
    async ask(route, request) {
      await send(route, request);
    },
    async list(route, { schema, ...request }) {
      const items: z.output<typeof schema> = [];
      let query = request.query;
      for (let page = 1; page <= LIST_PAGES_MOST; page += 1) {
        const answer = await send(route, { ...request, ...(query && { query }) });
        items.push(...read(route, answer, schema));
        const cursor = answer.headers.get(NEXT_CURSOR_HEADER);
        if (!cursor) return items;
        query = { ...request.query, cursor };
      }
      throw flyError(
        'unavailable',
        `Fly was asked to ${route.doing}, and its list has more than ${LIST_PAGES_MOST} pages.`,
      );
    },
  };
}

function read<Schema extends z.ZodType>(
  route: FlyRoute,
  answer: HttpAnswer,
  schema: Schema,
): z.output<Schema> {
  const parsed = schema.safeParse(answer.json);
  if (parsed.success) return parsed.data;
  throw unreadableAnswerError(route, answer);
}

/** Macaroon tokens bring their own scheme word. */
function authorizationOf(token: string): string {
  return token.startsWith('FlyV1 ') ? token : `Bearer ${token}`;
}
