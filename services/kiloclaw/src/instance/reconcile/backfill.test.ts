import { resolveInstanceTypeFromState } from '@kiloclaw/instance-tiers';
import { A_CLOUD } from '@kiloclaw/platform-contract/testing';
import { describe, expect, it } from 'vitest';
import type { InstanceState } from '../state.ts';
import { accepted, refusal, TestInstance } from '../testing/test-instance.ts';

const UNKNOWN = { machineSize: null, instanceType: null, volumeSizeGb: null };
const LEARNED = {
  instanceType: 'perf-1-3',
  machineSize: { cpus: 1, memory_mb: 3072, cpu_kind: 'performance' },
  volumeSizeGb: 10,
} as const;

/** An instance from before tiers: nobody knows its size but the provider. */
async function inherited(
  more: Partial<InstanceState> = {},
  prepare: (test: TestInstance) => unknown = () => undefined,
): Promise<TestInstance> {
  const test = await new TestInstance().provisioned();
  await prepare(test);
  await test.store({ ...UNKNOWN, ...more });
  return test;
}

describe('an unknown size', () => {
  it('is learned by the alarm, with its volume, and has an entry in the timeline', async () => {
    const test = await inherited();
    await test.runAlarm();
    expect(test.state()).toMatchObject(LEARNED);
    const adopted = [{ what: 'hardware_learned', from: null, to: 'perf-1-3' }];
    expect(test.newestOperation()).toMatchObject({ kind: 'repair', result: { adopted } });
    await test.settle();
    expect(test.registry.row).toMatchObject(LEARNED);
    const before = test.storage.rowsWritten;
    await test.lookTwice();
    expect([test.storage.rowsWritten, test.operations().length]).toEqual([before, 2]);
  });

  it('is learned by the live check behind a view', async () => {
    const test = await inherited();
    test.clock.advance(60_000);
    test.instance.looks.liveCheck();
    await test.quiet();
    expect(test.state()).toMatchObject(LEARNED);
  });

  it('is learned by a start, which uses exactly that', async () => {
    const test = await inherited({}, async (prepared) => {
      accepted(await prepared.change('stop'));
      await prepared.settle();
    });
    accepted(await test.change('start'));
    await test.settle();
    expect(test.state()).toMatchObject({ ...LEARNED, status: 'running' });
    expect(test.machine.spec.size).toEqual(LEARNED.machineSize);
  });

  it('is not learned by half: without the volume’s answer it stays unknown', async () => {
    const test = await inherited();
    test.world.fail('observeVolume', { kind: 'before', error: 'unavailable' });
    await test.instance.look();
    expect(test.state()).toMatchObject(UNKNOWN);
    await test.instance.look();
    expect(test.state()).toMatchObject(LEARNED);
  });

  it('is not learned from a look that an operation overtook', async () => {
    const test = await inherited();
    const { promise: until, resolve: open } = Promise.withResolvers<void>();
    test.world.fail('observeMachine', { kind: 'hold', at: 'after', until });
    const looking = test.instance.look();
    await test.quiet();
    accepted(await test.change('stop'));
    await test.quiet();
    open();
    await looking;
    expect(test.state()).toMatchObject({ ...UNKNOWN, status: 'stopped' });
  });
});

describe('a lent size', () => {
  const lent = () =>
    inherited({}, async (test) => {
      accepted(await test.setOverride('perf-4-8', { apply: 'now' }));
      await test.settle();
    });

  it('teaches nothing while it is active, nor after its clear while it is still applied', async () => {
    const test = await lent();
    await test.lookTwice();
    expect(test.state()).toMatchObject({ machineSize: null, instanceType: null });
    accepted(await test.clearOverride());
    await test.lookTwice();
    expect(test.state()).toMatchObject({ machineSize: null, instanceType: null });
    expect(test.state().applied?.source).toBe('override');
  });

  it('leaves the volume to be learned: that is never lent', async () => {
    const test = await lent();
    await test.lookTwice();
    expect(test.state().volumeSizeGb).toBe(10);
  });
});

describe('a custom instance', () => {
  it('without a size reads as null, and gets the label of what is there', async () => {
    const test = await inherited({ instanceType: 'custom' });
    test.world.fail('observeMachine', { kind: 'before', error: 'unavailable' }, { times: 100 });
    await test.instance.look();
    expect(resolveInstanceTypeFromState(test.state())).toBeNull();
    expect(test.status().instanceType).toBeNull();
    await test.settle();
    expect(test.registry.row?.instanceType).toBeNull();
    test.world.heal();
    await test.instance.look();
    expect(test.state()).toMatchObject(LEARNED);
  });

  it('with a size is never relabelled by what is observed', async () => {
    const test = await inherited({ ...LEARNED, instanceType: 'custom' });
    await test.lookTwice();
    expect([test.state().instanceType, test.operations().length]).toEqual(['custom', 1]);
  });
});

describe('a known size without a label', () => {
  it('is stored as its label', async () => {
    const test = await inherited({ ...LEARNED, instanceType: null });
    await test.instance.look();
    expect(test.state().instanceType).toBe('perf-1-3');
    expect(test.newestOperation().result).toEqual({
      adopted: [{ what: 'label_learned', from: null, to: 'perf-1-3' }],
    });
  });
});

describe('what a provider tells', () => {
  it('is labelled without its CPU kind where that cannot be observed', async () => {
    const test = await inherited();
    test.world.capabilities = { ...A_CLOUD, cpuKindsObservable: false };
    test.machine.told = { size: { ...LEARNED.machineSize, cpu_kind: 'shared' } };
    await test.instance.look();
    expect(test.state()).toMatchObject(LEARNED);
  });

  it.each([
    ['an unknown CPU kind', { cpus: 1, memory_mb: 3072, cpu_kind: 'quantum' }],
    ['absurd CPUs', { cpus: 1_000_000, memory_mb: 3072, cpu_kind: 'performance' }],
    ['half a CPU', { cpus: 0.5, memory_mb: 3072, cpu_kind: 'performance' }],
    ['nothing', null],
  ])('is logged once and ignored: %s', async (_what, size) => {
    const test = await inherited({ volumeSizeGb: 10 });
    test.machine.told = { size: size as never };
    const before = test.state();
    for (let look = 0; look < 4; look += 1) await test.instance.look();
    expect(test.state()).toEqual(before);
    expect(test.logged.filter((line) => line.startsWith('machine size not told'))).toHaveLength(1);
  });

  it('is never taken by a start in place of a size: that is refused with the way out', async () => {
    const test = await inherited({ volumeSizeGb: 10 }, async (prepared) => {
      accepted(await prepared.change('stop'));
      await prepared.settle();
      prepared.world.machines.length = 0;
    });
    const started = await test.change('start', { waitMs: 0 });
    await test.settle();
    const { status, error } = test.newestOperation();
    expect([started.ok, status, error?.code]).toEqual([true, 'failed', 'configuration_unknown']);
    expect(error?.message).toContain('Resize');
    expect(test.world.machines).toEqual([]);
  });
});

describe('a plan for an unknown size', () => {
  it('looks first', async () => {
    const test = await inherited();
    expect(refusal(await test.resize('perf-1-3')).code).toBe('not_an_upgrade');
    expect(test.state()).toMatchObject(LEARNED);
  });
});
