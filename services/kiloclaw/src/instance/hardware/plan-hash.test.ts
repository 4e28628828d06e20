import type { Plan, Result } from '@kiloclaw/platform-contract';
import { describe, expect, it } from 'vitest';
import type { HardwareAnswer } from '../instance-rpc.ts';
import { accepted, refusal, TestInstance } from '../testing/test-instance.ts';

type Asked = Partial<Parameters<TestInstance['clearOverride']>[0]>;
type Change = (test: TestInstance, asked?: Asked) => Promise<Result<HardwareAnswer>>;

const inHours = (test: TestInstance, hours: number) =>
  new Date(test.clock.now() + hours * 60 * 60_000).toISOString();

const CHANGES: Record<string, Change> = {
  resize: (test, asked) => test.resize('perf-4-8', { apply: 'now', ...asked }),
  set_override: (test, asked) => test.setOverride('perf-4-8', { expiresAt: inHours(test, 5), ...asked }),
  clear_override: (test, asked) => test.clearOverride(asked),
  extend_volume: (test, asked) => test.extend(15, asked),
};

async function planOf(test: TestInstance, change: Change): Promise<Plan> {
  const answer = accepted(await change(test, { dryRun: true }));
  if (!('plan' in answer)) throw new Error('a dry-run was answered with an operation');
  return answer.plan;
}

describe.each(Object.entries(CHANGES))('the plan of %s', (_kind, change) => {
  it('is accepted as it was shown', async () => {
    const test = await new TestInstance().provisioned();
    const { hash, allowed } = await planOf(test, change);
    const { status } = await test.done(change(test, { expectedPlanHash: hash }));
    expect([allowed, status]).toEqual([true, 'succeeded']);
  });

  it('has the same hash at another time, in another status, and after another look', async () => {
    const test = await new TestInstance().provisioned();
    await test.done(test.setOverride('perf-4-16', { expiresAt: inHours(test, 24) }));
    const hashes = [(await planOf(test, change)).hash];
    test.clock.advance(60_000);
    hashes.push((await planOf(test, change)).hash);
    await test.instance.look();
    hashes.push((await planOf(test, change)).hash);
    await test.done(test.setOverride('perf-4-16', { expiresAt: inHours(test, 30) }));
    hashes.push((await planOf(test, change)).hash);
    await test.done(test.change('stop'));
    hashes.push((await planOf(test, change)).hash);
    expect(new Set(hashes).size).toBe(1);
  });

  it('is stale where the hardware has become another: the new one is shown, and nothing happens', async () => {
    const test = await new TestInstance().provisioned();
    const { hash } = await planOf(test, change);
    await test.done(test.extend(12));
    const before = JSON.stringify([test.state(), test.world.machines, test.world.volumes]);
    const { code, details } = refusal(await change(test, { expectedPlanHash: hash }));
    expect([code, details?.plan]).toEqual(['plan_stale', await planOf(test, change)]);
    expect(JSON.stringify([test.state(), test.world.machines, test.world.volumes])).toBe(before);
    const fresh = (await planOf(test, change)).hash;
    await test.done(change(test, { expectedPlanHash: fresh }));
    expect(test.newestOperation().status).toBe('succeeded');
  });

  it('is refused for what stands in the way, before it is called stale', async () => {
    const test = await new TestInstance().provisioned();
    await test.done(test.change('destroy'));
    expect(refusal(await change(test, { expectedPlanHash: 'of another plan' })).code).toBe(
      'instance_destroying',
    );
  });
});

describe('plans for different wishes', () => {
  it('never share a hash', async () => {
    const test = await new TestInstance().provisioned();
    const plans = await Promise.all([
      planOf(test, (of, asked) => of.resize('perf-4-8', asked)),
      planOf(test, (of, asked) => of.resize('perf-4-8', { ...asked, apply: 'now' })),
      planOf(test, (of, asked) => of.resize('perf-4-16', asked)),
      planOf(test, (of, asked) => of.setOverride('perf-4-8', asked)),
      planOf(test, (of, asked) => of.setOverride('perf-4-16', asked)),
      planOf(test, (of, asked) => of.clearOverride(asked)),
      planOf(test, (of, asked) => of.extend(15, asked)),
      planOf(test, (of, asked) => of.extend(16, asked)),
    ]);
    expect(new Set(plans.map(({ hash }) => hash)).size).toBe(plans.length);
  });

  it('tell in words and numbers what a resize would do', async () => {
    const test = await new TestInstance().provisioned();
    await test.done(test.setOverride('perf-4-16'));
    const { hash: _hash, ...plan } = await planOf(test, (of, asked) =>
      of.resize('perf-4-8', { ...asked, apply: 'now' }),
    );
    const small = { cpus: 1, memory_mb: 3072, cpu_kind: 'performance' };
    const large = { cpus: 4, memory_mb: 8192, cpu_kind: 'performance' };
    expect(plan).toEqual({
      allowed: true,
      refusal: null,
      before: { instanceType: 'perf-1-3', machineSize: small, volumeSizeGb: 10 },
      after: { instanceType: 'perf-4-8', machineSize: large, volumeSizeGb: 20 },
      effectiveSize: large,
      givenSize: large,
      irreversible: ['volume_growth'],
      requires: [],
      clears: { sizeOverride: test.state().adminMachineSizeOverride },
      downtime: 'restart',
    });
  });

  it('read the label custom without a machine size as no label', async () => {
    const test = await new TestInstance().stopped();
    test.rewrite({ instanceType: 'custom', machineSize: null, restoredAt: 1, built: null, applied: null });
    test.world.fail('observeMachine', { kind: 'before', error: 'unavailable' }, { times: 10 });
    const { before } = await planOf(test, (of, asked) => of.clearOverride(asked));
    expect(before.instanceType).toBeNull();
  });
});
