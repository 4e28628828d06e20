import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { type Answer, errorAnswer } from './answer.ts';
import { type Exchange, handle } from './exchange.ts';
import { newRequestId } from './ids.ts';
import type { Route } from './route.ts';
import { isMutating, ROUTES, teamPath } from './routes.ts';

const MAX_BODY_BYTES = 1024 * 1024;

type ApiContext = Context<{ Bindings: HttpBindings }>;

function respond(exchange: Exchange, answer: Answer): Response {
  const headers = new Headers({
    ...exchange.rateLimit.headers(),
    ...answer.headers,
    'content-type': answer.contentType,
    'x-request-id': newRequestId(),
  });
  return new Response(answer.text, { status: answer.status, headers });
}

async function serveRoute(exchange: Exchange, route: Route, c: ApiContext): Promise<Response> {
  const { team, ...params } = c.req.param() as Record<string, string>;
  const answer = await handle(exchange, route, {
    path: c.req.path,
    authorization: c.req.header('authorization') ?? '',
    team: team ?? null,
    call: {
      params,
      query: new URL(c.req.url).searchParams,
      // Read before anything may hold the request: later the client may have gone, and its body with it.
      bodyText: await c.req.text(),
    },
  });
  if (answer) return respond(exchange, answer);
  c.env.incoming.socket.destroy();
  return RESPONSE_ALREADY_SENT;
}

/** The application that speaks the provider's protocol. */
export function createApiApp(exchange: Exchange): Hono<{ Bindings: HttpBindings }> {
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.use(
    bodyLimit({
      maxSize: MAX_BODY_BYTES,
      onError: () => {
        const response = respond(exchange, errorAnswer(413, 'The request body is too large.'));
        // The rest of the body is not read: the connection can't carry another request.
        response.headers.set('connection', 'close');
        return response;
      },
    }),
  );
  for (const route of ROUTES) {
    for (const path of [route.path, teamPath(route)]) {
      if (path === null) continue;
      app.on(route.method, path.replaceAll(/\{(\w+)\}/g, ':$1'), (c) => serveRoute(exchange, route, c));
    }
  }
  app.notFound((c) => {
    const { method, path } = c.req;
    const at = new Date(exchange.sim.clock.nowMs()).toISOString();
    const record = exchange.callLog.begin({ at, route: null, method, path, mutating: isMutating(method) });
    record.status = 404;
    return respond(exchange, errorAnswer(404, 'Route not found.'));
  });
  return app;
}
