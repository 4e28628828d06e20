/** An OpenTelemetry collector for tests: takes OTLP over HTTP in JSON, and keeps what it got. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';

const AttributeSchema = z.object({
  key: z.string(),
  value: z.union([
    z.object({ stringValue: z.string() }).transform(({ stringValue }) => stringValue),
    z.object({ intValue: z.number() }).transform(({ intValue }) => intValue),
  ]),
});
const AttributesSchema = z
  .array(AttributeSchema)
  .transform((attributes) => Object.fromEntries(attributes.map(({ key, value }) => [key, value])));
const TraceId = z.string().regex(/^[0-9a-f]{32}$/);
const SpanId = z.string().regex(/^[0-9a-f]{16}$/);
const SpanSchema = z.object({
  traceId: TraceId,
  spanId: SpanId,
  parentSpanId: SpanId.optional(),
  name: z.string(),
  startTimeUnixNano: z.string().transform(BigInt),
  endTimeUnixNano: z.string().transform(BigInt),
  attributes: AttributesSchema,
  links: z.array(z.object({ traceId: TraceId, spanId: SpanId })),
  status: z.object({ code: z.int() }),
});
export type CollectedSpan = z.infer<typeof SpanSchema>;
const RequestSchema = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: AttributesSchema }),
      scopeSpans: z.array(z.object({ spans: z.array(SpanSchema) })),
    }),
  ),
});

export interface Collector {
  readonly endpoint: string;
  readonly spans: CollectedSpan[];
  /** As they came, for what must not be in them. */
  readonly bodies: string[];
  readonly requests: { readonly path: string | undefined; readonly headers: IncomingHttpHeaders }[];
  close(): Promise<void>;
}

export async function startCollector(): Promise<Collector> {
  const spans: CollectedSpan[] = [];
  const bodies: string[] = [];
  const requests: Collector['requests'] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request);
    bodies.push(body);
    requests.push({ path: request.url, headers: request.headers });
    for (const { scopeSpans } of RequestSchema.parse(JSON.parse(body)).resourceSpans)
      spans.push(...scopeSpans.flatMap((scope) => scope.spans));
    response.setHeader('content-type', 'application/json').end('{}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    spans,
    bodies,
    requests,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
