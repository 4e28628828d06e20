/** `GET /metrics`: Prometheus' text, for whoever has the token of its own. Off where none is configured. */
import type { Hono } from 'hono';
import { ApiError } from '../http/api-error.ts';
import type { AppContext } from '../http/context.ts';
import { isSame, settings } from '../http/middleware.ts';
import { fleetFigures } from '../metrics/fleet-figures.ts';
import { isolateMetrics } from '../metrics/tell.ts';

const BEARER = /^Bearer +(\S+)$/i;

export function metricsRoute(app: Hono<AppContext>): void {
  app.get('/metrics', settings, async (c) => {
    const token = c.get('settings').KILOCLAW_METRICS_TOKEN;
    // As for any address that isn't there: a control plane without metrics does not tell that it could have them.
    if (token === undefined) return c.notFound();
    const given = BEARER.exec(c.req.header('authorization') ?? '')?.[1] ?? '';
    if (!(await isSame(given, token)))
      throw new ApiError('unauthorized', 'Give the metrics token: Authorization: Bearer <token>.');
    if (c.env.METRICS !== undefined) {
      const message =
        'This control plane runs in many isolates, and none has all metrics: ask the dataset of its binding METRICS in Analytics Engine.';
      throw new ApiError('not_found', message);
    }
    const { contentType, render } = isolateMetrics();
    const now = Date.now();
    return c.body(await render(await fleetFigures(c.env, now), now), 200, { 'content-type': contentType });
  });
}
