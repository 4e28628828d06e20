/** What an instance tells whoever watches. */
import { describe, expect, it } from 'vitest';
import type { InstanceFacts } from '../metrics/facts.ts';
import type { RegistryDelivery } from './deps.ts';
import { accepted, INSTANCE_ID, TestInstance } from './testing/test-instance.ts';

const MINUTE_MS = 60_000;
const RUNNING_CADENCE_MS = 5 * MINUTE_MS;
const BUSY_CADENCE_MS = MINUTE_MS;
const ALARMS_MOST = 20;

/** What was told of one fact since `from`. */
function told<Name extends keyof InstanceFacts>(test: TestInstance, name: Name, from = 0) {
  return test.told.slice(from).flatMap((fact) => (fact[0] === name ? [fact.slice(1)] : [])) as Parameters<
    InstanceFacts[Name]
  >[];
}

const standing = (test: TestInstance, from = 0) =>
  told(test, 'operationStands', from).map(
    ([, operation]) => operation && `${operation.kind} ${operation.status}`,
  );

describe('an operation', () => {
  it('is told when it has ended, once, with the time since its acceptance', async () => {
    const test = new TestInstance();
    accepted(await test.provision());
    expect(await test.settle()).toBe(true);
    const { startedAt, endedAt } = test.newestOperation();
    expect(told(test, 'operationEnded')).toEqual([
      [{ kind: 'provision', outcome: 'succeeded', durationMs: (endedAt ?? 0) - startedAt }],
    ]);
  });

  it('stands from its acceptance on, and nothing does once it has ended', async () => {
    const test = await new TestInstance().provisioned();
    const from = test.told.length;
    accepted(await test.change('stop'));
    expect(standing(test, from)[0]).toBe('stop running');
    expect(await test.settle()).toBe(true);
    expect(standing(test, from).at(-1)).toBeNull();
  });

  it('is told to be stuck with every try, also by the process that comes after a crash', async () => {
    const test = await new TestInstance().provisioned();
    accepted(await test.change('destroy'));
    test.world.breakDown('unavailable');
    for (let alarm = 0; alarm < ALARMS_MOST && standing(test).at(-1) !== 'destroy stuck'; alarm += 1)
      await test.runAlarm();
    const tries = () =>
      new Set(told(test, 'operationStands').map(([, operation]) => operation?.nextAttemptAt)).size;
    const before = tries();
    await test.crash();
    const from = test.told.length;
    await test.runAlarm();
    expect(new Set(standing(test, from))).toEqual(new Set(['destroy stuck']));
    expect(tries()).toBeGreaterThan(before);
    expect(told(test, 'operationStands', from).every(([id]) => id === INSTANCE_ID)).toBe(true);
  });
});

describe('an alarm', () => {
  async function ranLateBy(test: TestInstance, latenessMs: number) {
    const dueAt = test.storage.alarmAt ?? 0;
    test.clock.advanceTo(dueAt + latenessMs);
    test.storage.alarmAt = null;
    const from = test.told.length;
    await test.instance.tick(dueAt);
    await test.quiet();
    return told(test, 'alarmRan', from);
  }

  it('tells how late it ran, and how often such an alarm comes', async () => {
    const test = await new TestInstance().provisioned();
    expect(await ranLateBy(test, 11 * MINUTE_MS)).toEqual([
      [{ latenessMs: 11 * MINUTE_MS, cadenceMs: RUNNING_CADENCE_MS }],
    ]);
  });

  it('is held against the cadence of operations while there is one', async () => {
    const test = await new TestInstance().provisioned();
    test.world.breakDown('unavailable');
    accepted(await test.change('destroy'));
    await test.quiet();
    expect(await ranLateBy(test, MINUTE_MS)).toEqual([
      [{ latenessMs: MINUTE_MS, cadenceMs: BUSY_CADENCE_MS }],
    ]);
  });

  it('that is run again tells nothing: its time is not when it was due', async () => {
    const test = await new TestInstance().provisioned();
    const from = test.told.length;
    await test.instance.tick(null);
    expect(told(test, 'alarmRan', from)).toEqual([]);
  });
});

describe('a look', () => {
  async function resultsOf(test: TestInstance): Promise<string[]> {
    const from = test.told.length;
    await test.instance.look();
    return told(test, 'reconciled', from).flat();
  }

  it('is told by what it came to', async () => {
    const test = await new TestInstance().provisioned();
    expect(await resultsOf(test)).toEqual(['unchanged']);
    test.world.breakDown('unavailable');
    expect(await resultsOf(test)).toEqual(['failed']);
    test.world.heal();
    const [machine] = test.world.machines;
    if (machine === undefined) throw new Error('there is no machine');
    machine.state = 'stopped';
    expect(await resultsOf(test)).toEqual(['in_doubt']);
    test.clock.advanceTo(test.clock.now() + MINUTE_MS);
    expect(await resultsOf(test)).toEqual(['changed']);
  });

  it('that can’t be taken has failed', async () => {
    const test = await new TestInstance().provisioned();
    test.isConfigured = false;
    expect(await resultsOf(test)).toEqual(['failed']);
  });
});

it('a delivery tells since when the oldest of it is owed', async () => {
  const test = await new TestInstance().provisioned();
  const deliveries: RegistryDelivery[] = [];
  const deliver = test.registry.deliver.bind(test.registry);
  test.registry.deliver = (delivery) => {
    deliveries.push(delivery);
    return deliver(delivery);
  };
  test.registry.mode = 'unavailable';
  const owedSince = test.clock.now();
  accepted(await test.change('stop'));
  await test.quiet();
  for (let alarm = 0; alarm < 5; alarm += 1) await test.runAlarm();
  expect(test.clock.now()).toBeGreaterThan(owedSince);
  expect(new Set(deliveries.map((delivery) => delivery.owedSince))).toEqual(new Set([owedSince]));
});
