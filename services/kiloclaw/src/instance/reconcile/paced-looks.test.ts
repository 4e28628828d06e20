/** Looks at a provider whose rate has no room for as many as are wished. */
import { describe, expect, it } from 'vitest';
import { ProviderError } from '../../providers/provider-error.ts';
import { Instance } from '../instance.ts';
import { TestInstance } from '../testing/test-instance.ts';

const MINUTE_MS = 60_000;
const LOOKS_PER_VOLUME = 6;

const running = () => new TestInstance().provisioned();

/** How long after the alarm that has just run the next one is set for. */
const nextInMs = (test: TestInstance) => (test.storage.alarmAt ?? 0) - test.clock.now();

describe('at a provider with room for a look every twelve minutes', () => {
  it('a running instance is looked at as often as that, and one at rest as ever', async () => {
    const test = await running();
    test.lookEveryMs = 12 * MINUTE_MS;
    await test.runAlarm();
    expect(nextInMs(test)).toBe(12 * MINUTE_MS);
    await test.done(test.change('stop'));
    await test.runAlarm();
    expect(nextInMs(test)).toBe(30 * MINUTE_MS);
  });

  it('its volume is looked at every sixth time, also where each look begins a process of its own', async () => {
    const test = await running();
    test.lookEveryMs = 12 * MINUTE_MS;
    await test.runAlarm();
    const before = test.world.countOf('observeVolume');
    for (let look = 0; look < LOOKS_PER_VOLUME * 10; look += 1) {
      await test.crash();
      await test.runAlarm();
    }
    expect(test.world.countOf('observeVolume') - before).toBe(10);
  });

  it('a first contradiction is looked at again as soon as ever', async () => {
    const test = await running();
    test.lookEveryMs = 12 * MINUTE_MS;
    test.machine.state = 'stopped';
    await test.runAlarm();
    expect(nextInMs(test)).toBe(15_000);
  });
});

describe('a look that finds no place in the rate', () => {
  const refuse = (test: TestInstance, retryAfterMs: number) => {
    const provider = test.instance.deps.provider('fly');
    const observeMachine = async () => {
      throw new ProviderError({ provider: 'fly', kind: 'rate_limited', message: 'full', retryAfterMs });
    };
    test.instance = new Instance({
      ...test.instance.deps,
      provider: () => ({ ...provider, observeMachine }),
    });
  };

  it('changes nothing, writes nothing, and comes back a little after it was told', async () => {
    const test = await running();
    test.machine.state = 'stopped';
    await test.runAlarm();
    const before = [test.state(), test.storage.rowsWritten, test.registry.attempts];
    refuse(test, 2 * MINUTE_MS);
    for (let look = 0; look < 4; look += 1) {
      await test.runAlarm();
      expect(nextInMs(test)).toBe(2.25 * MINUTE_MS);
    }
    expect([test.state(), test.storage.rowsWritten, test.registry.attempts]).toEqual(before);
  });

  it('does not come back before, also where that is later than its turn', async () => {
    const test = await running();
    refuse(test, 50 * MINUTE_MS);
    await test.runAlarm();
    expect(nextInMs(test)).toBe(50.25 * MINUTE_MS);
  });
});

describe('for whom the provider is asked', () => {
  const purposesOf = async (test: TestInstance, work: () => Promise<unknown>) => {
    test.purposes.length = 0;
    await work();
    await test.quiet();
    return [...new Set(test.purposes)];
  };

  it('is nobody where an alarm or a view looks', async () => {
    const test = await running();
    expect(await purposesOf(test, () => test.runAlarm())).toEqual(['background']);
    expect(await purposesOf(test, () => test.instance.look('glance'))).toEqual(['background']);
  });

  it('is somebody where a plan or a person waits for the look, and in every operation', async () => {
    const test = await running();
    expect(await purposesOf(test, () => test.instance.look('plan'))).toEqual(['operation']);
    expect(await purposesOf(test, () => test.instance.look('thorough'))).toEqual(['operation']);
    expect(await purposesOf(test, () => test.done(test.change('restart')))).toEqual(['operation']);
  });

  it('is somebody where a change has to learn the hardware first', async () => {
    const test = await running();
    await test.store({ machineSize: null, instanceType: null, applied: null });
    expect(await purposesOf(test, () => test.resize('perf-4-8', { dryRun: true }))).toEqual(['operation']);
  });
});
