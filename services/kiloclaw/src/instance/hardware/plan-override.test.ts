import type { OVERRIDE_PRESETS } from '@kiloclaw/instance-tiers';
import { A_CLOUD } from '@kiloclaw/platform-contract/testing';
import { describe, expect, it } from 'vitest';
import { accepted, TestInstance } from '../testing/test-instance.ts';

async function planned(test: TestInstance, preset: keyof typeof OVERRIDE_PRESETS) {
  const answer = accepted(await test.setOverride(preset, { apply: 'now', dryRun: true }));
  if (!('plan' in answer)) throw new Error('no plan was answered');
  return answer.plan;
}

describe('where CPU and RAM can be raised on a running machine, the plan of an override', () => {
  async function liveUpwards(): Promise<TestInstance> {
    const test = await new TestInstance().provisioned();
    test.world.capabilities = { ...A_CLOUD, sizeAppliesAt: 'live_upwards' };
    return test;
  }

  it('promises no downtime for more, and keeps that', async () => {
    const test = await liveUpwards();
    expect((await planned(test, 'perf-4-16')).downtime).toBe('none');
    await test.done(test.setOverride('perf-4-16', { apply: 'now' }));
    expect(test.world.countOf('stopMachine')).toBe(0);
  });

  it('tells of the restart that less needs', async () => {
    const test = await liveUpwards();
    await test.done(test.setOverride('perf-4-16', { apply: 'now' }));
    expect((await planned(test, 'perf-4-8')).downtime).toBe('restart');
    await test.done(test.setOverride('perf-4-8', { apply: 'now' }));
    expect(test.world.countOf('stopMachine')).toBe(1);
  });
});
