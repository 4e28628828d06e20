/** Machines that are not to be left down: no room, a size that nobody recorded, a provider that is away for long. */
import { describe, expect, it } from 'vitest';
import { recall } from '../restore.ts';
import { accepted, INSTANCE_ID, refusal, TestInstance } from '../testing/test-instance.ts';

const SMALL = { cpus: 1, memory_mb: 3072, cpu_kind: 'performance' } as const;
const HUGE = { cpus: 8, memory_mb: 32_768, cpu_kind: 'performance' } as const;
const FULL = { kind: 'before', error: 'host_full' } as const;

/** Learned by looking, and never started from here. */
async function inherited(): Promise<TestInstance> {
  const test = await new TestInstance().provisioned();
  await test.store({ instanceType: null, machineSize: null, applied: null, built: null });
  await test.lookTwice();
  return test;
}

function powerOf(test: TestInstance) {
  return [test.state().status, test.world.machineOf(INSTANCE_ID)?.state];
}

describe('a resize that is refused by a full host, on a machine that another size waits for', () => {
  it('ends, with the machine as it was where it comes up again', async () => {
    const test = await new TestInstance().provisioned();
    accepted(await test.setOverride('perf-4-16'));
    test.world.fail('changeMachineSize', FULL);
    await test.done(test.resize('perf-4-8', { apply: 'now' }));
    expect(test.newestOperation()).toMatchObject({ kind: 'resize', status: 'failed' });
    expect([powerOf(test), test.machine.spec.size]).toEqual([['running', 'running'], SMALL]);
  });

  it('ends as failed where the full host refuses its start too: the slot is free, and a start may be asked for', async () => {
    const test = await new TestInstance().provisioned();
    accepted(await test.setOverride('perf-4-16'));
    test.world.fail('changeMachineSize', FULL);
    test.world.fail('startMachine', FULL);
    await test.done(test.resize('perf-4-8', { apply: 'now' }));
    expect(test.newestOperation()).toMatchObject({
      kind: 'resize',
      status: 'failed',
      error: { code: 'provider_capacity' },
    });
    expect(test.state()).toMatchObject({ status: 'stopped', instanceType: 'perf-1-3' });
    await test.done(test.change('start'));
    expect(powerOf(test)).toEqual(['running', 'running']);
  });

  it('ends as failed where the machine does not stay up again, and can be mended by another image', async () => {
    const test = await new TestInstance().provisioned();
    test.world.fail('changeMachineSize', FULL);
    test.world.fail('startMachine', { kind: 'before', error: 'invalid' });
    await test.done(test.resize('perf-4-8', { apply: 'now' }));
    expect(test.newestOperation()).toMatchObject({ kind: 'resize', status: 'failed' });
    accepted(await test.provision({ image: 'fixed/image:2', start: true }));
    await test.settle();
    expect(powerOf(test)).toEqual(['running', 'running']);
  });
});

describe('an inherited machine that finds no room for a larger size', () => {
  it.each(['updateMachine', 'startMachine'] as const)('goes on with what it had: %s', async (method) => {
    const test = await inherited();
    accepted(await test.setOverride('perf-4-16'));
    test.world.fail(method, FULL);
    await test.done(test.change('restart'));
    expect([powerOf(test), test.machine.spec.size]).toEqual([['running', 'running'], SMALL]);
    expect(test.findings()).toContain('size_differs');
  });

  it('keeps its new tier, and runs, where its start after a resize finds none', async () => {
    const test = await inherited();
    test.world.fail('startMachine', FULL);
    await test.done(test.resize('perf-4-8', { apply: 'now' }));
    expect(test.state()).toMatchObject({ status: 'running', instanceType: 'perf-4-8' });
    expect(test.machine.spec.size).toEqual(SMALL);
  });

  it('is made anew with what it had, where that is how it is repaired', async () => {
    const test = await inherited();
    accepted(await test.setOverride('perf-4-16'));
    test.machine.mountedVolumeId = 'vol_other';
    await test.lookTwice();
    test.world.fail('createMachine', FULL);
    await test.done(test.repair('volume_not_mounted', 'remount'));
    expect([powerOf(test), test.machine.spec.size]).toEqual([['running', 'running'], SMALL]);
  });
});

describe('apply now', () => {
  it('restarts a machine of which nobody knows what it was started with', async () => {
    const test = await new TestInstance().provisioned();
    await test.store({ applied: null, built: null });
    await test.done(test.setOverride('perf-4-16', { apply: 'now' }));
    expect(test.machine.spec.size.memory_mb).toBe(16_384);
  });

  it('brings up a machine that has just died, on the size that is lent', async () => {
    const test = await new TestInstance().provisioned();
    test.machine.state = 'stopped';
    await test.done(test.setOverride('perf-4-16', { apply: 'now' }));
    expect([powerOf(test), test.machine.spec.size.memory_mb]).toEqual([['running', 'running'], 16_384]);
  });
});

