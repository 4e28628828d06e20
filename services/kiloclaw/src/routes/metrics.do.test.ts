/** `GET /metrics` on real workerd: who gets it, and that the Worker has what objects have told. */
import { createExecutionContext } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { createApp } from '../app.ts';
import { writeFleetFigures } from '../metrics/scheduled.ts';
import { bindings, change, newTarget, provisioned, type TestEnv } from '../testing/platform.ts';

const TOKEN = 'canary-metrics-token-of-the-tests';
const app = createApp();

/** Without the dataset: as on one box. */
function onOneBox(): TestEnv {
  const { METRICS: _dataset, ...others } = bindings;
  return { ...others, KILOCLAW_METRICS_TOKEN: TOKEN } as TestEnv;
}

async function get(env: TestEnv, authorization?: string) {
  const headers = authorization === undefined ? {} : { authorization };
  const request = new Request('http://control-plane.test/metrics', { headers });
  const answer = await app.fetch(request, env, createExecutionContext());
  return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() };
}

describe('who asks for metrics', () => {
  it('is told that there is no such route where no token is set, whatever is given', async () => {
    const without = { ...onOneBox(), KILOCLAW_METRICS_TOKEN: '' };
    for (const given of [undefined, `Bearer ${TOKEN}`, 'Bearer ']) {
      const answer = await get(without, given);
      expect(answer.status).toBe(404);
      expect(answer.text).toContain('There is no such route.');
    }
  });

  it.each([
    undefined,
    '',
    'Bearer',
    'Bearer wrong',
    TOKEN,
    `Basic ${TOKEN}`,
    `Bearer ${TOKEN} `.concat('more'),
    `Bearer ${TOKEN.slice(0, -1)}`,
  ])('is refused with %j', async (given) => {
    const answer = await get(onOneBox(), given);
    expect(answer.status).toBe(401);
    expect(answer.text).not.toContain('kiloclaw_');
    expect(answer.text).not.toContain(TOKEN);
  });

  it('gets them as Prometheus reads them, with the token', async () => {
    const answer = await get(onOneBox(), `Bearer ${TOKEN}`);
    expect(answer).toMatchObject({ status: 200, type: 'text/plain; version=0.0.4; charset=utf-8' });
    expect(answer.text).toContain('kiloclaw_registry_up 1\n');
  });

  it('is sent to Analytics Engine where its dataset is bound', async () => {
    const answer = await get({ ...bindings, KILOCLAW_METRICS_TOKEN: TOKEN } as TestEnv, `Bearer ${TOKEN}`);
    expect(answer.status).toBe(404);
    expect(answer.text).toContain('Analytics Engine');
  });
});

describe('where the dataset is bound', () => {
  it('the cron writes what stands in the registry', async () => {
    const points: AnalyticsEngineDataPoint[] = [];
    const METRICS = { writeDataPoint: (point: AnalyticsEngineDataPoint) => void points.push(point) };
    await writeFleetFigures({ ...bindings, METRICS } as TestEnv);
    expect(points.map(({ indexes }) => indexes?.[0])).toEqual(expect.arrayContaining(['stuck', 'overrides']));
  });

  it('objects write what they do', async () => {
    const dataset = bindings.METRICS;
    if (dataset === undefined) throw new Error('no dataset is bound');
    const target = newTarget();
    await provisioned(target);
    await change('stop', target);
    // Nothing to be read back by: what counts is that no write throws, and that no metrics are kept besides.
    const answer = await get(onOneBox(), `Bearer ${TOKEN}`);
    expect(answer.text).not.toContain('kiloclaw_operation_duration_seconds_count{');
  });
});
