/** A record made anew while the provider did not show the instance's volume: it is there, and is found again. */
import { expect, it } from 'vitest';
import { Instance } from './instance.ts';
import { recall } from './restore.ts';
import { accepted, TestInstance } from './testing/test-instance.ts';

/** Restored by a look that a list, which lags, has kept the volume from. */
async function restoredBlind(): Promise<TestInstance> {
  const test = await new TestInstance().provisioned();
  await test.loseStorage();
  const provider = test.instance.deps.provider('fly');
  const { deps } = test.instance;
  const blind = { ...provider, findVolume: async () => null };
  test.instance = new Instance({ ...deps, provider: () => blind });
  expect(await recall(test.instance, test.caller(), 'status')).toEqual({ kind: 'present' });
  expect(await test.settle()).toBe(true);
  await test.crash();
  return test;
}

it('is found by the next look', async () => {
  const test = await restoredBlind();
  expect(test.findings()).toContain('volume_missing');
  await test.lookTwice();
  expect([test.state().resources.volumeId, test.findings()]).toEqual(['vol_1', []]);
});

it('is not replaced by an empty one', async () => {
  const test = await restoredBlind();
  accepted(await test.provision({ image: 'example/image:1' }));
  await test.settle();
  await test.replaceVolume();
  await test.settle();
  expect(test.world.volumes.map(({ id }) => id)).toEqual(['vol_1']);
  expect(test.machine.mountedVolumeId).toBe('vol_1');
});
