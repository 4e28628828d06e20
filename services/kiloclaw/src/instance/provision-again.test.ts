/** Provisioning again is a change of configuration: whatever hardware the instance has, it keeps. */
import { describe, expect, it } from 'vitest';
import type { Vault } from './deps.ts';
import { accepted, refusal, TestInstance } from './testing/test-instance.ts';

const LEGACY = {
  instanceType: 'shared-2-4',
  machineSize: { cpus: 2, memory_mb: 4096, cpu_kind: 'shared' },
} as const;

const HARDWARE: Record<string, (test: TestInstance) => Promise<unknown>> = {
  'of a tier': async () => {},
  'of an extended volume': (test) => test.extend(15),
  'of a legacy tier': async (test) => test.rewrite(LEGACY),
  'that nobody knows': async (test) =>
    test.rewrite({ instanceType: null, machineSize: null, volumeSizeGb: null }),
  'under an override': (test) => test.setOverride('perf-4-16'),
};

function hardwareOf({
  instanceType,
  machineSize,
  volumeSizeGb,
  adminMachineSizeOverride,
}: ReturnType<TestInstance['state']>) {
  return { instanceType, machineSize, volumeSizeGb, adminMachineSizeOverride };
}

describe('provisioning again', () => {
  it.each(Object.entries(HARDWARE))('keeps hardware %s', async (_name, prepare) => {
    const test = await new TestInstance().stopped();
    await prepare(test);
    await test.settle();
    const before = hardwareOf(test.state());
    const { kind, status } = await test.done(test.provision({ env: { COLOUR: 'red' } }));
    expect(hardwareOf(test.state())).toEqual(before);
    expect([kind, status]).toEqual(['update_config', 'succeeded']);
  });

  it('takes a known size without a label for what it reads as', async () => {
    const test = await new TestInstance().stopped();
    test.rewrite({ instanceType: null });
    accepted(await test.provision({ instanceType: 'perf-1-3' }));
    expect(refusal(await test.provision({ instanceType: 'perf-4-8' })).code).toBe('use_resize');
  });

  it('changes what it names alone, also where another one was quicker', async () => {
    const test = await new TestInstance().provisioned({ env: { COLOUR: 'red' }, secrets: { WORD: 'old' } });
    const { vault } = test;
    const reached = Promise.withResolvers<void>();
    const free = Promise.withResolvers<void>();
    const seal: Vault['seal'] = async (...asked) => {
      reached.resolve();
      await free.promise;
      return vault.seal(...asked);
    };
    test.vault = { ...vault, seal };
    const slow = test.provision({ secrets: { WORD: 'new' } });
    await reached.promise;
    test.vault = vault;
    await test.done(test.provision({ env: { COLOUR: 'blue' } }));
    free.resolve();
    await test.done(slow);
    await test.done(test.change('restart'));
    expect(test.machine.spec.env).toMatchObject({ COLOUR: 'blue', WORD: 'new' });
  });
});
