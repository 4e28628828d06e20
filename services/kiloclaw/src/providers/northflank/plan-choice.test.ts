import { INSTANCE_TIERS, type MachineSize, OFFERED_TIER_KEYS, tierOf } from '@kiloclaw/instance-tiers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProviderError } from '../provider-error.ts';
import { createPlanChoice, PLAN_VARIABLES, type PlanSettings, planVariableOf } from './plan-choice.ts';
import { findPlan, PLANS, planOfSize, smallestPlanFor } from './plans.ts';

const USUAL: PlanSettings = {
  NF_DEPLOYMENT_PLAN_PERF_1_3: 'nf-compute-100-4',
  NF_DEPLOYMENT_PLAN_PERF_4_8: 'nf-compute-400',
  NF_DEPLOYMENT_PLAN_PERF_4_16: 'nf-compute-400-16',
};
const PERF_1_3 = tierOf('perf-1-3').machineSize;
const PERF_4_8 = tierOf('perf-4-8').machineSize;
const PERF_4_16 = tierOf('perf-4-16').machineSize;

const planIds = fc.constantFrom(...PLANS.map(({ id }) => id));
const planSettings: fc.Arbitrary<PlanSettings> = fc.record(
  Object.fromEntries(['NF_DEPLOYMENT_PLAN', ...PLAN_VARIABLES].map((name) => [name, planIds])),
  { requiredKeys: [] },
);
const machineSizes: fc.Arbitrary<MachineSize> = fc.oneof(
  fc.constantFrom(...INSTANCE_TIERS.map(({ machineSize }) => ({ ...machineSize }))),
  fc.record({
    cpus: fc.integer({ min: 1, max: 24 }),
    memory_mb: fc.integer({ min: 1, max: 44 }).map((gb) => gb * 1_024),
    cpu_kind: fc.constantFrom('shared' as const, 'performance' as const),
  }),
);

