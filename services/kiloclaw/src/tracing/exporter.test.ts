import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { afterEach, describe, expect, it } from 'vitest';
import { SpanExport } from './exporter.ts';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function rig(status = 200) {
  const names: string[][] = [];
  const server = createServer(async (request, response) => {
    const body = JSON.parse(await text(request)) as {
      resourceSpans: { scopeSpans: { spans: { name: string }[] }[] }[];
    };
    names.push(
      body.resourceSpans.flatMap(({ scopeSpans }) =>
        scopeSpans.flatMap(({ spans }) => spans.map((s) => s.name)),
      ),
    );
    response.writeHead(status).end('{}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  ends.push(async () => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const spans = new SpanExport({ endpoint: `http://127.0.0.1:${address.port}`, headers: {} });
  const tracer = new TracerProvider({ spanProcessors: [spans] }).getTracer('test');
  const work: Promise<unknown>[] = [];
  const send = () => spans.send((begun) => void work.push(begun));
  return { tracer, send, work, names };
}

describe('spans', () => {
  it('gather while they are on their way, and go in one request', async () => {
    const { tracer, send, work, names } = await rig();
    tracer.startSpan('first').end();
    send();
    tracer.startSpan('second').end();
    send();
    expect(work).toHaveLength(1);
    await Promise.all(work);
    expect(names).toEqual([['first', 'second']]);
  });

  it('are nobody’s work while there are none', async () => {
    const { tracer, send, work } = await rig();
    send();
    tracer.startSpan('only').end();
    send();
    await Promise.all(work);
    send();
    expect(work).toHaveLength(1);
  });

  it('that a collector refuses are dropped, and the next ones are sent', async () => {
    const { tracer, send, work, names } = await rig(503);
    for (const name of ['first', 'second']) {
      tracer.startSpan(name).end();
      send();
      await Promise.all(work);
    }
    expect(names).toEqual([['first'], ['second']]);
  });

  it('are bounded while nobody takes them', async () => {
    const { tracer, send, work, names } = await rig();
    for (let count = 0; count < 3_000; count += 1) tracer.startSpan('one').end();
    send();
    await Promise.all(work);
    expect(names[0]).toHaveLength(2_048);
  });
});
