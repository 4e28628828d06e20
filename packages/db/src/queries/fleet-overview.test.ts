import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRegistry } from '../client.ts';
import { appendAudit } from './append-audit.ts';
import { auditRow, instanceRow } from './fixtures.ts';
import { FLEET_DAYS, fleetOverview, LONG_LENT_DAYS } from './fleet-overview.ts';
import { writeInstanceRows } from './instance-rows.ts';
import { openWebRegistry, type WebRegistry } from './testing/web-registry.ts';

const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 0, 31, 12);
const BILLED = { cpus: 1, memory_mb: 3_072, cpu_kind: 'performance' } as const;

let registry: WebRegistry;
beforeAll(async () => {
  registry = await openWebRegistry();
});
afterAll(() => registry?.close());

const overview = () => fleetOverview(registry.db, NOW_MS);
const plain = { adminSizeOverride: null, driftKinds: [] };

function lent(setAtMs: number, more: { expiresAt?: string; cpus?: number } = {}) {
  const { cpus = 4, ...rest } = more;
  const machineSize = { cpus, memory_mb: cpus * 4_096, cpu_kind: 'performance' };
  return {
    machineSize,
    reason: 'a launch',
    actorId: 'anna',
    setAt: new Date(setAtMs).toISOString(),
    ...rest,
  };
}

describe('the fleet', () => {
  test('with nothing in it is all zeros', async () => {
    const nothing = { cpus: 0, memoryGb: 0, extraCpus: 0, extraMemoryGb: 0 };
    expect(await overview()).toEqual({
      active: 0,
      byInstanceType: [],
      byProvider: [],
      byStatus: [],
      byDrift: [],
      drifted: 0,
      overrides: { count: 0, longLent: 0, lent: nothing },
      operations: [],
    });
  });

  test('is counted by what its rows say, the most frequent first, without what is destroyed', async () => {
    await writeInstanceRows(registry.ownerDb, [
      instanceRow(plain),
      instanceRow({ ...plain, status: 'stopped', instanceType: null }),
      instanceRow({ ...plain, provider: 'docker-local', driftKinds: ['size_differs', 'volume_missing'] }),
      instanceRow({ ...plain, status: 'stopped', instanceType: 'custom', driftKinds: ['volume_missing'] }),
      instanceRow({ ...plain, provider: 'docker-local', status: 'stopped' }),
      instanceRow({ status: 'destroyed', destroyedAt: NOW_MS }),
    ]);
    expect(await overview()).toMatchObject({
      active: 5,
      byInstanceType: [
        { key: 'perf-4-8', count: 3 },
        { key: 'custom', count: 1 },
        { key: 'unknown', count: 1 },
      ],
      byProvider: [
        { key: 'fly', count: 3 },
        { key: 'docker-local', count: 2 },
      ],
      byStatus: [
        { key: 'stopped', count: 3 },
        { key: 'running', count: 2 },
      ],
      drifted: 2,
      byDrift: [
        { key: 'volume_missing', count: 2 },
        { key: 'size_differs', count: 1 },
      ],
      overrides: { count: 0 },
    });
  });

  test('has lent what is in force now, and beyond what is billed where that is known', async () => {
    await registry.sql`DELETE FROM kiloclaw_instances`;
    const longAgo = NOW_MS - LONG_LENT_DAYS * DAY_MS;
    const overrides: [object, typeof BILLED | null][] = [
      [lent(longAgo - 1), BILLED],
      [lent(longAgo, { cpus: 8 }), BILLED],
      [lent(NOW_MS - 1, { expiresAt: new Date(NOW_MS + 1).toISOString() }), null],
      // The same moment, told from elsewhere: it has ended.
      [lent(longAgo - 5, { expiresAt: '2026-01-31T14:00:00+02:00' }), BILLED],
      [lent(longAgo - 5, { expiresAt: '2026-01-31T11:59:59.999Z' }), BILLED],
      [{ machineSize: { cpus: 'many' }, setAt: 7 }, BILLED],
    ];
    const rows = overrides.map(([override, machineSize]) =>
      instanceRow({ adminSizeOverride: JSON.parse(JSON.stringify(override)), machineSize }),
    );
    const gone = instanceRow({ adminSizeOverride: lent(longAgo), status: 'destroyed', destroyedAt: NOW_MS });
    await writeInstanceRows(registry.ownerDb, [...rows, gone]);
    expect((await overview()).overrides).toEqual({
      // One that can't be read is an override all the same: it is found and cleared like any other.
      count: 4,
      longLent: 1,
      lent: { cpus: 16, memoryGb: 64, extraCpus: 3 + 7, extraMemoryGb: 13 + 29 },
    });
  });

  test('tells of each day in UTC which operations ended, and how', async () => {
    const today = Date.UTC(2026, 0, 31);
    const first = today - (FLEET_DAYS - 1) * DAY_MS;
    const ended = (at: number, action: string, outcome: 'succeeded' | 'failed') =>
      auditRow({ at, action, outcome });
    await appendAudit(registry.ownerDb, [
      ended(first - 1, 'start', 'succeeded'),
      ended(first, 'start', 'succeeded'),
      ended(first + DAY_MS - 1, 'start', 'failed'),
      ended(first + DAY_MS - 1, 'resize', 'succeeded'),
      ended(today, 'start', 'succeeded'),
      ended(NOW_MS, 'start', 'succeeded'),
      auditRow({ at: today, action: 'start', outcome: 'requested' }),
      auditRow({ at: today, action: 'start', outcome: 'denied', operationId: null }),
      // What the web does by itself is no operation.
      auditRow({ at: today, action: 'set_role', outcome: 'succeeded', operationId: null }),
    ]);
    expect((await overview()).operations).toEqual([
      { day: '2026-01-18', action: 'resize', succeeded: 1, failed: 0 },
      { day: '2026-01-18', action: 'start', succeeded: 1, failed: 1 },
      { day: '2026-01-31', action: 'start', succeeded: 2, failed: 0 },
    ]);
  });

  test('can’t be told where Postgres is away', async () => {
    const away = openRegistry('postgres://nobody@127.0.0.1:1/none');
    await expect(fleetOverview(away.db, NOW_MS)).rejects.toMatchObject({ name: 'RegistryUnavailable' });
    await away.close();
  });
});
