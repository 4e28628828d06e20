/** A stored `custom` without a machine size has no hardware behind it: it reads as null everywhere, and never spreads. */
import { describe, expect, it } from 'vitest';
import { readDebugState, readStatus } from './read.ts';
import { accepted, TestInstance } from './testing/test-instance.ts';

/** A stopped instance whose record says `custom`, and no machine size; its machine is gone, so that none is learned. */
async function incoherent(): Promise<TestInstance> {
  const test = await new TestInstance().stopped();
  test.world.machines.length = 0;
  test.world.capabilities = { ...test.world.capabilities, observesHardware: false };
  test.rewrite({ instanceType: 'custom', machineSize: null, built: null });
  return test;
}

function planOf(answer: Awaited<ReturnType<TestInstance['resize']>>) {
  const value = accepted(answer);
  if (!('plan' in value)) throw new Error('a plan was asked for');
  return value.plan;
}

describe('custom without a machine size', () => {
  it('reads as null in status, debug-status and the registry, and reading writes nothing back', async () => {
    const test = await incoherent();
    const written = test.storage.rowsWritten;
    const { instance } = test;
    const caller = test.caller();
    expect(accepted(readStatus(instance, caller)).instanceType).toBeNull();
    const debug = accepted(await readDebugState(instance, caller, { live: false }));
    expect([debug.instanceType, debug.whyThisSize.billed.instanceType]).toEqual([null, null]);
    expect([test.state().instanceType, test.storage.rowsWritten]).toEqual(['custom', written]);
    instance.settleDebt();
    await test.settle();
    expect(test.registry.row?.instanceType).toBeNull();
  });

  it('reads as null in a plan', async () => {
    const test = await incoherent();
    const plan = planOf(await test.resize('perf-4-8', { dryRun: true }));
    expect(plan.before.instanceType).toBeNull();
    expect(plan.after.instanceType).toBe('perf-4-8');
  });

  it('reads as null in what a resize calls the tier before, and in its audit rows', async () => {
    const test = await incoherent();
    const { id, result } = await test.done(test.resize('perf-4-8'));
    expect(result).toMatchObject({ previousTier: null, newTier: 'perf-4-8' });
    const rows = [...test.registry.audit.values()].filter(({ operationId }) => operationId === id);
    expect(rows.map(({ before }) => before)).toMatchObject([{ instanceType: null }, { instanceType: null }]);
  });

  it('is not spread by provisioning again', async () => {
    const test = await incoherent();
    await test.done(test.provision({ name: 'renamed' }));
    expect(test.status()).toMatchObject({ name: 'renamed', instanceType: null, machineSize: null });
    expect(test.registry.row).toMatchObject({ name: 'renamed', instanceType: null });
    expect(test.newestOperation().after).toMatchObject({ instanceType: null });
  });
});
