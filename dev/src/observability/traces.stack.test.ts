import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newTarget, type Target } from '../testing/fleet.ts';
import { secretsOf } from '../testing/registry.ts';
import {
  makeStackFolder,
  type ReadyStack,
  type StackFolder,
  StackProcess,
} from '../testing/stack-process.ts';
import { type CollectedSpan, type Collector, startCollector } from './testing/collector.ts';

const MINUTE_MS = 60_000;
const PATIENT = { timeout: 20_000, interval: 100 };
const CALLERS_TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const CALLERS_SPAN = '00f067aa0ba902b7';
const ENV_CANARY = 'canary-env-value';
const SECRET_CANARY = 'canary-secret-value';
const COLLECTORS_KEY = 'canary key of the collector';

let collector: Collector;
let folder: StackFolder;
let stack: StackProcess;
let ready: ReadyStack;

beforeAll(async () => {
  collector = await startCollector();
  folder = await makeStackFolder();
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
    OTEL_EXPORTER_OTLP_HEADERS: `x-collector-key=${encodeURIComponent(COLLECTORS_KEY)}`,
  };
  stack = new StackProcess({ folder, env });
  ready = await stack.ready();
}, 2 * MINUTE_MS);

afterAll(async () => {
  await stack?.killEverything();
  await collector?.close();
  await folder?.remove();
}, MINUTE_MS);

async function post(
  route: string,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ status: number; operationId: string | undefined }> {
  const answer = await fetch(`${ready.endpoints.apiUrl}/api/platform/${route}`, {
    method: 'POST',
    headers: { 'x-internal-api-key': ready.apiKey, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const { operation } = (await answer.json()) as { operation?: { id: string } };
  return { status: answer.status, operationId: operation?.id };
}

const spansNamed = (name: string) => collector.spans.filter((span) => span.name === name);

async function spanNamed(name: string): Promise<CollectedSpan> {
  await expect.poll(() => spansNamed(name).length, { ...PATIENT, message: name }).toBe(1);
  const [span] = spansNamed(name);
  if (span === undefined) throw new Error(`no span is named ${name}`);
  return span;
}

async function provisionTraced(target: Target) {
  return post(
    'provision',
    { ...target, provider: 'fly', env: { PLAIN: ENV_CANARY }, secrets: { HIDDEN: SECRET_CANARY } },
    { traceparent: `00-${CALLERS_TRACE}-${CALLERS_SPAN}-01`, 'x-request-id': 'request-of-the-trace' },
  );
}

it(
  'follows a request of a traced caller to the instance, and its operation with steps and calls in a trace of its own',
  async () => {
    const target = newTarget('alice');
    expect((await provisionTraced(target)).status).toBe(201);

    const request = await spanNamed('POST /api/platform/provision');
    expect(request).toMatchObject({ traceId: CALLERS_TRACE, parentSpanId: CALLERS_SPAN });
    expect(request.attributes).toMatchObject({
      'kiloclaw.request_id': 'request-of-the-trace',
      'http.response.status_code': 201,
    });
    const call = await spanNamed('instance provision');
    expect(call).toMatchObject({ traceId: CALLERS_TRACE, parentSpanId: request.spanId });

    const operation = await spanNamed('operation provision');
    expect(operation.parentSpanId).toBeUndefined();
    expect(operation.links).toEqual([{ traceId: CALLERS_TRACE, spanId: request.spanId }]);
    const operationId = String(operation.attributes['kiloclaw.operation_id']);
    expect(operation.traceId).toBe(operationId.replaceAll('-', ''));
    expect(operation.attributes).toMatchObject({
      'kiloclaw.operation_status': 'succeeded',
      'kiloclaw.instance_id': target.instanceId,
    });

    const step = await spanNamed('step create_machine');
    expect(step).toMatchObject({ traceId: operation.traceId, parentSpanId: operation.spanId });
    expect(step.startTimeUnixNano).toBeGreaterThanOrEqual(operation.startTimeUnixNano);
    expect(step.endTimeUnixNano).toBeLessThanOrEqual(operation.endTimeUnixNano);
    const machine = await spanNamed('fly POST /v1/apps/{app}/machines');
    expect(machine).toMatchObject({ traceId: operation.traceId, parentSpanId: step.spanId });
    expect(machine.attributes['http.response.status_code']).toBe(200);
  },
  MINUTE_MS,
);

it('sends to the path and with the headers of the collector', () => {
  expect(new Set(collector.requests.map(({ path }) => path))).toEqual(new Set(['/v1/traces']));
  expect(collector.requests[0]?.headers['x-collector-key']).toBe(COLLECTORS_KEY);
});

it('begins a trace for a caller without one, and none for what a caller does not want traced', async () => {
  const target = newTarget('bob');
  const unsampled = { traceparent: `00-${'a'.repeat(32)}-${CALLERS_SPAN}-00` };
  await post('stop', target, unsampled);
  expect((await post('start', target, { traceparent: 'garbage' })).status).toBe(404);
  const request = await spanNamed('POST /api/platform/start');
  expect(request.parentSpanId).toBeUndefined();
  expect(request.attributes['http.response.status_code']).toBe(404);
  expect(spansNamed('POST /api/platform/stop')).toEqual([]);
});

it('sends no key, no token and no value of an environment', async () => {
  const { flySimulatorToken } = await secretsOf(folder);
  const log = await readFile(join(folder.dataDir, 'control-plane.log'), 'utf8');
  for (const [place, text] of [
    ['traces', collector.bodies.join('\n')],
    ['log', log],
  ] as const) {
    for (const secret of [ready.apiKey, flySimulatorToken, ENV_CANARY, SECRET_CANARY, COLLECTORS_KEY])
      expect(text.includes(secret), place).toBe(false);
  }
});

it('writes every line of the log as one event in JSON, those of an operation with the ids that it is found by', async () => {
  const log = await readFile(join(folder.dataDir, 'control-plane.log'), 'utf8');
  const events = log
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { message?: string; properties?: Record<string, unknown> });
  const calls = events.filter(({ message }) => message === 'provider call');
  expect(calls.length).toBeGreaterThan(0);
  const operation = await spanNamed('operation provision');
  const ids = {
    requestId: 'request-of-the-trace',
    operationId: operation.attributes['kiloclaw.operation_id'],
    instanceId: operation.attributes['kiloclaw.instance_id'],
  };
  for (const { properties } of calls) expect(properties).toMatchObject(ids);
  expect(events.find(({ message }) => message === 'operation ended')?.properties).toMatchObject(ids);
});
