/// <reference types="@cloudflare/vitest-plugin/types" />
import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { atFly, clearFaults, flyCounters, holdNext, resetFlyCounters } from '../testing/fly-control.ts';
import {
  crash,
  debugStatusOf,
  newTarget,
  objectOf,
  operationsOf,
  provisioned,
  send,
  statusOf,
  storedRows,
  type Target,
} from '../testing/platform.ts';
import { controlPlaneActivity, untilPaid } from '../testing/registry.ts';

const PAST_EVERY_CADENCE_MS = 3_600_000;
const PATIENT = { timeout: 30_000, interval: 100 };

afterEach(async () => {
  vi.restoreAllMocks();
  await clearFaults();
});

describe('an object that dies in the middle of a provision', () => {
  it.each(['hold_before', 'hold_after'] as const)(
    'is resumed by its alarm (%s its machine)',
    async (kind) => {
      const target = newTarget();
      const held = await holdNext('POST /v1/apps/{app}/machines', kind);
      expect((await send('provision', target, { waitS: 0 })).status).toBe(202);
      await held.untilHeld();
      await crash(target);
      await held.release('drop');
      await vi.waitFor(async () => {
        await runDurableObjectAlarm(objectOf(target));
        expect((await statusOf(target)).status).toBe('running');
      }, PATIENT);
      const { appName, machineId } = (await debugStatusOf(target)).providerState;
      const there = await atFly(appName);
      expect(there.machines.map(({ id }) => id)).toEqual([machineId]);
      expect(there.volumes).toHaveLength(1);
      expect(await operationsOf(target)).toMatchObject([{ operation: { status: 'succeeded' } }]);
    },
  );
});

function writes(target: Target): Promise<number> {
  return runInDurableObject(
    objectOf(target),
    (_object, { storage }) =>
      storage.sql.exec<{ count: number }>('SELECT total_changes() AS count').one().count,
  );
}

/** What the runtime itself writes for an alarm that does nothing but set the next one. */
async function writesOfBareAlarm(target: Target): Promise<number> {
  await runInDurableObject(objectOf(target), (object, { storage }) => {
    vi.spyOn(object, 'alarm').mockImplementation(() => storage.setAlarm(Date.now() + PAST_EVERY_CADENCE_MS));
  });
  const before = await writes(target);
  await runDurableObjectAlarm(objectOf(target));
  return (await writes(target)) - before;
}

describe('a steady tick', () => {
  it('looks once at the machine, asks Postgres nothing and writes nothing but its alarm', async () => {
    const target = newTarget();
    await provisioned(target);
    await untilPaid(target);
    const [rows, written, activity] = [
      await storedRows(target),
      await writes(target),
      await controlPlaneActivity(),
    ];
    await resetFlyCounters();
    const now = Date.now() + PAST_EVERY_CADENCE_MS;
    vi.spyOn(Date, 'now').mockReturnValue(now);
    expect(await runDurableObjectAlarm(objectOf(target))).toBe(true);
    vi.restoreAllMocks();

    expect(await flyCounters()).toEqual({ 'GET /v1/apps/{app}/machines/{machine}': 1 });
    const writtenByTick = (await writes(target)) - written;
    expect(await storedRows(target)).toEqual(rows);
    expect(await controlPlaneActivity()).toBe(activity);
    const alarm = await runInDurableObject(objectOf(target), (_object, { storage }) => storage.getAlarm());
    expect(alarm).toBeGreaterThan(now);
    expect(writtenByTick).toBe(await writesOfBareAlarm(target));
  });
});

describe('waking', () => {
  it('sets the alarm of a live instance that has none', async () => {
    const target = newTarget();
    await provisioned(target);
    await untilPaid(target);
    await runInDurableObject(objectOf(target), (_object, { storage }) => storage.deleteAlarm());
    await crash(target);
    const alarm = await runInDurableObject(objectOf(target), (_object, { storage }) => storage.getAlarm());
    expect(alarm).toBeGreaterThan(Date.now());
  });
});
