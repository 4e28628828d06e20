/** Where a size applies at once, and the provider restarts the machine by itself: no stop, no start, a rollout. */

import { tierOf } from '@kiloclaw/instance-tiers';
import { A_CLOUD_OF_PLANS } from '@kiloclaw/platform-contract/testing';
import { describe, expect, it } from 'vitest';
import { accepted, TestInstance } from '../testing/test-instance.ts';
import type { ProviderMethod } from '../testing/world.ts';

const SMALL = tierOf('perf-1-3').machineSize;
const LARGE = tierOf('perf-4-8').machineSize;

function withAtOnce(): TestInstance {
  const test = new TestInstance();
  test.world.capabilities = A_CLOUD_OF_PLANS;
  return test;
}

async function planOf(answer: ReturnType<TestInstance['resize']>) {
  const planned = accepted(await answer);
  if (!('plan' in planned)) throw new Error('no plan was answered');
  const { allowed, requires, downtime } = planned.plan;
  return { allowed, requires, downtime };
}

function callsSince(test: TestInstance, before: number): ProviderMethod[] {
  const effects = ['extendVolume', 'changeMachineSize', 'updateMachine', 'stopMachine', 'startMachine'];
  return test.world.calls.slice(before).filter((call) => effects.includes(call));
}

/** Lets a machine hang, or fail, on any size but its own, once that was put on it. */
function hangOnAnotherSize(test: TestInstance, state: 'transient' | 'failed'): void {
  const { spec, ...machine } = test.machine;
  const stuck = {
    ...machine,
    spec,
    get told(): { state?: 'transient' | 'failed' } {
      return this.spec.size.cpus === spec.size.cpus ? {} : { state };
    },
  };
  test.world.machines.splice(0, 1, stuck);
}

describe('a resize of a running machine', () => {
  it.each(['manual', 'now'] as const)(
    'needs no stop: it grows the volume, changes the size and waits for the rollout (apply: %s)',
    async (apply) => {
      const test = await withAtOnce().provisioned();
      test.world.looksToSettle = 3;
      const before = test.world.calls.length;
      const plan = await planOf(test.resize('perf-4-8', { apply, dryRun: true }));
      expect(plan).toEqual({ allowed: true, requires: [], downtime: 'restart' });
      accepted(await test.resize('perf-4-8', { apply }));
      await test.quiet();
      expect([test.status().operation?.kind, test.state().instanceType]).toEqual(['resize', 'perf-1-3']);
      await test.settle();
      expect(callsSince(test, before)).toEqual(['extendVolume', 'changeMachineSize']);
      expect(test.newestOperation()).toMatchObject({ status: 'succeeded', result: { needsStart: false } });
      expect(test.state()).toMatchObject({
        status: 'running',
        instanceType: 'perf-4-8',
        machineSize: LARGE,
        volumeSizeGb: 20,
        drift: [],
        applied: { asked: LARGE, given: LARGE, source: 'tier' },
      });
      expect(test.machine).toMatchObject({ state: 'running', spec: { size: LARGE } });
    },
  );

  it('ends an override with it: the machine comes up on its new tier', async () => {
    const test = await withAtOnce().provisioned();
    await test.done(test.setOverride('perf-4-16', { apply: 'now' }));
    await test.done(test.resize('perf-4-8'));
    expect(test.state()).toMatchObject({ adminMachineSizeOverride: null, applied: { given: LARGE } });
    expect(test.machine.spec.size).toEqual(LARGE);
  });

  it.each(['host_full', 'quota', 'invalid'] as const)(
    'that is refused (%s) leaves it running as it was, and tells of the volume that has grown',
    async (error) => {
      const test = await withAtOnce().provisioned();
      test.world.fail('changeMachineSize', { kind: 'before', error });
      await test.done(test.resize('perf-4-8'));
      expect(test.newestOperation()).toMatchObject({ kind: 'resize', status: 'failed' });
      expect(test.state()).toMatchObject({
        status: 'running',
        instanceType: 'perf-1-3',
        machineSize: SMALL,
        volumeSizeGb: 20,
        drift: [{ kind: 'volume_above_tier' }],
        applied: { given: SMALL },
      });
      expect(test.machine).toMatchObject({ state: 'running', spec: { size: SMALL } });
      test.world.heal();
      await test.done(test.resize('perf-4-8'));
      expect([test.newestOperation().status, test.state().drift]).toEqual(['succeeded', []]);
    },
  );

  it.each(['transient', 'failed'] as const)(
    'that does not come up (%s) is taken back: the machine runs on what it had',
    async (state) => {
      const test = await withAtOnce().provisioned();
      hangOnAnotherSize(test, state);
      await test.done(test.resize('perf-4-8'));
      expect(test.newestOperation()).toMatchObject({ kind: 'resize', status: 'failed' });
      expect(test.state()).toMatchObject({
        status: 'running',
        instanceType: 'perf-1-3',
        volumeSizeGb: 20,
        applied: { asked: SMALL, given: SMALL },
        built: { size: SMALL },
      });
      expect(test.machine.spec.size).toEqual(SMALL);
      expect(test.clock.now() - test.newestOperation().startedAt).toBeLessThan(20 * 60_000);
    },
  );

  it('goes on after a kill at any of its calls, and grows nothing twice', async () => {
    const undisturbed = await withAtOnce().provisioned();
    const from = undisturbed.world.calls.length;
    await undisturbed.done(undisturbed.resize('perf-4-8'));
    const calls = undisturbed.world.calls.slice(from);
    for (const [index, method] of calls.entries()) {
      for (const at of ['before', 'after'] as const) {
        const test = await withAtOnce().provisioned();
        const nth = calls.slice(0, index + 1).filter((call) => call === method).length;
        test.world.fail(method, { kind: 'crash', at }, { nth });
        const key = { idempotencyKey: 'the-same' };
        void test.resize('perf-4-8', key);
        await test.quiet();
        await test.crash();
        accepted(await test.resize('perf-4-8', key));
        await test.settle();
        expect([method, at, test.newestOperation().status, test.world.extensions]).toEqual([
          method,
          at,
          'succeeded',
          1,
        ]);
        expect(test.state()).toMatchObject({ instanceType: 'perf-4-8', volumeSizeGb: 20, drift: [] });
      }
    }
  });
});

