import { describe, expect, it } from 'vitest';
import {
  driftItems,
  type FleetFigures,
  failureItems,
  OPERATION_DAYS,
  operationPoints,
  outcomesOf,
  statusItems,
  tierItems,
} from './fleet-figures.ts';

const FIGURES: FleetFigures = {
  at: '2026-03-02T00:30:00.000Z',
  active: 5,
  byInstanceType: [
    { key: 'perf-1-3', count: 3 },
    { key: 'unknown', count: 1 },
    { key: 'perf-99', count: 1 },
  ],
  byProvider: [{ key: 'fly', count: 5 }],
  byStatus: [{ key: 'running', count: 5 }],
  byDrift: [{ key: 'volume_missing', count: 2 }],
  drifted: 2,
  overrides: {
    count: 1,
    longLent: 0,
    lent: { cpus: 4, memoryGb: 16, extraCpus: 3, extraMemoryGb: 13 },
  },
  operations: [
    { day: '2026-02-17', action: 'start', succeeded: 2, failed: 1 },
    { day: '2026-03-02', action: 'resize', succeeded: 1, failed: 3 },
    { day: '2026-03-02', action: 'start', succeeded: 4, failed: 0 },
    { day: '2026-03-02', action: 'stop', succeeded: 1, failed: 0 },
  ],
};

describe('a bar of the fleet', () => {
  it('leads to the instances that it counts', () => {
    expect(tierItems(FIGURES).slice(0, 2)).toEqual([
      { key: 'perf-1-3', label: 'perf-1-3', value: 3, href: '/admin/instances?tier=perf-1-3' },
      { key: 'unknown', label: 'Unknown', value: 1, href: '/admin/instances?tier=unknown' },
    ]);
    expect(statusItems(FIGURES)[0]?.href).toBe('/admin/instances?status=running');
    expect(driftItems(FIGURES)[0]).toMatchObject({
      label: 'Volume missing',
      href: '/admin/instances?drift=volume_missing',
    });
  });

  it('of a word that nobody knows here is shown, and leads nowhere', () => {
    expect(tierItems(FIGURES)[2]).toEqual({ key: 'perf-99', label: 'Perf-99', value: 1 });
  });
});

describe('operations by day', () => {
  it('have a point for each day, whatever happened on it, and end today in UTC', () => {
    const points = operationPoints(FIGURES);
    expect(points).toHaveLength(OPERATION_DAYS);
    expect(points[0]).toEqual({ label: '17 Feb', values: { succeeded: 2, failed: 1 } });
    expect(points[1]).toEqual({ label: '18 Feb', values: { succeeded: 0, failed: 0 } });
    expect(points.at(-1)).toEqual({ label: '2 Mar', values: { succeeded: 6, failed: 3 } });
  });

  it('are summed by outcome, and failures by kind', () => {
    expect(outcomesOf(FIGURES.operations)).toEqual({ succeeded: 8, failed: 4 });
    expect(failureItems(FIGURES)).toEqual([
      { key: 'resize', label: 'Resize tier', value: 3, href: '/admin/audit?action=resize&outcome=failed' },
      { key: 'start', label: 'Start', value: 1, href: '/admin/audit?action=start&outcome=failed' },
    ]);
  });
});
