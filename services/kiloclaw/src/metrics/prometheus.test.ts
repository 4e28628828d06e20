import { DRIFT_KINDS } from '@kiloclaw/platform-contract';
import { describe, expect, it } from 'vitest';
import type { FleetFigures } from './fleet-figures.ts';
import { createPrometheusMetrics } from './prometheus.ts';

const NOW = Date.UTC(2026, 0, 31);
const MINUTE_MS = 60_000;
const ALICES = '0190a7c4-0000-7000-8000-00000000a11c';
const BOBS = '0190a7c4-0000-7000-8000-000000000b0b';
const REGISTRY = { drift: {}, overrides: { active: 0, oldestSetAt: null } };
const NOTHING: FleetFigures = { registry: REGISTRY, stuck: [] };

/** The value of one series, or undefined where it is absent. */
async function shown(metrics = createPrometheusMetrics(), figures = NOTHING, now = NOW) {
  const text = await metrics.render(figures, now);
  return (series: string) => {
    const line = text.split('\n').find((candidate) => candidate.startsWith(`${series} `));
    return line === undefined ? undefined : Number(line.slice(series.length + 1));
  };
}

describe('what is owed to the registry', () => {
  const owed = { instanceId: ALICES, owedSince: NOW - 10 * MINUTE_MS };

  it('is counted with the age of its oldest, while it waits and while Postgres is away', async () => {
    const metrics = createPrometheusMetrics();
    metrics.facts.deliveryWaits(owed);
    metrics.facts.deliveryWaits({ instanceId: BOBS, owedSince: NOW - MINUTE_MS });
    metrics.facts.deliveryEnded(owed, 'unavailable', NOW);
    const value = await shown(metrics);
    expect(value('kiloclaw_registry_debt_instances')).toBe(2);
    expect(value('kiloclaw_registry_debt_oldest_age_seconds')).toBe(600);
    expect(value('kiloclaw_registry_deliveries_total{outcome="unavailable"}')).toBe(1);
  });

  it('keeps its age where the row changes again meanwhile', async () => {
    const metrics = createPrometheusMetrics();
    metrics.facts.deliveryWaits(owed);
    metrics.facts.deliveryWaits({ instanceId: ALICES, owedSince: NOW });
    const value = await shown(metrics);
    expect(value('kiloclaw_registry_debt_instances')).toBe(1);
    expect(value('kiloclaw_registry_debt_oldest_age_seconds')).toBe(600);
  });

  it.each(['stored', 'rejected'] as const)('is no debt any more once it is %s', async (outcome) => {
    const metrics = createPrometheusMetrics();
    metrics.facts.deliveryWaits(owed);
    metrics.facts.deliveryEnded(owed, outcome, NOW);
    const value = await shown(metrics);
    expect(value('kiloclaw_registry_debt_instances')).toBe(0);
    expect(value('kiloclaw_registry_debt_oldest_age_seconds')).toBe(0);
  });
});

describe('operations', () => {
  it('are counted by kind while they run, and not after', async () => {
    const metrics = createPrometheusMetrics();
    metrics.facts.operationRuns(ALICES, 'start');
    metrics.facts.operationRuns(BOBS, 'start');
    metrics.facts.operationRuns(ALICES, 'destroy');
    const while_ = await shown(metrics);
    expect(while_('kiloclaw_operations_running{kind="start"}')).toBe(1);
    expect(while_('kiloclaw_operations_running{kind="destroy"}')).toBe(1);
    metrics.facts.operationRuns(ALICES, null);
    const after = await shown(metrics);
    expect(after('kiloclaw_operations_running{kind="destroy"}')).toBe(0);
  });

  it('that are stuck are those that the registry writers have', async () => {
    const value = await shown(undefined, { ...NOTHING, stuck: ['destroy', 'restart', 'destroy'] });
    expect(value('kiloclaw_operations_stuck{kind="destroy"}')).toBe(2);
    expect(value('kiloclaw_operations_stuck{kind="start"}')).toBe(0);
  });

  it('that have ended are timed in seconds', async () => {
    const metrics = createPrometheusMetrics();
    metrics.facts.operationEnded({ kind: 'stop', outcome: 'failed', durationMs: 2_000 });
    const value = await shown(metrics);
    const series = (part: string) =>
      `kiloclaw_operation_duration_seconds_${part}kind="stop",outcome="failed"}`;
    expect(value(series('sum{'))).toBe(2);
    expect(value(series('bucket{le="1",'))).toBe(0);
    expect(value(series('bucket{le="2.5",'))).toBe(1);
  });
});

