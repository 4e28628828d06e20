/** The platform API: middleware in its order, every route, and the one place where an error becomes an answer. */
import { API_BASE } from '@kiloclaw/platform-contract';
import { Hono } from 'hono';
import { ApiError, errorAnswer } from './http/api-error.ts';
import type { AppContext } from './http/context.ts';
import { apiKey, boundedBody, requestId, settings } from './http/middleware.ts';
import { tracing } from './http/tracing.ts';
import { createLog } from './log.ts';
import { checkupRoutes } from './routes/checkup.ts';
import { hardwareRoutes } from './routes/hardware.ts';
import { healthRoutes } from './routes/health.ts';
import { instancesRoute } from './routes/instances.ts';
import { keyRoutes } from './routes/keys.ts';
import { metricsRoute } from './routes/metrics.ts';
import { openApiRoutes } from './routes/openapi.ts';
import { operationRoutes } from './routes/operations.ts';
import { orphanRoutes } from './routes/orphans.ts';
import { powerRoutes } from './routes/power.ts';
import { providersRoute } from './routes/providers.ts';
import { provisionRoute } from './routes/provision.ts';
import { repairRoutes } from './routes/repair.ts';
import { scrubPersonRoute } from './routes/scrub-person.ts';
import { statusRoutes } from './routes/status.ts';
import { tiersRoute } from './routes/tiers.ts';

const log = createLog('api');

export function createApp(): Hono<AppContext> {
  const app = new Hono<AppContext>();
  app.use(requestId);
  app.route('/', healthRoutes());
  app.route('/', openApiRoutes());
  metricsRoute(app);

  const platform = new Hono<AppContext>();
  platform.use(settings, tracing, apiKey, boundedBody);
  for (const routes of [
    provisionRoute,
    powerRoutes,
    hardwareRoutes,
    repairRoutes,
    statusRoutes,
    operationRoutes,
    instancesRoute,
    scrubPersonRoute,
    orphanRoutes,
    checkupRoutes,
    keyRoutes,
    tiersRoute,
    providersRoute,
  ])
    routes(platform);
  app.route(API_BASE, platform);

  app.notFound((c) => errorAnswer(c, { code: 'not_found', message: 'There is no such route.' }));
  app.onError((error, c) => {
    if (error instanceof ApiError) return errorAnswer(c, error.failure);
    log.error('request failed', { requestId: c.get('requestId'), message: error.message });
    return errorAnswer(c, {
      code: 'internal_error',
      message: 'Something went wrong here. Give the request id to the operators.',
    });
  });
  return app;
}