function refusalOf(work: () => unknown): ProviderError {
  try {
    work();
  } catch (error) {
    if (error instanceof ProviderError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('the plans', () => {
  it('stand from the smallest to the largest, so that the first that holds a size is the smallest', () => {
    const ranks = PLANS.map(({ cpus, memory_mb }) => cpus * 1_000_000 + memory_mb);
    expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
  });

  it('say their CPUs in hundredths, and their RAM where there is more than one of as many CPUs', () => {
    for (const { id, cpus, memory_mb } of PLANS) {
      const [, hundredths, gb] = /^nf-compute-(\d+)(?:-(\d+))?$/.exec(id) ?? [];
      expect(Number(hundredths), id).toBe(cpus * 100);
      expect(gb === undefined ? memory_mb : Number(gb) * 1_024, id).toBe(memory_mb);
    }
  });

  it('hold what is asked of the smallest, and none that is smaller does', () => {
    fc.assert(
      fc.property(machineSizes, (size) => {
        const plan = smallestPlanFor(size);
        const holding = PLANS.filter(
          ({ cpus, memory_mb }) => cpus >= size.cpus && memory_mb >= size.memory_mb,
        );
        expect(plan).toEqual(holding[0] ?? null);
      }),
    );
  });
});

describe('the plan of a tier', () => {
  it.each([
    ['perf-1-3', 'NF_DEPLOYMENT_PLAN_PERF_1_3'],
    ['perf-4-8', 'NF_DEPLOYMENT_PLAN_PERF_4_8'],
    ['perf-4-16', 'NF_DEPLOYMENT_PLAN_PERF_4_16'],
    ['shared-2-3', 'NF_DEPLOYMENT_PLAN_SHARED_2_3'],
    ['shared-2-4', 'NF_DEPLOYMENT_PLAN_SHARED_2_4'],
  ] as const)('%s is named by %s', (key, variable) => {
    expect(planVariableOf(key)).toBe(variable);
    const choice = createPlanChoice({ [variable]: 'nf-compute-800-24' });
    expect(choice.fit(tierOf(key).machineSize)).toMatchObject({ cpus: 8, memory_mb: 24_576 });
  });

  it('is what is given, more than the tier asks for where no plan is just that large', () => {
    const { fit } = createPlanChoice(USUAL);
    expect(fit(PERF_1_3)).toEqual({ cpus: 1, memory_mb: 4_096, cpu_kind: 'performance' });
    expect(fit(PERF_4_8)).toEqual(PERF_4_8);
    expect(fit(PERF_4_16)).toEqual(PERF_4_16);
  });

  it('falls back to the one for all, and says what that gives: never more than there is', () => {
    const { fit } = createPlanChoice({
      ...USUAL,
      NF_DEPLOYMENT_PLAN_PERF_4_16: undefined,
      NF_DEPLOYMENT_PLAN: 'nf-compute-200',
    });
    expect(fit(PERF_4_16)).toEqual({ cpus: 2, memory_mb: 4_096, cpu_kind: 'performance' });
    expect(fit(PERF_4_8)).toEqual(PERF_4_8);
  });

  it.each(OFFERED_TIER_KEYS)(
    'of %s is refused by the names of its variables where none is configured',
    (key) => {
      const { kind, message } = refusalOf(() => createPlanChoice({}).fit(tierOf(key).machineSize));
      expect(kind).toBe('invalid');
      expect(message).toContain(planVariableOf(key));
      expect(message).toMatch(/or NF_DEPLOYMENT_PLAN\./);
    },
  );

  it('is the smallest that holds it for a legacy tier, whatever the one for all is', () => {
    const { fit } = createPlanChoice({ NF_DEPLOYMENT_PLAN: 'nf-compute-100-1' });
    for (const key of ['shared-2-3', 'shared-2-4'] as const) {
      expect(fit(tierOf(key).machineSize)).toEqual({ cpus: 2, memory_mb: 4_096, cpu_kind: 'shared' });
    }
  });

  it('is refused by its variable where nobody knows its size', () => {
    const { kind, message } = refusalOf(() => createPlanChoice({ NF_DEPLOYMENT_PLAN_PERF_4_8: 'gpu-1' }));
    expect([kind, message]).toEqual([
      'invalid',
      expect.stringContaining('NF_DEPLOYMENT_PLAN_PERF_4_8: gpu-1'),
    ]);
  });
});

describe('any other size', () => {
  it('takes the smallest plan that holds it', () => {
    const { fit } = createPlanChoice(USUAL);
    const asked = { cpus: 3, memory_mb: 5_120, cpu_kind: 'performance' } as const;
    expect(fit(asked)).toEqual({ cpus: 4, memory_mb: 8_192, cpu_kind: 'performance' });
  });

  it('is refused as too large where no plan holds it', () => {
    const asked = { cpus: 64, memory_mb: 65_536, cpu_kind: 'performance' } as const;
    expect(refusalOf(() => createPlanChoice(USUAL).fit(asked)).kind).toBe('host_too_small');
  });
});

describe('under any configuration', () => {
  it('what is given is the size of a plan, of the kind that was asked, and asks for that very plan again', () => {
    fc.assert(
      fc.property(planSettings, machineSizes, (settings, asked) => {
        const choice = createPlanChoice(settings);
        let given: MachineSize;
        try {
          given = choice.fit(asked);
        } catch (error) {
          expect(error).toBeInstanceOf(ProviderError);
          return;
        }
        expect(given.cpu_kind).toBe(asked.cpu_kind);
        const plan = findPlan(choice.planIdOf(given));
        expect(plan).toMatchObject({ cpus: given.cpus, memory_mb: given.memory_mb });
        expect(planOfSize(given)).not.toBeNull();
      }),
    );
  });

  it('a size that is on no tier is never given less than was asked', () => {
    fc.assert(
      fc.property(planSettings, machineSizes, (settings, asked) => {
        fc.pre(
          !INSTANCE_TIERS.some(({ machineSize }) => JSON.stringify(machineSize) === JSON.stringify(asked)),
        );
        fc.pre(smallestPlanFor(asked) !== null);
        const given = createPlanChoice(settings).fit(asked);
        expect(given.cpus).toBeGreaterThanOrEqual(asked.cpus);
        expect(given.memory_mb).toBeGreaterThanOrEqual(asked.memory_mb);
      }),
    );
  });

  it('a plan counts as a tier where that tier alone is given it, and as none where others are too', () => {
    fc.assert(
      fc.property(planSettings, planIds, (settings, planId) => {
        const choice = createPlanChoice(settings);
        const plan = findPlan(planId);
        if (plan === null) throw new Error('not in the list');
        const given = INSTANCE_TIERS.filter(({ key, offered, machineSize }) => {
          const own = settings[planVariableOf(key)];
          const fallback = offered ? settings.NF_DEPLOYMENT_PLAN : smallestPlanFor(machineSize)?.id;
          return (own ?? fallback) === planId;
        });
        const nominal = choice.nominalSizeOf(plan);
        if (given.length === 1) expect(nominal).toEqual(given[0]?.machineSize);
        else if (given.length > 1) expect(nominal).toBeNull();
        else if (nominal !== null)
          expect(nominal).toMatchObject({ cpus: plan.cpus, memory_mb: plan.memory_mb });
      }),
    );
  });

  it('a plan that no tier is given counts as its own size, unless a tier has that size', () => {
    const choice = createPlanChoice({ ...USUAL, NF_DEPLOYMENT_PLAN_PERF_4_8: 'nf-compute-800-8' });
    const nominal = (planId: string) =>
      choice.nominalSizeOf(findPlan(planId) ?? { id: '', cpus: 0, memory_mb: 0 });
    expect(nominal('nf-compute-100-4')).toEqual(PERF_1_3);
    expect(nominal('nf-compute-800-8')).toEqual(PERF_4_8);
    expect(nominal('nf-compute-400')).toBeNull();
    expect(nominal('nf-compute-200')).toBeNull();
    expect(nominal('nf-compute-200-8')).toEqual({ cpus: 2, memory_mb: 8_192, cpu_kind: 'performance' });
  });

  it('of two plans with one size, the configured one is asked for', () => {
    const choice = createPlanChoice({ NF_DEPLOYMENT_PLAN: 'nf-compute-200-4' });
    expect(choice.planIdOf(choice.fit(PERF_1_3))).toBe('nf-compute-200-4');
  });
});
