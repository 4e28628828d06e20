/** A start on a full host: the size of before, then another host with the data; what was left is an admin's to delete. */
import { beforeEach, describe, expect, it } from 'vitest';
import { accepted, refusal, TestInstance } from '../testing/test-instance.ts';
import type { Fault } from '../testing/world.ts';

const SMALL = { cpus: 1, memory_mb: 3072, cpu_kind: 'performance' } as const;
const LENT_MB = 16_384;

/** At rest on a host that has filled up meanwhile; another host, elsewhere, is free. */
async function onFullHost(): Promise<TestInstance> {
  const test = await new TestInstance().stopped();
  test.world.fill('host_1');
  test.world.addHost('host_2', 'fra');
  return test;
}

function retired(test: TestInstance): unknown {
  return test.state().drift.find(({ kind }) => kind === 'retired_volume')?.details.volumeIds;
}

function hostOf(test: TestInstance): string | undefined {
  const { volumeId } = test.state().resources;
  return test.world.volumes.find(({ id }) => id === volumeId)?.host;
}

function expectMoved(test: TestInstance): void {
  const [old, copy, ...others] = test.world.volumes;
  expect([copy?.copyOf, copy?.sizeGb, others.length]).toEqual([old?.id, old?.sizeGb, 0]);
  expect(test.state()).toMatchObject({ status: 'running', region: 'fra', resources: { volumeId: copy?.id } });
  expect(retired(test)).toEqual([old?.id]);
  expect(test.world.machines.map(({ mountedVolumeId, state }) => [mountedVolumeId, state])).toEqual([
    [copy?.id, 'running'],
  ]);
  expect(test.world.strayStarts).toBe(0);
}

describe('a start at its own size that finds its host full', () => {
  let test: TestInstance;
  beforeEach(async () => {
    test = await onFullHost();
  });

  it('moves the instance: a copy of its volume elsewhere, its machine made anew on it, the old volume kept', async () => {
    await test.done(test.change('start'));
    expect(test.newestOperation().status).toBe('succeeded');
    expectMoved(test);
    expect(test.state()).toMatchObject({ machineSize: SMALL, instanceType: 'perf-1-3', volumeSizeGb: 10 });
    expect(test.state().applied).toMatchObject({ given: SMALL, shortfall: null });
    await test.done(test.change('restart'));
    expectMoved(test);
  });

  it('moves one whose machine is gone as well', async () => {
    test.world.machines.length = 0;
    await test.done(test.change('start'));
    expectMoved(test);
  });

  it('fails with the reason where no host has room, and has changed nothing', async () => {
    test.world.fill('host_2');
    const before = structuredClone([test.world.machines, test.world.volumes, test.state().resources]);
    await test.done(test.change('start'));
    expect(test.newestOperation()).toMatchObject({
      status: 'failed',
      error: { code: 'provider_capacity' },
    });
    expect([test.world.machines, test.world.volumes, test.state().resources]).toEqual(before);
    expect([test.state().status, test.findings()]).toEqual(['stopped', []]);
  });

  it('fails where the provider can’t copy volumes', async () => {
    test.world.capabilities = { ...test.world.capabilities, forksVolume: false };
    await test.done(test.change('start'));
    expect(test.newestOperation()).toMatchObject({
      status: 'failed',
      error: { code: 'provider_capacity' },
    });
    expect(test.world.volumes.length).toBe(1);
  });

  it('copies once: where the copy’s host is full too, the operation fails, and all data is kept', async () => {
    test.world.fail('createMachine', { kind: 'before', error: 'host_full' }, { times: 10 });
    await test.done(test.change('start'));
    expect(test.newestOperation()).toMatchObject({
      status: 'failed',
      error: { code: 'provider_capacity' },
    });
    expect([test.world.countOf('forkVolume'), test.world.volumes.length]).toEqual([1, 2]);
    test.world.heal();
    await test.done(test.change('start'));
    expectMoved(test);
  });

  it('does not leave ever more volumes behind: the fourth is refused, with what to do', async () => {
    test.world.fail('createMachine', { kind: 'before', error: 'host_full' }, { times: 100 });
    for (const host of ['host_3', 'host_4', 'host_5', 'host_6']) test.world.addHost(host);
    for (let start = 0; start < 4; start += 1) await test.done(test.change('start'));
    expect([test.world.countOf('forkVolume'), test.world.volumes.length]).toEqual([3, 4]);
    expect(test.newestOperation().error?.message).toContain('retired_volume');
  });

  it('does not start what is on the volume that was left, though the machine could not be taken away at first', async () => {
    test.world.fail('deleteMachine', { kind: 'before', error: 'invalid' });
    await test.done(test.change('start'));
    expect([test.newestOperation().status, test.world.machines.length]).toEqual(['failed', 1]);
    await test.done(test.change('start'));
    expectMoved(test);
  });

  it('takes away a machine that came up on the volume that was left after all', async () => {
    test.world.machines.length = 0;
    test.world.fill('host_1', null);
    test.world.fail('createMachine', { kind: 'late' });
    test.world.fail('createMachine', { kind: 'before', error: 'host_full' });
    await test.done(test.change('start'));
    expectMoved(test);
  });

  it('is asked for by an admin’s delete of the old volume, and by nothing else', async () => {
    await test.done(test.change('start'));
    const [old, copy] = test.world.volumes;
    expect(refusal(await test.repair('retired_volume', `delete:${copy?.id}`)).code).toBe('invalid_request');
    await test.lookTwice();
    expect(retired(test)).toEqual([old?.id]);
    await test.done(test.repair('retired_volume', `delete:${old?.id}`));
    expect([test.world.volumes.map(({ id }) => id), retired(test)]).toEqual([[copy?.id], undefined]);
  });

  it('leaves nothing behind when the instance is destroyed', async () => {
    await test.done(test.change('start'));
    await test.done(test.change('destroy'));
    expect([test.world.machines, test.world.volumes, test.state().drift]).toEqual([[], [], []]);
  });
});

