import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { kiloclawInstances } from '../schema/kiloclaw-instances.ts';
import { instanceRow } from './fixtures.ts';
import { fleetGauges } from './fleet-gauges.ts';
import { writeInstanceRows } from './instance-rows.ts';
import { openTestRegistry, type TestRegistry } from './testing/test-registry.ts';

const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 0, 31, 12);
const plain = { adminSizeOverride: null, driftKinds: [] };

let registry: TestRegistry;
beforeAll(async () => {
  registry = await openTestRegistry();
});
afterAll(() => registry?.close());
beforeEach(() => registry.db.delete(kiloclawInstances));

const gauges = () => fleetGauges(registry.db, NOW_MS);

function lent(setAtMs: number, more: { expiresAt?: string } = {}) {
  return { machineSize: { cpus: 4 }, setAt: new Date(setAtMs).toISOString(), ...more };
}

describe('what is watched of the fleet', () => {
  test('is nothing at first', async () => {
    expect(await gauges()).toEqual({ drift: {}, overrides: { active: 0, oldestSetAt: null } });
  });

  test('counts each kind of drift, without what is destroyed', async () => {
    await writeInstanceRows(registry.db, [
      instanceRow(plain),
      instanceRow({ ...plain, driftKinds: ['size_differs', 'volume_missing'] }),
      instanceRow({ ...plain, driftKinds: ['volume_missing'] }),
      instanceRow({ ...plain, driftKinds: ['clamped'], status: 'destroyed', destroyedAt: NOW_MS }),
    ]);
    expect((await gauges()).drift).toEqual({ size_differs: 1, volume_missing: 2 });
  });

  test('has the overrides in force and the oldest of them, without those past their expiry', async () => {
    const at = (ms: number) => new Date(ms).toISOString();
    await writeInstanceRows(registry.db, [
      instanceRow({ ...plain, adminSizeOverride: lent(NOW_MS - 2 * DAY_MS) }),
      instanceRow({ ...plain, adminSizeOverride: lent(NOW_MS - 8 * DAY_MS, { expiresAt: at(NOW_MS + 1) }) }),
      instanceRow({ ...plain, adminSizeOverride: lent(NOW_MS - 9 * DAY_MS, { expiresAt: at(NOW_MS) }) }),
      instanceRow({
        adminSizeOverride: lent(NOW_MS - 9 * DAY_MS),
        driftKinds: [],
        status: 'destroyed',
        destroyedAt: NOW_MS,
      }),
    ]);
    expect((await gauges()).overrides).toEqual({ active: 2, oldestSetAt: NOW_MS - 8 * DAY_MS });
  });

  test('counts an override that can’t be read, without a time', async () => {
    await writeInstanceRows(registry.db, [
      instanceRow({ ...plain, adminSizeOverride: { setAt: 'last week' } }),
      instanceRow({ ...plain, adminSizeOverride: { setAt: '2026-13-45T99:00:00.000Z' } }),
    ]);
    expect((await gauges()).overrides).toEqual({ active: 2, oldestSetAt: null });
  });
});
