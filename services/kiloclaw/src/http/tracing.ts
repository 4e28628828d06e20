/** Every request to the platform API has a scope: its id is in each line of the log, and its span above what it does. */
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { createMiddleware } from 'hono/factory';
import { routePath } from 'hono/route';
import { within } from '../tracing/scope.ts';
import { isolateTracer } from '../tracing/tracer.ts';
import { belowParent, parentOf } from '../tracing/traces.ts';
import type { AppContext } from './context.ts';

const TRACEPARENT_HEADER = 'traceparent';

export const tracing = createMiddleware<AppContext>(async (c, next) => {
  const ids = { requestId: c.get('requestId') };
  const isolate = isolateTracer(c.get('settings'));
  if (isolate === null) return within({ ids, span: null }, next);
  const { method } = c.req;
  const span = isolate.tracer.startSpan(
    method,
    {
      kind: SpanKind.SERVER,
      attributes: { 'kiloclaw.request_id': ids.requestId, 'http.request.method': method },
    },
    belowParent(parentOf(c.req.header(TRACEPARENT_HEADER))),
  );
  await within({ ids, span: span.spanContext() }, next);
  const route = routePath(c, -1);
  span.updateName(`${method} ${route}`);
  span.setAttributes({ 'http.route': route, 'http.response.status_code': c.res.status });
  if (c.res.status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
  isolate.spans.send((work) => c.executionCtx.waitUntil(work));
});
