import type { ProviderCapabilities } from '@kiloclaw/platform-contract';
import { A_CLOUD } from '@kiloclaw/platform-contract/testing';
import { describe, expect, it } from 'vitest';
import { planHardware } from './provision-plan.ts';
import { accepted, refusal } from './testing/test-instance.ts';

const ODD = { cpus: 2, memory_mb: 6144, cpu_kind: 'performance' } as const;
const PERF_4_8 = { cpus: 4, memory_mb: 8192, cpu_kind: 'performance' } as const;

type Asked = Partial<Parameters<typeof planHardware>[0]>;

function planned(asked: Asked, capabilities: ProviderCapabilities = A_CLOUD) {
  const nothing = { instanceType: null, machineSize: null, volumeSizeGb: null };
  return planHardware({ ...nothing, ...asked }, capabilities);
}

describe('the hardware of a fresh instance', () => {
  it('is the default tier’s where nothing is named', () => {
    expect(accepted(planned({}))).toMatchObject({ instanceType: 'perf-1-3', volumeSizeGb: 10 });
  });

  it('is the named tier’s, with its volume', () => {
    expect(accepted(planned({ instanceType: 'perf-4-16' }))).toMatchObject({
      machineSize: { cpus: 4, memory_mb: 16384 },
      volumeSizeGb: 40,
    });
  });

  it('may be any machine size: it counts as custom, or as the tier that it matches', () => {
    expect(accepted(planned({ machineSize: ODD, volumeSizeGb: 25 }))).toEqual({
      instanceType: 'custom',
      machineSize: ODD,
      volumeSizeGb: 25,
    });
    expect(accepted(planned({ machineSize: PERF_4_8 }))).toMatchObject({ instanceType: 'perf-4-8' });
  });

  it.each<Asked>([
    { instanceType: 'shared-2-3' },
    { machineSize: { cpus: 2, memory_mb: 3072, cpu_kind: 'shared' } },
  ])('is never a legacy tier’s: %j', (asked) =>
    expect(refusal(planned(asked)).code).toBe('tier_not_offered'),
  );

  it('has no volume size where volumes are the host’s disk', () => {
    const unsized = { ...A_CLOUD, volumesAreSized: false };
    expect(accepted(planned({ instanceType: 'perf-4-8' }, unsized)).volumeSizeGb).toBeNull();
    expect(accepted(planned({ machineSize: ODD, volumeSizeGb: 25 }, unsized)).volumeSizeGb).toBeNull();
  });
});
