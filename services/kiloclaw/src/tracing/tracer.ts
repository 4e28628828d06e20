/** The tracer of this isolate, where a collector is configured: OpenTelemetry's own, with ids for operations of ours. */
import type { SpanContext, Tracer } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { type IdGenerator, RandomIdGenerator, TracerProvider } from '@opentelemetry/sdk-trace';
import packageJson from '../../package.json' with { type: 'json' };
import type { Settings } from '../settings.ts';
import { type Collector, SpanExport } from './exporter.ts';

const SERVICE = 'kiloclaw-control-plane';

/** Random ids, but for the span that is started next where it was given its own. */
class GivenIds implements IdGenerator {
  private readonly random = new RandomIdGenerator();
  given: Pick<SpanContext, 'traceId' | 'spanId'> | null = null;

  generateTraceId(): string {
    return this.given?.traceId ?? this.random.generateTraceId();
  }

  generateSpanId(): string {
    return this.given?.spanId ?? this.random.generateSpanId();
  }
}

export interface IsolateTracer {
  readonly tracer: Tracer;
  readonly spans: SpanExport;
  /** Runs what starts a span with these ids. */
  withIds<Value>(ids: Pick<SpanContext, 'traceId' | 'spanId'>, start: () => Value): Value;
}

function createTracer(collector: Collector): IsolateTracer {
  const spans = new SpanExport(collector);
  const ids = new GivenIds();
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': SERVICE, 'service.version': packageJson.version }),
    idGenerator: ids,
    spanProcessors: [spans],
  });
  return {
    tracer: provider.getTracer(SERVICE, packageJson.version),
    spans,
    withIds: (given, start) => {
      ids.given = given;
      try {
        return start();
      } finally {
        ids.given = null;
      }
    },
  };
}

let kept: { readonly endpoint: string; readonly tracer: IsolateTracer } | null = null;

/** Null where no collector is configured. */
export function isolateTracer(
  settings: Pick<Settings, 'OTEL_EXPORTER_OTLP_ENDPOINT' | 'OTEL_EXPORTER_OTLP_HEADERS'>,
): IsolateTracer | null {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_HEADERS: headers } = settings;
  if (endpoint === undefined) return null;
  if (kept?.endpoint !== endpoint)
    kept = { endpoint, tracer: createTracer({ endpoint: endpoint.replace(/\/+$/, ''), headers }) };
  return kept.tracer;
}
