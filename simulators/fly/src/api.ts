import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { type Exchange, handle } from './exchange.ts';
import { newUlid } from './ids.ts';
import { DEFAULT_REGION } from './regions.ts';
import { JSON_TYPE, type Reply, type Route } from './route.ts';
import { isMutating, ROUTES } from './routes.ts';

const MAX_BODY_BYTES = 1024 * 1024;

type ApiContext = Context<{ Bindings: HttpBindings }>;

function respond(exchange: Exchange, reply: Reply): Response {
  const headers = new Headers({
    ...reply.headers,
    'fly-request-id': `${newUlid(exchange.sim.clock.nowMs())}-${DEFAULT_REGION}`,
  });
  const { status, body } = reply;
  const raw =
    reply.raw ?? (body === undefined ? null : { text: JSON.stringify(body), contentType: JSON_TYPE });
  if (raw === null) return new Response(null, { status, headers });
  headers.set('content-type', raw.contentType);
  return new Response(raw.text, { status, headers });
}

// Fires when the client hangs up, or the closing simulator cuts the connection.
function goneSignal(c: ApiContext): AbortSignal {
  const hangUp = new AbortController();
  c.env.outgoing.once('close', () => hangUp.abort());
  return hangUp.signal;
}

async function serveRoute(exchange: Exchange, route: Route, c: ApiContext): Promise<Response> {
  const call = {
    params: c.req.param() as Record<string, string>,
    query: new URL(c.req.url).searchParams,
    // Read before anything may hold the request: later the client may have gone, and its body with it.
    bodyText: await c.req.text(),
    leaseNonce: c.req.header('fly-machine-lease-nonce') ?? null,
    gone: goneSignal(c),
  };
  const reply = await handle(exchange, route, call, {
    path: c.req.path,
    authorization: c.req.header('authorization') ?? '',
  });
  if (reply) return respond(exchange, reply);
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
        const response = respond(exchange, { status: 413, body: { error: 'request body too large' } });
        // The rest of the body is not read: the connection can't carry another request.
        response.headers.set('connection', 'close');
        return response;
      },
    }),
  );
  for (const route of ROUTES) {
    const honoPath = route.path.replaceAll(/\{(\w+)\}/g, ':$1');
    app.on(route.method, honoPath, (c) => serveRoute(exchange, route, c));
  }
  app.notFound((c) => {
    const { method, path } = c.req;
    const at = new Date(exchange.sim.clock.nowMs()).toISOString();
    const record = exchange.callLog.begin({ at, route: null, method, path, mutating: isMutating(method) });
    record.status = 404;
    return respond(exchange, { status: 404, body: { error: '404 page not found' } });
  });
  return app;
}