describe('a machine of unknown size that tells none', () => {
  async function untold(): Promise<TestInstance> {
    const test = await new TestInstance().provisioned();
    test.machine.told = { size: null };
    await test.store({ instanceType: null, machineSize: null, applied: null, built: null });
    return test;
  }

  it('is started and restarted as it is', async () => {
    const test = await untold();
    for (const kind of ['start', 'restart'] as const) {
      await test.done(test.change(kind));
      expect([test.newestOperation().status, powerOf(test)]).toEqual(['succeeded', ['running', 'running']]);
    }
    expect(test.machine.spec.size).toEqual(SMALL);
  });

  it('is not resized: its size could not be given back', async () => {
    const test = await untold();
    await test.done(test.resize('perf-4-8', { apply: 'now' }));
    expect(test.newestOperation()).toMatchObject({ status: 'failed', error: { code: 'provider_error' } });
    expect([powerOf(test), test.machine.spec.size]).toEqual([['running', 'running'], SMALL]);
  });
});

it('a resize of unknown hardware is held against the size that a failed look did not tell', async () => {
  const test = await new TestInstance().stopped();
  test.machine.spec = { ...test.machine.spec, size: HUGE };
  await test.store({ instanceType: null, machineSize: null, volumeSizeGb: null, applied: null, built: null });
  for (const method of ['observeMachine', 'observeVolume'] as const)
    test.world.fail(method, { kind: 'before', error: 'rate_limited' });
  await test.done(test.resize('perf-1-3'));
  expect(test.newestOperation()).toMatchObject({ status: 'failed', error: { code: 'memory_would_shrink' } });
  expect(test.machine.spec.size).toEqual(HUGE);
});

it('a start of a machine that runs asks nothing of its host', async () => {
  const test = await new TestInstance().provisioned();
  test.world.fail('fitSize', { kind: 'before', error: 'host_too_small' });
  await test.done(test.change('start'));
  expect(test.newestOperation().status).toBe('succeeded');
});

describe('a provider that is away for an hour after the machine was stopped', () => {
  const CHANGES = {
    restart: (test: TestInstance) => test.change('restart'),
    set_override: (test: TestInstance) => test.setOverride('perf-4-16', { apply: 'now' }),
    resize: (test: TestInstance) => test.resize('perf-4-8', { apply: 'now' }),
  };

  /** Calls that the change makes until its machine was asked to stop. */
  async function callsUntilStop(kind: keyof typeof CHANGES): Promise<number> {
    const test = await new TestInstance().provisioned();
    const before = test.world.calls.length;
    await test.done<unknown>(CHANGES[kind](test));
    return test.world.calls.indexOf('stopMachine', before) - before + 1;
  }

  it.each(Object.keys(CHANGES) as (keyof typeof CHANGES)[])(
    'brings it up again by itself: %s',
    async (kind) => {
      const afterCalls = await callsUntilStop(kind);
      const test = await new TestInstance().provisioned();
      const hourLater = test.clock.now() + 3_600_000;
      test.world.breakDown('unavailable', { afterCalls });
      accepted<unknown>(await CHANGES[kind](test));
      await test.quiet();
      while (test.clock.now() < hourLater && (await test.runAlarm()));
      expect(test.machine.state).toBe('stopped');
      expect(test.newestOperation().status).toBe('stuck');
      test.world.heal();
      expect(await test.settle()).toBe(true);
      expect([test.newestOperation().kind, powerOf(test)]).toEqual([kind, ['running', 'running']]);
    },
  );
});

