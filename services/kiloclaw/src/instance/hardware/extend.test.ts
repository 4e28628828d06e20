import { describe, expect, it } from 'vitest';
import { accepted, refusal, TestInstance } from '../testing/test-instance.ts';

async function extendedTo(sizeGb: number): Promise<TestInstance> {
  const test = await new TestInstance().stopped();
  accepted(await test.extend(sizeGb));
  await test.settle();
  return test;
}

describe('an extend', () => {
  it('grows the volume at the provider, then the record, which counts as custom from then on', async () => {
    const test = await extendedTo(15);
    const extended = { instanceType: 'custom', volumeSizeGb: 15, machineSize: { cpus: 1, memory_mb: 3072 } };
    expect(test.world.volumes).toMatchObject([{ sizeGb: 15 }]);
    expect([test.state(), test.registry.row]).toMatchObject([extended, extended]);
    expect(test.newestOperation().result).toMatchObject({ previousSizeGb: 10, sizeGb: 15 });
  });

  it('is in the audit log with the size before and after', async () => {
    const test = await extendedTo(15);
    const { id } = test.newestOperation();
    const rows = [...test.registry.audit.values()].filter(({ operationId }) => operationId === id);
    expect(rows).toMatchObject([
      { outcome: 'requested', actorKind: 'admin', before: { volumeSizeGb: 10 }, after: null },
      { outcome: 'succeeded', before: { volumeSizeGb: 10 }, after: { volumeSizeGb: 15 } },
    ]);
  });

  it('counts for the tiers that fit afterwards', async () => {
    const test = await extendedTo(15);
    expect(refusal(await test.resize('perf-1-3')).code).toBe('volume_would_shrink');
    accepted(await test.resize('perf-4-8'));
    await test.settle();
    expect(test.state()).toMatchObject({ instanceType: 'perf-4-8', volumeSizeGb: 20 });
  });

  it.each([0, -1, 501, 12.5])('to %s GB is refused before the provider is asked', async (sizeGb) => {
    const test = await new TestInstance().provisioned();
    const calls = test.world.calls.length;
    expect(refusal(await test.extend(sizeGb))).toMatchObject({
      code: 'volume_size_out_of_range',
      details: { path: 'targetSizeGb' },
    });
    expect(test.world.calls.length).toBe(calls);
  });

  it('to less than there is is refused before the provider is asked', async () => {
    const test = await new TestInstance().provisioned();
    expect(refusal(await test.extend(9)).code).toBe('volume_not_larger');
    expect(test.world.countOf('extendVolume')).toBe(0);
  });

  it('of what was never provisioned is refused', async () => {
    expect(refusal(await new TestInstance().extend(15)).code).toBe('instance_not_found');
  });

  it('asked again grows nothing twice, and catches up with what nobody recorded', async () => {
    const test = await extendedTo(15);
    accepted(await test.extend(15));
    await test.settle();
    expect(test.world.extensions).toBe(1);
    const [volume] = test.world.volumes;
    if (volume === undefined) throw new Error('there is no volume');
    volume.sizeGb = 25;
    accepted(await test.extend(25));
    await test.settle();
    expect([test.state().volumeSizeGb, test.world.extensions]).toEqual([25, 1]);
  });

  it.each(['appName', 'volumeId'])(
    'that names another %s than the instance’s own is refused',
    async (field) => {
      const test = await new TestInstance().provisioned();
      expect(refusal(await test.extend(15, { [field]: 'somebody-elses' }))).toMatchObject({
        code: 'volume_mismatch',
        details: { path: field },
      });
      expect(test.world.countOf('extendVolume')).toBe(0);
    },
  );
});
