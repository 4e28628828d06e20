import { describe, expect, it } from 'vitest';
import { errorOf, newTarget, provisioned, send, statusOf } from '../testing/platform.ts';

describe('provisioning an instance again', () => {
  it('changes its configuration and keeps its hardware', async () => {
    const target = newTarget();
    const { machineSize, volumeSizeGb } = await provisioned(target, { instanceType: 'perf-4-8' });
    const again = await send('provision', { ...target, name: 'renamed', env: { A: 'b' } });
    expect(again.status).toBe(200);
    expect(again.body).toMatchObject({
      name: 'renamed',
      instanceType: 'perf-4-8',
      machineSize,
      volumeSizeGb,
    });
    expect((await send('provision', { ...target, instanceType: 'perf-4-8' })).status).toBe(200);
    const other = await send('provision', { ...target, instanceType: 'perf-4-16' });
    expect(errorOf(other)).toMatchObject({ status: 409, code: 'use_resize' });
    expect(await statusOf(target)).toMatchObject({ name: 'renamed', machineSize, volumeSizeGb });
  });
});

it.each([{ instanceType: 'shared-2-4' }, { machineSize: { cpus: 2, memory_mb: 4096, cpu_kind: 'shared' } }])(
  'refuses a legacy tier, by key and by numbers: %j',
  async (size) => {
    const target = newTarget();
    expect(errorOf(await send('provision', { ...target, ...size }))).toMatchObject({
      status: 422,
      code: 'tier_not_offered',
    });
    expect((await send('status', target)).status).toBe(404);
  },
);
