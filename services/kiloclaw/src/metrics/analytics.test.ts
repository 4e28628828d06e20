import { describe, expect, it } from 'vitest';
import { ANALYTICS_SCHEMA, analyticsFacts, writeFigures } from './analytics.ts';

const NOW = Date.UTC(2026, 0, 31);
/** Of Analytics Engine: for one data point. */
const BLOBS_MOST = 20;
const DOUBLES_MOST = 20;

function recorded() {
  const points: AnalyticsEngineDataPoint[] = [];
  return {
    points,
    dataset: { writeDataPoint: (point?: AnalyticsEngineDataPoint) => void points.push(point ?? {}) },
  };
}

describe('a fact', () => {
  it('is a data point with its name, and its fields where the schema has them', () => {
    const { points, dataset } = recorded();
    const facts = analyticsFacts(dataset);
    facts.operationEnded({ kind: 'stop', outcome: 'succeeded', durationMs: 1_500 });
    facts.providerCalled({
      provider: 'fly',
      method: 'GET',
      route: '/v1/apps/{app}',
      status: null,
      durationMs: 20,
      attempt: 1,
    });
    facts.alarmRan({ latenessMs: 10, cadenceMs: 300_000 });
    expect(points).toEqual([
      { indexes: ['operation_ended'], blobs: ['operation_ended', 'stop', 'succeeded'], doubles: [1_500] },
      {
        indexes: ['provider_called'],
        blobs: ['provider_called', 'fly', 'GET', '/v1/apps/{app}', 'none'],
        doubles: [20],
      },
      { indexes: ['alarm_ran'], blobs: ['alarm_ran'], doubles: [10, 300_000] },
    ]);
  });

  it('of a delivery tells its age, and not whose it is', () => {
    const { points, dataset } = recorded();
    const delivery = { instanceId: '0190a7c4-0000-7000-8000-00000000a11c', owedSince: NOW - 90_000 };
    analyticsFacts(dataset).deliveryEnded(delivery, 'unavailable', NOW);
    expect(points).toEqual([
      { indexes: ['delivery_ended'], blobs: ['delivery_ended', 'unavailable'], doubles: [90_000] },
    ]);
  });

  it('has room in a data point', () => {
    for (const { blobs, doubles } of Object.values(ANALYTICS_SCHEMA)) {
      expect(blobs.length + 1).toBeLessThanOrEqual(BLOBS_MOST);
      expect(doubles.length).toBeLessThanOrEqual(DOUBLES_MOST);
    }
  });
});

describe('the figures of the fleet', () => {
  const registry = { drift: { clamped: 2 }, overrides: { active: 1, oldestSetAt: NOW - 60_000 } };

  it('are a data point each', () => {
    const { points, dataset } = recorded();
    writeFigures(dataset, { registry, stuck: ['destroy'] }, NOW);
    expect(points.map(({ blobs, doubles }) => [blobs, doubles])).toEqual([
      [['stuck'], [1]],
      [['drift', 'clamped'], [2]],
      [['overrides'], [1, 60_000]],
    ]);
  });

  it('are those of the writers alone while Postgres is away', () => {
    const { points, dataset } = recorded();
    writeFigures(dataset, { registry: null, stuck: [] }, NOW);
    expect(points.map(({ blobs }) => blobs)).toEqual([['stuck']]);
  });
});
