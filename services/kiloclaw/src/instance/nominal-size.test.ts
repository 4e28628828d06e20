/** Hardware that is sold as plans: a machine may have more than what it counts as. */
import { describe, expect, it } from 'vitest';
import type { MachineObservation } from '../providers/provider.ts';
import { appliedFrom } from './operations/machine-spec.ts';
import { TestInstance } from './testing/test-instance.ts';

const PERF_1_3 = { cpus: 1, memory_mb: 3072, cpu_kind: 'performance' } as const;
const PLAN_1_4 = { cpus: 1, memory_mb: 4096, cpu_kind: 'performance' } as const;
const PLAN_4_8 = { cpus: 4, memory_mb: 8192, cpu_kind: 'performance' } as const;

/** Nobody has recorded its hardware, and it is seen as told. */
async function seenAs(told: Partial<MachineObservation>): Promise<TestInstance> {
  const test = await new TestInstance().provisioned();
  test.world.capabilities = { ...test.world.capabilities, cpuKindsObservable: false };
  test.machine.told = told;
  await test.store({ instanceType: null, machineSize: null, applied: null, built: null });
  await test.lookTwice();
  return test;
}

describe('a machine on a plan', () => {
  it.each([{ sizeSource: 'tier' }, { sizeSource: null }] as const)(
    'that is one tier’s alone counts as that tier, and what it really has stays on record: %j',
    async (tag) => {
      const test = await seenAs({ size: PLAN_1_4, nominalSize: PERF_1_3, ...tag });
      expect(test.state()).toMatchObject({
        instanceType: 'perf-1-3',
        machineSize: PERF_1_3,
        applied: { asked: PERF_1_3, given: PLAN_1_4, shortfall: null },
        drift: [],
      });
    },
  );

  it('that could be several tiers’ is left without a label', async () => {
    const test = await seenAs({ size: PLAN_4_8, nominalSize: null });
    expect(test.state()).toMatchObject({ instanceType: null, machineSize: null });
  });

  it('teaches nothing where the adapter takes garbage for a size', async () => {
    const garbage = { cpus: -1, memory_mb: 3072, cpu_kind: 'performance' } as const;
    const test = await seenAs({ size: PLAN_1_4, nominalSize: garbage });
    expect(test.state()).toMatchObject({ instanceType: null, machineSize: null });
  });
});

describe('what was given', () => {
  const built = { sizeSource: 'tier', configurationFingerprint: null } as const;

  it('is no shortfall where it is more than was asked', () => {
    expect(appliedFrom({ ...built, asked: PERF_1_3, size: PLAN_1_4 }, {}).shortfall).toBeNull();
  });

  it.each([
    { cpus: 1, memory_mb: 8192, cpu_kind: 'performance' },
    { cpus: 8, memory_mb: 4096, cpu_kind: 'performance' },
  ] as const)('is clamped where one of CPUs and RAM is less: %j', (size) => {
    expect(appliedFrom({ ...built, asked: PLAN_4_8, size }, {}).shortfall).toBe('clamped');
  });
});
