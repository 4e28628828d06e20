import { expect, it } from 'vitest';
import { accepted, INSTANCE_ID, TestInstance } from '../testing/test-instance.ts';

it('refuses a machine that was recorded as stopped and runs after all, changes nothing, and says that it runs', async () => {
  const test = await new TestInstance().stopped();
  const machine = test.world.machineOf(INSTANCE_ID);
  if (machine === null) throw new Error('no machine');
  machine.state = 'running';
  accepted(await test.resize('perf-4-8'));
  await test.settle();
  expect(test.newestOperation()).toMatchObject({
    kind: 'resize',
    status: 'failed',
    error: { code: 'instance_not_stopped' },
  });
  expect(test.state()).toMatchObject({ status: 'running', instanceType: 'perf-1-3', volumeSizeGb: 10 });
  expect([machine.spec.size.cpus, test.world.volumes[0]?.sizeGb]).toEqual([1, 10]);
});
