/** The web Worker: sign-in, the procedures, and the app's files for everything else. */
import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { createAuth } from './auth/auth.ts';
import { authRoutes } from './auth/auth-routes.ts';
import { readViewer, type Viewer } from './auth/viewer.ts';
import { connectControlPlane } from './control-plane.ts';
import { clientIp } from './http/client-ip.ts';
import type { AppContext } from './http/context.ts';
import { browserHeaders, neverStored, requestId, sameOriginChanges, settings } from './http/middleware.ts';
import { log } from './log.ts';
import { openWebRegistry } from './registry/open-registry.ts';
import { appRouter } from './routers/app-router.ts';
import type { ProcedureContext } from './trpc/context.ts';

const PROCEDURES_PATH = '/api/trpc';
const BODY_MAX_BYTES = 64 * 1024;

export function createApp(): Hono<AppContext> {
  const app = new Hono<AppContext>();
  app.use(requestId, browserHeaders, settings);
  app.get('/healthz', (c) => c.text('ok'));

  const limited = bodyLimit({
    maxSize: BODY_MAX_BYTES,
    onError: (c) =>
      c.json({ error: { code: 'payload_too_large', message: 'The request is too large.' } }, 413),
  });
  app.use('/api/*', neverStored, sameOriginChanges, limited);
  authRoutes(app);
  app.all(`${PROCEDURES_PATH}/*`, async (c) => {
    const registry = openWebRegistry(c.env);
    try {
      return await fetchRequestHandler({
        endpoint: PROCEDURES_PATH,
        req: c.req.raw,
        // Our pages send none; in a batch one request of a stranger's would be thousands of questions.
        allowBatching: false,
        router: appRouter,
        createContext: ({ resHeaders }): ProcedureContext => {
          const auth = createAuth(registry.db, c.get('settings'), c.get('origin'));
          let asked: Promise<Viewer | null> | undefined;
          return {
            requestId: c.get('requestId'),
            ip: clientIp(c.get('settings'), c.req.raw.headers),
            origin: c.get('origin'),
            settings: c.get('settings'),
            registry,
            controlPlane: connectControlPlane(c.env, c.get('settings')),
            auth,
            answerHeaders: resHeaders,
            viewer: () => {
              asked ??= readViewer(auth, c.req.raw.headers);
              return asked;
            },
          };
        },
      });
    } finally {
      c.executionCtx.waitUntil(registry.close().catch(() => undefined));
    }
  });
  app.all('/api/*', (c) => c.json({ error: { code: 'not_found', message: 'There is no such route.' } }, 404));
  app.get('*', async (c) => {
    const file = await c.env.ASSETS.fetch(c.req.raw);
    // The answer of a binding can't be changed, and the headers for browsers are still to come.
    return new Response(file.body, file);
  });

  app.onError((error, c) => {
    log.error('request failed', { requestId: c.get('requestId'), error: error.name });
    const message = 'Something went wrong here. Give the request id to the operators.';
    return c.json({ error: { code: 'internal_error', message, requestId: c.get('requestId') } }, 500);
  });
  return app;
}
