/// <reference types="@cloudflare/vitest-plugin/types" />
import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { afterEach, describe, expect, it } from 'vitest';
import { atFly, clearFaults, holdNext } from '../testing/fly-control.ts';
import {
  change,
  debugStatusOf,
  newTarget,
  objectOf,
  operationsOf,
  provisioned,
  send,
  statusOf,
  type Target,
} from '../testing/platform.ts';
import { registryRowOf, untilPaid } from '../testing/registry.ts';

/** Less than any time limit of a call: a timer that one left behind would hold the eviction back for longer. */
const EVICTED_WITHIN_MS = 5_000;
const MARK = 'livedBefore';
const CHANGES = [
  { kind: 'start', leaves: 'running', machineState: 'started' },
  { kind: 'stop', leaves: 'stopped', machineState: 'stopped' },
] as const;
type Change = (typeof CHANGES)[number];

afterEach(clearFaults);

/** An instance that the change has something to do on, its object marked in memory. */
async function readyFor({ kind }: Change): Promise<Target> {
  const target = newTarget();
  await provisioned(target);
  if (kind === 'start') await change('stop', target);
  await runInDurableObject(objectOf(target), (object) => {
    Reflect.set(object, MARK, true);
  });
  return target;
}

async function evict(target: Target): Promise<void> {
  const from = Date.now();
  await evictDurableObject(objectOf(target));
  expect(Date.now() - from).toBeLessThan(EVICTED_WITHIN_MS);
}

/** A new life of the object goes on with its alarm; what was asked for has come about, everywhere. */
async function expectDone(target: Target, { kind, leaves, machineState }: Change): Promise<void> {
  const { isMarked, alarmAt } = await runInDurableObject(objectOf(target), async (object, { storage }) => ({
    isMarked: Reflect.has(object, MARK),
    alarmAt: await storage.getAlarm(),
  }));
  expect(isMarked).toBe(false);
  expect(alarmAt).toBeGreaterThan(Date.now());
  expect(await statusOf(target)).toMatchObject({ status: leaves, operation: null });
  const [newest] = await operationsOf(target);
  expect(newest?.operation).toMatchObject({ kind, status: 'succeeded', error: null });
  await untilPaid(target);
  expect(await registryRowOf(target)).toMatchObject({ status: leaves });
  const { appName } = (await debugStatusOf(target)).providerState;
  expect((await atFly(appName)).machines.map(({ state }) => state)).toEqual([machineState]);
}

describe.each(CHANGES)('an object that is evicted around a $kind', (asked) => {
  it('lets go at once when that has just ended', async () => {
    const target = await readyFor(asked);
    expect((await change(asked.kind, target)).operation.status).toBe('succeeded');
    await evict(target);
    await expectDone(target, asked);
  });

  it('ends it first when it is under way', async () => {
    const target = await readyFor(asked);
    const held = await holdNext(`POST /v1/apps/{app}/machines/{machine}/${asked.kind}`, 'hold_before');
    expect((await send(asked.kind, target, { waitS: 0 })).status).toBe(202);
    await held.untilHeld();
    const evicted = evict(target);
    expect((await statusOf(target)).operation?.kind).toBe(asked.kind);
    await held.release('proceed');
    await evicted;
    await expectDone(target, asked);
  });
});
