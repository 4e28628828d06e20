/** Where the facts of this process go: to Analytics Engine where its dataset is bound, else into Prometheus metrics. */
import type { Env } from '../env.ts';
import { createLog } from '../log.ts';
import type { LogProviderCall } from '../providers/call-log.ts';
import type { Settings } from '../settings.ts';
import { isolateTracer } from '../tracing/tracer.ts';
import { spanProviderCall } from '../tracing/traces.ts';
import { analyticsFacts } from './analytics.ts';
import type { Facts } from './facts.ts';
import { createPrometheusMetrics, type PrometheusMetrics } from './prometheus.ts';

let metrics: PrometheusMetrics | null = null;

/** One for the isolate, made when it is first needed. */
export function isolateMetrics(): PrometheusMetrics {
  metrics ??= createPrometheusMetrics();
  return metrics;
}

export function factsOf({ METRICS: dataset }: Env): Facts {
  return dataset === undefined ? isolateMetrics().facts : analyticsFacts(dataset);
}

/** Each call as a line of the log, as a fact, and as a span. */
export function tellProviderCalls(env: Env, settings: Settings): LogProviderCall {
  const log = createLog('provider');
  const facts = factsOf(env);
  const tracer = isolateTracer(settings);
  return (call) => {
    log.info('provider call', { ...call });
    facts.providerCalled(call);
    spanProviderCall(tracer, call, Date.now());
  };
}