describe('a machine that another size waits for', () => {
  it('is started on the size it had where that is less: nothing is copied', async () => {
    const test = await onFullHost();
    test.world.fill('host_1', SMALL);
    await test.done(test.setOverride('perf-4-16'));
    await test.done(test.change('start'));
    expect([hostOf(test), test.machine.spec.size, test.world.countOf('forkVolume')]).toEqual([
      'host_1',
      SMALL,
      0,
    ]);
    expect(test.findings()).toEqual(['size_differs']);
  });

  it('moves, with all that is lent, where the host has no room for the size it had either', async () => {
    const test = await onFullHost();
    await test.done(test.setOverride('perf-4-16'));
    await test.done(test.change('start'));
    expectMoved(test);
    expect(test.state().applied).toMatchObject({ given: { memory_mb: LENT_MB }, shortfall: null });
  });

  it('moves on its own, smaller size rather than asking the full host for the larger one', async () => {
    const test = await new TestInstance().provisioned();
    await test.done(test.setOverride('perf-4-16', { apply: 'now' }));
    await test.done(test.change('stop'));
    test.world.fill('host_1');
    test.world.addHost('host_2', 'fra');
    await test.done(test.clearOverride());
    const updates = test.world.countOf('updateMachine');
    await test.done(test.change('start'));
    expectMoved(test);
    expect([test.machine.spec.size, test.world.countOf('updateMachine') - updates]).toEqual([SMALL, 1]);
  });

  it('is refused its resize at the full host, which changes nothing, and copies nothing', async () => {
    const test = await onFullHost();
    await test.done(test.resize('perf-4-8'));
    expect(test.newestOperation()).toMatchObject({ status: 'failed', error: { code: 'provider_capacity' } });
    expect([test.state().instanceType, test.world.volumes.map(({ sizeGb }) => sizeGb)]).toEqual([
      'perf-1-3',
      [10],
    ]);
  });
});

describe('a move to another host, disturbed', () => {
  const FAULTS: readonly Fault[] = [
    { kind: 'before', error: 'unavailable' },
    { kind: 'before', error: 'ambiguous' },
    { kind: 'lost' },
    { kind: 'crash', at: 'before' },
    { kind: 'crash', at: 'after' },
  ];

  async function callsOfMove() {
    const test = await onFullHost();
    const before = test.world.calls.length;
    await test.done(test.change('start'));
    return test.world.calls.slice(before);
  }

  it.each(FAULTS.map((fault) => [JSON.stringify(fault), fault] as const))(
    'ends with one copy and one machine when any one call meets with %s',
    async (_name, fault) => {
      const calls = await callsOfMove();
      for (const [index, method] of calls.entries()) {
        const test = await onFullHost();
        let hits = 0;
        test.world.onFault = () => {
          hits += 1;
        };
        const nth = calls.slice(0, index + 1).filter((call) => call === method).length;
        test.world.fail(method, fault, { nth });
        accepted(await test.change('start'));
        await test.quiet();
        if (fault.kind === 'crash') await test.crash();
        expect([await test.settle(), hits, test.newestOperation().status]).toEqual([true, 1, 'succeeded']);
        expectMoved(test);
      }
    },
  );

  it('ends so when the process is killed at any one segment border', async () => {
    const undisturbed = await onFullHost();
    const before = undisturbed.storage.segments;
    await undisturbed.done(undisturbed.change('start'));
    const segments = undisturbed.storage.segments - before;
    for (let border = 2; border <= segments; border += 1) {
      const test = await onFullHost();
      test.storage.killAfterSegments(border);
      await test.change('start').catch(() => undefined);
      await test.quiet();
      await test.crash();
      await test.settle();
      expect([border, test.newestOperation().kind, test.newestOperation().status]).toEqual([
        border,
        'start',
        'succeeded',
      ]);
      expectMoved(test);
    }
  });

  it('finds the copy of a try that was answered too late, and makes no second one', async () => {
    const test = await onFullHost();
    test.world.addHost('host_3');
    test.world.fail('forkVolume', { kind: 'late' });
    await test.done(test.change('start'));
    expect([test.newestOperation().status, test.world.countOf('forkVolume')]).toEqual(['succeeded', 2]);
    expectMoved(test);
  });

  it('takes all volumes along where it is destroyed meanwhile', async () => {
    const test = await onFullHost();
    let release = () => {};
    const until = new Promise<void>((resolve) => {
      release = resolve;
    });
    test.world.fail('forkVolume', { kind: 'hold', at: 'before', until });
    accepted(await test.change('start'));
    await test.quiet();
    accepted(await test.change('destroy'));
    release();
    await test.settle();
    expect([test.state().status, test.world.machines, test.world.volumes]).toEqual(['destroyed', [], []]);
  });
});
