import { describe, expect, it } from 'vitest';
import { accepted, INSTANCE_ID, refusal, TestInstance } from '../testing/test-instance.ts';

const PERF_4_8 = { cpus: 4, memory_mb: 8192, cpu_kind: 'performance' };

describe('a resize', () => {
  it('puts a stopped instance on its tier, in machine, volume, record and registry, and tells from what to what', async () => {
    const test = await new TestInstance().stopped();
    accepted(await test.resize('perf-4-8'));
    await test.settle();
    const hardware = { instanceType: 'perf-4-8', machineSize: PERF_4_8, volumeSizeGb: 20 };
    expect([test.state(), test.registry.row]).toMatchObject([hardware, hardware]);
    expect(test.world.machineOf(INSTANCE_ID)).toMatchObject({ state: 'stopped', spec: { size: PERF_4_8 } });
    expect(test.world.volumes).toMatchObject([{ sizeGb: 20 }]);
    expect(test.newestOperation().result).toMatchObject({
      previousTier: 'perf-1-3',
      newTier: 'perf-4-8',
      clearedOverride: null,
      needsStart: true,
    });
  });

  it.each([
    ['perf-1-3', 'volume_would_shrink'],
    ['perf-4-8', 'not_an_upgrade'],
    ['shared-2-4', 'tier_not_offered'],
  ] as const)('from perf-4-8 to %s is refused by the object itself: %s', async (target, code) => {
    const test = await new TestInstance().provisioned({ instanceType: 'perf-4-8' });
    accepted(await test.change('stop'));
    await test.settle();
    expect(refusal(await test.resize(target)).code).toBe(code);
    expect(test.newestOperation().kind).toBe('stop');
  });

  it('needs a stopped instance where its provider does, and stops it itself when told to', async () => {
    const test = await new TestInstance().provisioned();
    expect(refusal(await test.resize('perf-4-8')).code).toBe('instance_not_stopped');
    accepted(await test.resize('perf-4-8', { apply: 'now' }));
    await test.settle();
    expect(test.state()).toMatchObject({
      status: 'running',
      instanceType: 'perf-4-8',
      applied: { given: PERF_4_8 },
    });
  });

  it('is refused in a plain sentence where the provider can’t', async () => {
    const test = await new TestInstance().stopped();
    test.world.capabilities = { ...test.world.capabilities, resize: false };
    expect(refusal(await test.resize('perf-4-8'))).toMatchObject({ code: 'provider_unsupported' });
  });

  it('is measured by the instance’s own size, and ends the override: its answer and the registry say so', async () => {
    const test = await new TestInstance().stopped();
    accepted(await test.setOverride('perf-4-16'));
    await test.settle();
    expect(test.registry.row?.adminSizeOverride).toMatchObject({ preset: 'perf-4-16' });
    accepted(await test.resize('perf-4-8'));
    await test.settle();
    expect(test.newestOperation().result).toMatchObject({
      clearedOverride: { preset: 'perf-4-16', reason: 'out of memory' },
    });
    expect(test.state().adminMachineSizeOverride).toBeNull();
    expect(test.registry.row?.adminSizeOverride).toBeNull();
  });
});

describe('the plan of a resize', () => {
  it.each([
    ['where the volume grows', true, 10, ['volume_growth']],
    ['not where the volume has the size already', true, 20, []],
    ['not where volumes are the host’s disk', false, 10, []],
  ] as const)(
    'warns of what can’t be taken back %s',
    async (_case, volumesAreSized, sizeGb, irreversible) => {
      const test = await new TestInstance().stopped();
      if (sizeGb !== 10) {
        accepted(await test.extend(sizeGb));
        await test.settle();
      }
      test.world.capabilities = { ...test.world.capabilities, volumesAreSized };
      const answer = accepted(await test.resize('perf-4-8', { dryRun: true }));
      expect(answer).toMatchObject({ plan: { allowed: true, irreversible } });
    },
  );
});