describe('a machine that an operation has stopped', () => {
  async function hours(test: TestInstance, count: number): Promise<void> {
    await test.quiet();
    const until = test.clock.now() + count * 3_600_000;
    while (test.clock.now() < until && (await test.runAlarm()));
  }

  it.each(['extendVolume', 'changeMachineSize'] as const)(
    'comes up again as it was where a resize is refused for long: %s',
    async (method) => {
      const test = await new TestInstance().provisioned();
      test.world.fail(method, { kind: 'before', error: 'unavailable' }, { times: 1_000 });
      accepted(await test.resize('perf-4-8', { apply: 'now' }));
      await hours(test, 1);
      if (method === 'changeMachineSize') test.world.heal();
      await hours(test, 2);
      expect(test.operations().find(({ kind }) => kind === 'resize')).toMatchObject({ status: 'failed' });
      expect([powerOf(test), test.machine.spec.size]).toEqual([['running', 'running'], SMALL]);
    },
  );

  it('does not hold the slot for an error of our own: what mends it is let in', async () => {
    const test = await new TestInstance().provisioned();
    accepted(await test.provision({ secrets: { TOKEN: 'one' } }));
    await test.settle();
    const { configuration } = test.state();
    if (configuration === null) throw new Error('no configuration');
    await test.store({ configuration: { ...configuration, sealedSecrets: 'garbage' } });
    accepted(await test.change('restart'));
    await hours(test, 1);
    expect(test.newestOperation()).toMatchObject({ kind: 'restart', status: 'failed' });
    accepted(await test.provision({ secrets: { TOKEN: 'two' }, start: true }));
    await test.settle();
    expect(powerOf(test)).toEqual(['running', 'running']);
  });

  it('comes up after an outage that began with the lost answer of its stop', async () => {
    const test = await new TestInstance().provisioned();
    test.world.fail('stopMachine', { kind: 'lost' });
    accepted(await test.change('restart'));
    await test.quiet();
    test.world.breakDown('unavailable');
    await hours(test, 1);
    test.world.heal();
    await hours(test, 2);
    expect(powerOf(test)).toEqual(['running', 'running']);
  });

  it('comes up on what it had where the host is full after an outage', async () => {
    const test = await new TestInstance().provisioned();
    accepted(await test.setOverride('perf-4-16'));
    test.world.fail('startMachine', { kind: 'before', error: 'unavailable' }, { times: 27 });
    test.world.fail('startMachine', FULL);
    accepted(await test.change('restart'));
    await hours(test, 24);
    expect([powerOf(test), test.machine.spec.size]).toEqual([['running', 'running'], SMALL]);
  });

  it('is started again as often as it may be, however many looks failed before', async () => {
    const test = await new TestInstance().provisioned();
    test.world.fail('observeMachine', { kind: 'before', error: 'unavailable' }, { nth: 3, times: 4 });
    accepted(await test.change('restart'));
    await test.quiet();
    test.machine.state = 'stopped';
    await test.settle();
    expect([test.newestOperation().status, powerOf(test)]).toEqual(['succeeded', ['running', 'running']]);
  });
});

describe('a machine that is made anew by a repair', () => {
  it('ends the repair as refused where its host is full at the start', async () => {
    const test = await new TestInstance().provisioned();
    accepted(await test.setOverride('perf-4-16'));
    test.machine.mountedVolumeId = 'vol_other';
    await test.lookTwice();
    test.world.fail('createMachine', { kind: 'crash', at: 'after' });
    test.world.fail('startMachine', FULL, { times: 50 });
    accepted(await test.repair('volume_not_mounted', 'remount'));
    await test.quiet();
    test.machine.state = 'stopped';
    await test.crash();
    await test.settle();
    expect(test.newestOperation()).toMatchObject({
      kind: 'repair',
      status: 'failed',
      error: { code: 'provider_capacity' },
    });
    expect(test.logged.filter((line) => line.startsWith('run failed'))).toEqual([]);
  });
});

it.each([true, false])(
  'a restored machine that does not say where its size came from is resized, running: %s',
  async (isRunning) => {
    const test = isRunning ? await new TestInstance().provisioned() : await new TestInstance().stopped();
    test.machine.sizeSource = null;
    await test.loseStorage();
    if (test.registry.row === null) throw new Error('no row');
    test.registry.row = { ...test.registry.row, instanceType: null };
    await recall(test.instance, test.caller(), 'status');
    await test.settle();
    await test.done(test.resize('perf-4-8', { apply: isRunning ? 'now' : 'manual' }));
    expect(test.newestOperation()).toMatchObject({ kind: 'resize', status: 'succeeded' });
    expect([test.state().instanceType, test.machine.spec.size.cpus]).toEqual(['perf-4-8', 4]);
  },
);

it('a lent machine that was lost and found again is not taken for its own size', async () => {
  const test = await new TestInstance().provisioned();
  await test.done(test.setOverride('perf-4-16', { apply: 'now' }));
  await test.done(test.clearOverride());
  test.machine.sizeSource = null;
  const resources = { ...test.state().resources, machineId: null };
  await test.store({ resources, machineSize: null, instanceType: null });
  await test.lookTwice();
  for (const state of ['stopped', 'running'] as const) {
    test.machine.state = state;
    await test.lookTwice();
  }
  expect(test.state()).toMatchObject({ machineSize: null, instanceType: null, built: null });
});

it('a tombstone is destroyed again without asking the provider', async () => {
  const test = await new TestInstance().provisioned();
  await test.done(test.change('destroy'));
  const calls = test.world.calls.length;
  await test.done(test.change('destroy'));
  expect([test.newestOperation().status, test.world.calls.length]).toEqual(['succeeded', calls]);
  expect(refusal(await test.change('start')).code).toBe('instance_destroying');
});

it('an answer that was lost is looked for again after a refusal that its own effect may have caused', async () => {
  const test = new TestInstance();
  test.world.fail('createMachine', { kind: 'late' });
  test.world.fail('createMachine', { kind: 'before', error: 'precondition' }, { times: 50 });
  await test.provisioned();
  expect([test.newestOperation().status, test.world.machines.length]).toEqual(['succeeded', 1]);
});
