import { describe, expect, it } from 'vitest';
import { recall } from '../restore.ts';
import { TestInstance } from '../testing/test-instance.ts';

/** At rest and restored, with a machine that does not say where its size came from: nobody knows what it was built as. */
async function ofUnknownBuild(): Promise<TestInstance> {
  const test = await new TestInstance().stopped();
  await test.loseStorage();
  test.machine.sizeSource = null;
  expect(await recall(test.instance, test.caller(), 'status')).toEqual({ kind: 'present' });
  await test.settle();
  expect(test.state().built).toBeNull();
  return test;
}

describe('a machine that nobody knows how it was built', () => {
  it.each([
    ['is made anew on its volume where its configuration can’t be changed in place', true, 2, 0],
    ['is changed in place where it can', false, 1, 1],
  ])('%s', async (_what, configurationIsFixed, created, updated) => {
    const test = await ofUnknownBuild();
    test.world.configurationIsFixed = configurationIsFixed;
    await test.done(test.provision({ image: 'example/image:2' }));
    expect((await test.done(test.change('start'))).status).toBe('succeeded');
    const { spec, mountedVolumeId } = test.machine;
    expect(spec.image).toBe('example/image:2');
    expect(spec.configurationFingerprint).toBe(test.state().built?.configurationFingerprint);
    expect([mountedVolumeId, test.world.machines.length]).toEqual([test.volume.id, 1]);
    const calls = ['createMachine', 'updateMachine'] as const;
    expect(calls.map((call) => test.world.countOf(call))).toEqual([created, updated]);
  });

  it('changes in its size alone where its configuration is not known either', async () => {
    const test = await ofUnknownBuild();
    test.world.configurationIsFixed = true;
    const { image } = test.machine.spec;
    await test.done(test.setOverride('perf-4-8'));
    expect((await test.done(test.change('start'))).status).toBe('succeeded');
    expect(test.machine.spec).toMatchObject({ image, size: { cpus: 4, memory_mb: 8192 } });
    expect([test.world.countOf('createMachine'), test.world.countOf('changeMachineSize')]).toEqual([1, 1]);
  });
});