it.each(['manual', 'now'] as const)(
  'a resize of a machine at rest changes it there, and starts nothing (apply: %s)',
  async (apply) => {
    const test = await withAtOnce().stopped();
    const before = test.world.calls.length;
    const plan = await planOf(test.resize('perf-4-8', { apply, dryRun: true }));
    expect(plan).toEqual({ allowed: true, requires: ['start'], downtime: 'none' });
    await test.done(test.resize('perf-4-8', { apply }));
    expect(callsSince(test, before)).toEqual(['extendVolume', 'changeMachineSize']);
    expect([test.newestOperation().status, test.state().status, test.machine.state]).toEqual([
      'succeeded',
      'stopped',
      'stopped',
    ]);
    await test.done(test.change('start'));
    expect([test.machine.spec.size, test.state().applied?.given]).toEqual([LARGE, LARGE]);
  },
);

describe('a lent size', () => {
  it('is only stored without apply, and counts from the next restart', async () => {
    const test = await withAtOnce().provisioned();
    const before = test.world.calls.length;
    const plan = await planOf(test.setOverride('perf-4-16', { dryRun: true }));
    expect(plan).toEqual({ allowed: true, requires: ['restart'], downtime: 'none' });
    await test.done(test.setOverride('perf-4-16'));
    expect([callsSince(test, before), test.machine.spec.size]).toEqual([[], SMALL]);
    await test.done(test.change('restart'));
    expect(test.machine.spec.size.memory_mb).toBe(16_384);
  });

  it('is set and cleared now in place, each with its rollout, which the plan tells as a restart', async () => {
    const test = await withAtOnce().provisioned();
    test.world.looksToSettle = 2;
    const before = test.world.calls.length;
    const set = await planOf(test.setOverride('perf-4-16', { apply: 'now', dryRun: true }));
    expect(set).toEqual({ allowed: true, requires: [], downtime: 'restart' });
    await test.done(test.setOverride('perf-4-16', { apply: 'now' }));
    expect(test.state().applied).toMatchObject({ given: { memory_mb: 16_384 }, source: 'override' });
    const cleared = await planOf(test.clearOverride({ apply: 'now', dryRun: true }));
    expect(cleared).toEqual({ allowed: true, requires: [], downtime: 'restart' });
    await test.done(test.clearOverride({ apply: 'now' }));
    expect([callsSince(test, before), test.machine.spec.size]).toEqual([
      ['changeMachineSize', 'changeMachineSize'],
      SMALL,
    ]);
    expect(test.state()).toMatchObject({ status: 'running', applied: { given: SMALL, source: 'tier' } });
  });

  it.each(['transient', 'failed'] as const)(
    'that the machine does not come up on (%s) is not left on it: it runs on what it had, the override waits',
    async (state) => {
      const test = await withAtOnce().provisioned();
      hangOnAnotherSize(test, state);
      await test.done(test.setOverride('perf-4-16', { apply: 'now' }));
      expect(test.newestOperation()).toMatchObject({ kind: 'set_override', status: 'failed' });
      expect([test.machine.spec.size, test.state().adminMachineSizeOverride?.preset]).toEqual([
        SMALL,
        'perf-4-16',
      ]);
      expect(test.state()).toMatchObject({ status: 'running', applied: { given: SMALL, source: 'tier' } });
    },
  );
});
