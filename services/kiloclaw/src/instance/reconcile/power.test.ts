import { describe, expect, it } from 'vitest';
import { accepted, INSTANCE_ID, TestInstance } from '../testing/test-instance.ts';

async function runningWith(state: 'stopped' | 'failed' | 'transient' | 'unknown') {
  const test = await new TestInstance().provisioned();
  const machine = test.world.machineOf(INSTANCE_ID);
  if (machine === null) throw new Error('no machine');
  machine.state = state;
  return test;
}

describe('an observation', () => {
  it.each(['stopped', 'failed'] as const)('believes %s at the second look', async (state) => {
    const test = await runningWith(state);
    await test.instance.look();
    expect(test.state().status).toBe('running');
    await test.instance.look();
    expect([test.state().status, test.state().endpoint]).toEqual(['stopped', null]);
    await test.settle();
    expect(test.registry.row?.status).toBe('stopped');
  });

  it.each(['transient', 'unknown'] as const)('changes and writes nothing for %s', async (state) => {
    const test = await runningWith(state);
    const before = [test.state(), test.storage.rowsWritten];
    for (let look = 0; look < 4; look += 1) await test.instance.look();
    expect([test.state(), test.storage.rowsWritten]).toEqual(before);
  });

  it('changes nothing where the provider does not answer', async () => {
    const test = await runningWith('stopped');
    const before = test.state();
    test.world.fail('observeMachine', { kind: 'before', error: 'unavailable' }, { times: 4 });
    for (let look = 0; look < 4; look += 1) await test.instance.look();
    expect(test.state()).toEqual(before);
  });

  it('is ignored where an operation was accepted while it looked', async () => {
    const test = await runningWith('stopped');
    await test.instance.look();
    let open = () => {};
    const until = new Promise<void>((resolve) => {
      open = resolve;
    });
    test.world.fail('observeMachine', { kind: 'hold', at: 'after', until });
    const looking = test.instance.look();
    await test.quiet();
    accepted(await test.change('start'));
    await test.settle();
    open();
    await looking;
    expect(test.state().status).toBe('running');
  });

  it('writes nothing and asks the registry nothing while all is steady', async () => {
    const test = await new TestInstance().provisioned();
    const before = [test.storage.rowsWritten, test.registry.attempts];
    for (let alarm = 0; alarm < 5; alarm += 1) await test.runAlarm();
    expect([test.storage.rowsWritten, test.registry.attempts]).toEqual(before);
    expect(test.storage.alarmAt).not.toBeNull();
  });
});

describe('a process that ends between two looks', () => {
  it.each(['stopped', 'failed'] as const)(
    'leaves the first look’s doubt to the next one: %s',
    async (state) => {
      const test = await runningWith(state);
      await test.instance.look();
      await test.crash();
      expect(test.state().status).toBe('running');
      await test.runAlarm();
      expect(test.state()).toMatchObject({ status: 'stopped', doubts: null });
    },
  );

  it('leaves no doubt behind where something has changed in between', async () => {
    const test = await runningWith('stopped');
    await test.instance.look();
    accepted(await test.change('restart'));
    await test.settle();
    const machine = test.world.machineOf(INSTANCE_ID);
    if (machine === null) throw new Error('no machine');
    machine.state = 'stopped';
    await test.instance.look();
    expect(test.state().status).toBe('running');
  });

  it('looks with its first alarm, whatever the time', async () => {
    const test = await new TestInstance().provisioned();
    await test.crash();
    const looks = test.world.countOf('observeMachine');
    test.storage.alarmAt = null;
    await test.crash();
    await test.instance.tick();
    expect(test.world.countOf('observeMachine')).toBe(looks + 1);
  });
});

it('a machine that somebody else has started runs on what it was built as', async () => {
  const test = await new TestInstance().stopped();
  accepted(await test.resize('perf-4-8'));
  await test.settle();
  test.machine.state = 'running';
  await test.lookTwice();
  expect(test.state()).toMatchObject({ status: 'running', applied: { given: { cpus: 4, memory_mb: 8192 } } });
  expect(test.findings()).toEqual([]);
});
