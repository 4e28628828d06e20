/** The wire: requests by route, answers by schema, every refusal a `ProviderError`. */
import type { z } from 'zod';
import type { CallGate } from '../call-gate.ts';
import type { LogProviderCall } from '../call-log.ts';
import { createHttp, type Fetch, HTTP_TIMING, type HttpTiming } from '../http.ts';
import type { HttpAnswer } from '../http-exchange.ts';
import { northflankError, northflankRefusalError, unreadableAnswerError } from './errors.ts';
import { withResetAsRetryAfter } from './rate-limit.ts';
import { type NorthflankRoute, pathOf } from './routes.ts';
import { PaginationSchema } from './schemas.ts';

/** The most that one page can hold. */
const PAGE_ITEMS = 100;
/** A list goes on as long as there is a next page, up to here; a longer one is refused, never cut. */
const LIST_PAGES_MOST = 100;

export interface NorthflankRequest {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface NorthflankClient {
  /** The answer's `data`, parsed. */
  call<Schema extends z.ZodType>(
    route: NorthflankRoute,
    request: NorthflankRequest & { readonly schema: Schema },
  ): Promise<z.output<Schema>>;
  /** A call whose answer says nothing beyond its success: accepted, and often not done yet. */
  ask(route: NorthflankRoute, request: NorthflankRequest): Promise<void>;
  /** All pages of a list, which is `data` itself or stands in it under `key`. */
  list<Schema extends z.ZodType>(
    route: NorthflankRoute,
    request: Omit<NorthflankRequest, 'query' | 'body'> & { readonly schema: Schema; readonly key: string },
  ): Promise<readonly z.output<Schema>[]>;
}

export interface NorthflankClientOptions {
  readonly fetch: Fetch;
  readonly baseUrl: string;
  readonly token: string;
  /** Tokens of an organisation reach a team's projects through the team's own routes. */
  readonly teamId?: string | undefined;
  readonly log: LogProviderCall;
  readonly timing?: Partial<HttpTiming>;
  readonly gate?: CallGate;
}

export function createNorthflankClient({
  token,
  teamId,
  ...options
}: NorthflankClientOptions): NorthflankClient {
  const http = createHttp({
    ...options,
    fetch: withResetAsRetryAfter(options.fetch, options.timing?.now ?? HTTP_TIMING.now),
    provider: 'northflank',
    headers: { authorization: `Bearer ${token}` },
    requestIdHeader: 'x-request-id',
  });
  const root = teamId === undefined ? '/v1' : `/v1${pathOf('/teams/{team}', { team: teamId })}`;

  const send = async (
    route: NorthflankRoute,
    { params = {}, query, ...request }: NorthflankRequest,
  ): Promise<HttpAnswer> => {
    const search = query === undefined ? '' : `?${new URLSearchParams(query)}`;
    const path = root + pathOf(route.route, params) + search;
    const answer = await http({ ...request, method: route.method, route: route.route, path });
    if (answer.status < 200 || answer.status >= 300) throw northflankRefusalError(route, answer);
    return answer;
  };

  return {
    async call(route, { schema, ...request }) {
      const answer = await send(route, request);
      return read(route, answer, schema, dataOf(answer));
    },
    async ask(route, request) {
      await send(route, request);
    },
    async list(route, { schema, key, ...request }) {
      const items: z.output<typeof schema>[] = [];
      let query: Record<string, string> = { per_page: String(PAGE_ITEMS) };
      for (let page = 1; page <= LIST_PAGES_MOST; page += 1) {
        const answer = await send(route, { ...request, query });
        items.push(...listOf(route, answer, key).map((item) => read(route, answer, schema, item)));
        const cursor = nextCursorOf(route, answer);
        if (cursor === null) return items;
        query = { ...query, cursor };
      }
      throw northflankError(
        'unavailable',
        `Northflank was asked to ${route.doing}, and its list has more than ${LIST_PAGES_MOST} pages.`,
      );
    },
  };
}

/** What is no list is no empty list either. */
function listOf(route: NorthflankRoute, answer: HttpAnswer, key: string): readonly unknown[] {
  const data = dataOf(answer);
  if (Array.isArray(data)) return data;
  const found = typeof data === 'object' && data !== null ? Reflect.get(data, key) : undefined;
  if (Array.isArray(found)) return found;
  throw unreadableAnswerError(route, answer);
}

/** Undefined where the answer has none. */
function dataOf({ json }: HttpAnswer): unknown {
  return typeof json === 'object' && json !== null && 'data' in json ? json.data : undefined;
}

/** Null on the last page. A list that goes on without saying where is refused: cut short, it would prove absences. */
function nextCursorOf(route: NorthflankRoute, answer: HttpAnswer): string | null {
  const { json } = answer;
  const told = typeof json === 'object' && json !== null && 'pagination' in json ? json.pagination : null;
  const pagination = PaginationSchema.parse(told);
  if (!pagination?.hasNextPage) return null;
  if (pagination.cursor === null) throw unreadableAnswerError(route, answer);
  return pagination.cursor;
}

function read<Schema extends z.ZodType>(
  route: NorthflankRoute,
  answer: HttpAnswer,
  schema: Schema,
  value: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw unreadableAnswerError(route, answer);
}
