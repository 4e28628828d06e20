import { A_CLOUD } from '@kiloclaw/platform-contract/testing';
import { describe, expect, it } from 'vitest';
import { accepted, TestInstance } from '../testing/test-instance.ts';

/** Looks until nothing is owed, and once more: that one writes nothing. */
async function looked(test: TestInstance): Promise<void> {
  await test.lookTwice();
  await test.settle();
  const before = [test.state(), test.storage.rowsWritten, test.registry.attempts];
  await test.lookTwice();
  await test.settle();
  expect([test.state(), test.storage.rowsWritten, test.registry.attempts]).toEqual(before);
}

describe('a volume', () => {
  it('that was grown behind our back is adopted: its size, never the label', async () => {
    const test = await new TestInstance().provisioned();
    test.volume.sizeGb = 15;
    await looked(test);
    expect(test.state()).toMatchObject({ volumeSizeGb: 15, instanceType: 'perf-1-3' });
    expect(test.findings()).toEqual(['volume_above_tier']);
    const entry = test.newestOperation();
    expect(entry).toMatchObject({
      kind: 'repair',
      before: { volumeSizeGb: 10 },
      after: { volumeSizeGb: 15 },
      result: { adopted: [{ what: 'volume_grown', from: 10, to: 15 }] },
    });
    expect(test.registry.auditOf(entry.id)).toEqual(['requested', 'succeeded']);
    expect(test.registry.row).toMatchObject({ volumeSizeGb: 15, driftKinds: ['volume_above_tier'] });
    expect(test.operations()).toHaveLength(2);
  });

  it('that is smaller than recorded is a finding, and never recorded', async () => {
    const test = await new TestInstance().provisioned();
    test.volume.sizeGb = 5;
    await looked(test);
    expect([test.state().volumeSizeGb, test.findings()]).toEqual([10, ['volume_below_state']]);
    test.volume.sizeGb = 10;
    await looked(test);
    expect([test.findings(), test.operations().length]).toEqual([[], 1]);
  });

  it('whose size nobody recorded is learned', async () => {
    const test = await new TestInstance().provisioned();
    await test.store({ volumeSizeGb: null });
    await looked(test);
    expect(test.state()).toMatchObject({ volumeSizeGb: 10, instanceType: 'perf-1-3' });
    const learned = { what: 'volume_learned', from: null, to: 10 };
    expect(test.newestOperation().result).toEqual({ adopted: [learned] });
  });

  it('has no size to learn where volumes have none', async () => {
    const test = await new TestInstance().provisioned();
    test.world.capabilities = { ...A_CLOUD, volumesAreSized: false };
    await test.store({ volumeSizeGb: null });
    await looked(test);
    expect([test.state().volumeSizeGb, test.operations().length]).toEqual([null, 1]);
  });

  it('that is gone is a loud finding at the second look, and none is made', async () => {
    const test = await new TestInstance().provisioned();
    const [volume] = test.world.volumes.splice(0);
    await test.instance.look('thorough');
    expect(test.findings()).toEqual([]);
    await looked(test);
    expect(test.findings()).toEqual(['volume_missing']);
    expect(test.logged.filter((line) => line.startsWith('the volume is gone'))).toHaveLength(1);
    expect([test.world.volumes, test.registry.row?.driftKinds]).toEqual([[], ['volume_missing']]);
    if (volume !== undefined) test.world.volumes.push(volume);
    await looked(test);
    expect([test.findings(), test.operations().length]).toEqual([[], 1]);
  });

  it.each([0, -1, 12.5, Number.NaN, '15'])('whose size is told as %s leaves all as it is', async (sizeGb) => {
    const test = await new TestInstance().provisioned();
    test.volume.told = { sizeGb: sizeGb as number };
    const before = test.state();
    await looked(test);
    expect(test.state()).toEqual(before);
    expect(test.logged.filter((line) => line.startsWith('volume size not told'))).toHaveLength(1);
  });

  it('of an instance without a machine is looked at as well', async () => {
    const test = await new TestInstance().provisioned({ start: false });
    test.volume.sizeGb = 12;
    for (let alarm = 0; alarm < 2; alarm += 1) await test.runAlarm();
    expect([test.state().status, test.state().volumeSizeGb]).toEqual(['provisioned', 12]);
  });

  it('that grew while an operation was accepted is left to a later look', async () => {
    const test = await new TestInstance().provisioned();
    test.volume.sizeGb = 15;
    const { promise: until, resolve: open } = Promise.withResolvers<void>();
    test.world.fail('observeVolume', { kind: 'hold', at: 'after', until });
    const looking = test.instance.look('thorough');
    await test.quiet();
    accepted(await test.extend(20));
    await test.quiet();
    open();
    await looking;
    await test.settle();
    expect(test.operations().map(({ kind }) => kind)).toEqual(['extend_volume', 'provision']);
    expect([test.state().volumeSizeGb, test.volume.sizeGb]).toEqual([20, 20]);
  });
});

describe('the volume’s turn', () => {
  it('comes in one tick of six of a running instance, and after each change', async () => {
    const test = await new TestInstance().provisioned();
    const looks: number[] = [];
    for (let tick = 0; tick < 13; tick += 1) {
      const before = test.world.countOf('observeVolume');
      await test.runAlarm();
      looks.push(test.world.countOf('observeVolume') - before);
    }
    expect(looks).toEqual([1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1]);
    accepted(await test.change('restart'));
    await test.settle();
    const before = test.world.countOf('observeVolume');
    await test.instance.look();
    expect(test.world.countOf('observeVolume') - before).toBe(1);
  });

  it('comes about as often where each tick has a process of its own', async () => {
    const test = await new TestInstance().provisioned();
    await test.runAlarm();
    const before = test.world.countOf('observeVolume');
    const machines = test.world.countOf('observeMachine');
    for (let tick = 0; tick < 60; tick += 1) {
      await test.crash();
      await test.runAlarm();
    }
    expect(test.world.countOf('observeMachine') - machines).toBe(60);
    expect(test.world.countOf('observeVolume') - before).toBe(10);
  });

  it('comes again with the next tick where it did not answer', async () => {
    const test = await new TestInstance().provisioned();
    test.world.fail('observeVolume', { kind: 'before', error: 'unavailable' }, { times: 3 });
    for (let tick = 0; tick < 5; tick += 1) await test.runAlarm();
    expect(test.world.countOf('observeVolume')).toBe(4);
    expect(test.logged.filter((line) => line.startsWith('observation failed'))).toHaveLength(1);
    expect(test.logged.filter((line) => line.startsWith('observation answers again'))).toHaveLength(1);
  });
});
