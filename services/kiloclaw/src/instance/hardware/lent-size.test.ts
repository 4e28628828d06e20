import { describe, expect, it } from 'vitest';
import { recall } from '../restore.ts';
import { accepted, INSTANCE_ID, TestInstance } from '../testing/test-instance.ts';

const PERF_1_3 = { cpus: 1, memory_mb: 3072, cpu_kind: 'performance' };
const PERF_4_16 = { cpus: 4, memory_mb: 16384, cpu_kind: 'performance' };

function machineSize(test: TestInstance) {
  return test.world.machineOf(INSTANCE_ID)?.spec.size;
}

function billed({ instanceType, machineSize, volumeSizeGb }: ReturnType<TestInstance['state']>) {
  return { instanceType, machineSize, volumeSizeGb };
}

async function restarted(test: TestInstance): Promise<void> {
  accepted(await test.change('restart'));
  await test.settle();
}

describe('a size override', () => {
  it('leaves a running machine, what is billed and the customer’s status as they are, until the next start', async () => {
    const test = await new TestInstance().provisioned();
    const before = [billed(test.state()), test.status()];
    accepted(await test.setOverride('perf-4-16'));
    await test.settle();
    expect([billed(test.state()), test.status()]).toEqual(before);
    expect(machineSize(test)).toEqual(PERF_1_3);
    await restarted(test);
    expect(machineSize(test)).toEqual(PERF_4_16);
    expect(billed(test.state())).toEqual(before[0]);
    accepted(await test.clearOverride());
    await test.settle();
    expect(machineSize(test)).toEqual(PERF_4_16);
    await restarted(test);
    expect(machineSize(test)).toEqual(PERF_1_3);
    expect(billed(test.state())).toEqual(before[0]);
  });

  it('stays through stops and starts until somebody clears it', async () => {
    const test = await new TestInstance().provisioned();
    accepted(await test.setOverride('perf-4-16'));
    await restarted(test);
    await restarted(test);
    expect(test.state().adminMachineSizeOverride).toMatchObject({ preset: 'perf-4-16' });
    expect(machineSize(test)).toEqual(PERF_4_16);
  });

  it('takes any machine size at the object: presets are the boundary’s', async () => {
    const test = await new TestInstance().provisioned();
    const machineSize = { cpus: 8, memory_mb: 32768, cpu_kind: 'performance' } as const;
    accepted(await test.setOverride('perf-4-8', { preset: null, machineSize }));
    const { adminMachineSizeOverride } = test.state();
    expect(adminMachineSizeOverride).toMatchObject({ machineSize, actorId: 'user_admin' });
    expect(adminMachineSizeOverride).not.toHaveProperty('preset');
  });

  it('is in the registry when it is set, and out of it when it is cleared', async () => {
    const test = await new TestInstance().provisioned();
    accepted(await test.setOverride('perf-4-16'));
    await test.settle();
    expect(test.registry.row?.adminSizeOverride).toEqual(test.state().adminMachineSizeOverride);
    accepted(await test.clearOverride());
    await test.settle();
    expect(test.registry.row?.adminSizeOverride).toBeNull();
  });
});

/** Each way on which a machine is built, begun on a stopped instance under an override. */
const BUILDS: Record<string, (test: TestInstance) => Promise<unknown>> = {
  'changed for a start': (test) => test.change('start'),
  'made for a start, since it is gone': (test) => {
    test.world.machines.length = 0;
    return test.change('start');
  },
  'changed with its configuration': (test) => test.provision({ env: { COLOUR: 'red' }, start: true }),
  'started on a configuration that nobody knows any more': async (test) => {
    await test.loseStorage();
    await recall(test.instance, test.caller());
    await test.settle();
    return test.change('start');
  },
};

describe('a machine under an override', () => {
  it.each(Object.entries(BUILDS))('has the lent size when it is %s', async (_name, build) => {
    const test = await new TestInstance().stopped();
    accepted(await test.setOverride('perf-4-16'));
    await test.settle();
    await build(test);
    await test.settle();
    expect(machineSize(test)).toEqual(PERF_4_16);
    expect(test.state()).toMatchObject({
      status: 'running',
      machineSize: PERF_1_3,
      applied: { given: PERF_4_16, source: 'override' },
    });
  });

  it('has it at once where its provider raises a running machine, and without a restart', async () => {
    const test = await new TestInstance().provisioned();
    test.world.capabilities = { ...test.world.capabilities, sizeAppliesAt: 'live_upwards' };
    accepted(await test.setOverride('perf-4-16', { apply: 'now' }));
    await test.settle();
    expect([machineSize(test), test.world.countOf('stopMachine')]).toEqual([PERF_4_16, 0]);
  });
});

describe('clearing an override that is not set', () => {
  it('succeeds, and overwrites a row that still shows one', async () => {
    const test = await new TestInstance().provisioned();
    const { row } = test.registry;
    if (row === null) throw new Error('there is no row');
    test.registry.row = { ...row, adminSizeOverride: { machineSize: PERF_4_16, reason: 'a phantom' } };
    accepted(await test.clearOverride());
    await test.settle();
    expect(test.newestOperation()).toMatchObject({ status: 'succeeded', result: { clearedOverride: null } });
    expect(test.registry.row?.adminSizeOverride).toBeNull();
  });
});