describe('what the registry has', () => {
  it('is told of every kind of drift, also of those that there are none of', async () => {
    const value = await shown(undefined, {
      ...NOTHING,
      registry: { ...REGISTRY, drift: { clamped: 3, unheard_of: 1 } },
    });
    for (const kind of DRIFT_KINDS)
      expect(value(`kiloclaw_drift_instances{kind="${kind}"}`), kind).toBe(kind === 'clamped' ? 3 : 0);
    expect(value('kiloclaw_drift_instances{kind="unheard_of"}')).toBeUndefined();
  });

  it('is absent while Postgres is, instead of as it was', async () => {
    const metrics = createPrometheusMetrics();
    const overrides = { active: 2, oldestSetAt: NOW - MINUTE_MS };
    const before = await shown(metrics, { ...NOTHING, registry: { drift: { clamped: 1 }, overrides } });
    expect(before('kiloclaw_override_oldest_age_seconds')).toBe(60);
    expect(before('kiloclaw_registry_up')).toBe(1);
    const without = await shown(metrics, { ...NOTHING, registry: null });
    expect(without('kiloclaw_registry_up')).toBe(0);
    for (const series of [
      'kiloclaw_overrides_active',
      'kiloclaw_override_oldest_age_seconds',
      'kiloclaw_drift_instances{kind="clamped"}',
    ])
      expect(without(series), series).toBeUndefined();
    expect((await shown(metrics, NOTHING))('kiloclaw_overrides_active')).toBe(0);
  });
});

it('lateness is told in cadences, and is there before the first alarm', async () => {
  const metrics = createPrometheusMetrics();
  expect((await shown(metrics))('kiloclaw_alarm_lateness_cadences_count')).toBe(0);
  metrics.facts.alarmRan({ latenessMs: 3 * MINUTE_MS, cadenceMs: MINUTE_MS });
  const value = await shown(metrics);
  expect(value('kiloclaw_alarm_lateness_cadences_bucket{le="2"}')).toBe(0);
  expect(value('kiloclaw_alarm_lateness_cadences_bucket{le="5"}')).toBe(1);
});

it('a call to a provider is counted by its status, and by "none" where no answer came', async () => {
  const metrics = createPrometheusMetrics();
  const call = { provider: 'fly', method: 'GET', route: '/v1/apps/{app}', durationMs: 20, attempt: 1 };
  metrics.facts.providerCalled({ ...call, status: 503, providerRequestId: 'request-of-the-provider' });
  metrics.facts.providerCalled({ ...call, status: null });
  const text = await metrics.render(NOTHING, NOW);
  const labels = 'provider="fly",method="GET",route="/v1/apps/{app}"';
  expect(text).toContain(`kiloclaw_provider_calls_total{${labels},status="503"} 1`);
  expect(text).toContain(`kiloclaw_provider_calls_total{${labels},status="none"} 1`);
  expect(text).toContain(`kiloclaw_provider_call_duration_seconds_count{${labels}} 2`);
  expect(text).not.toContain('request-of-the-provider');
});

it('no label bears the id of an instance', async () => {
  const metrics = createPrometheusMetrics();
  const delivery = { instanceId: ALICES, owedSince: NOW };
  metrics.facts.operationRuns(ALICES, 'start');
  metrics.facts.deliveryWaits(delivery);
  metrics.facts.deliveryEnded(delivery, 'unavailable', NOW);
  expect(await metrics.render(NOTHING, NOW)).not.toContain(ALICES);
});
