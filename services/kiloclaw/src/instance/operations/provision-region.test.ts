import { expect, it } from 'vitest';
import { TestInstance } from '../testing/test-instance.ts';

function withFullFirstRegion(): TestInstance {
  const test = new TestInstance();
  test.world.fill('host_1');
  test.world.addHost('host_2', 'fra');
  return test;
}

it('an instance of no particular region is made in the next one where the first is full, and says where it is', async () => {
  const test = await withFullFirstRegion().provisioned();
  expect(test.newestOperation().status).toBe('succeeded');
  expect([test.state().region, test.status().region, test.registry.row?.region]).toEqual([
    'fra',
    'fra',
    'fra',
  ]);
});

it('an instance that was asked for in a full region is not made elsewhere, and nothing of it is left', async () => {
  const test = await withFullFirstRegion().provisioned({ region: 'iad' });
  expect(test.newestOperation()).toMatchObject({ status: 'failed', error: { code: 'provider_capacity' } });
  expect([test.state().status, test.world.machines, test.world.volumes]).toEqual(['destroyed', [], []]);
});

it('an instance in another region than the first is provisioned again where it is', async () => {
  const test = await withFullFirstRegion().provisioned();
  await test.done(test.provision({ region: 'fra', env: { COLOUR: 'red' } }));
  expect(test.newestOperation()).toMatchObject({ kind: 'update_config', status: 'succeeded' });
});
