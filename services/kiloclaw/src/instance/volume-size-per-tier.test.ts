/** Both places that make a volume ask for the size that is on record: no provider’s own default can stand in for it. */
import { INSTANCE_TIERS, OFFERED_TIER_KEYS, tierOf } from '@kiloclaw/instance-tiers';
import { describe, expect, it } from 'vitest';
import { TestInstance } from './testing/test-instance.ts';

async function withLostVolume(test: TestInstance): Promise<TestInstance> {
  test.world.volumes.length = 0;
  for (let look = 0; look < 2; look += 1) await test.instance.look('thorough');
  return test;
}

describe('the volume of an instance', () => {
  it.each(OFFERED_TIER_KEYS)('is made with the size of %s', async (instanceType) => {
    const test = await new TestInstance().provisioned({ instanceType });
    expect(test.world.volumes.map(({ sizeGb }) => sizeGb)).toEqual([tierOf(instanceType).volumeSizeGb]);
  });

  it.each(INSTANCE_TIERS)('of $key is replaced by one of its size', async (tier) => {
    const { key: instanceType, machineSize, volumeSizeGb } = tier;
    const test = await new TestInstance().provisioned({ volumeSizeGb: 7, machineSize: { ...ODD } });
    await test.store({ instanceType, machineSize: { ...machineSize }, volumeSizeGb });
    await withLostVolume(test);
    await test.done(test.replaceVolume());
    expect(test.newestOperation()).toMatchObject({ kind: 'replace_volume', status: 'succeeded' });
    expect(test.world.volumes.map(({ sizeGb }) => sizeGb)).toEqual([volumeSizeGb]);
  });
});

const ODD = { cpus: 2, memory_mb: 5120, cpu_kind: 'performance' } as const;
