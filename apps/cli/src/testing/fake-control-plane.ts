/** A server that speaks the platform API's paths over real HTTP, and answers what a test tells it to. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { API_BASE } from '@kiloclaw/platform-contract';

export interface Exchange {
  readonly method: string;
  /** Below the API's base. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingMessage['headers'];
  /** The parsed body of a POST. */
  readonly body: unknown;
}

/** `'cut'`: the connection is closed without an answer. `'silence'`: it stays open, and nothing ever comes. */
export type Reply =
  | 'cut'
  | 'silence'
  | { readonly status?: number; readonly body: unknown; readonly headers?: Readonly<Record<string, string>> };

export interface FakeControlPlane {
  readonly url: string;
  /** Everything that it was asked, in order. */
  readonly asked: readonly Exchange[];
  /** Replies for `METHOD /path`, one after another; the last one stays. */
  on(route: string, ...replies: readonly Reply[]): void;
  close(): Promise<void>;
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const text = Buffer.concat(chunks).toString('utf8');
  return text === '' ? undefined : JSON.parse(text);
}

export async function startFakeControlPlane(): Promise<FakeControlPlane> {
  const asked: Exchange[] = [];
  const replies = new Map<string, Reply[]>();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://fake.test');
    const path = url.pathname.slice(API_BASE.length);
    const { method = 'GET', headers } = request;
    asked.push({
      method,
      path,
      query: Object.fromEntries(url.searchParams),
      headers,
      body: await readBody(request),
    });
    const queue = replies.get(`${method} ${path}`) ?? [];
    const reply = queue.length > 1 ? queue.shift() : queue[0];
    if (reply === 'silence') return;
    if (reply === 'cut') {
      request.socket.destroy();
      return;
    }
    const error = {
      code: 'not_found',
      message: `The test has no reply for ${method} ${path}.`,
      requestId: 'r-none',
    };
    const { status = 200, body, headers: more = {} } = reply ?? { status: 404, body: { error } };
    response.writeHead(status, { 'content-type': 'application/json', ...more });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  }

  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    on: (route, ...list) => void replies.set(route, [...list]),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
