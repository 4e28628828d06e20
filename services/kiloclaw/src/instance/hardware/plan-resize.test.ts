import { describe, expect, it } from 'vitest';
import { accepted, refusal, TestInstance } from '../testing/test-instance.ts';

describe('a resize', () => {
  it.each([
    ['perf-1-3', 'volume_would_shrink'],
    ['perf-4-8', 'not_an_upgrade'],
    ['shared-2-4', 'tier_not_offered'],
  ] as const)('from perf-4-8 to %s is refused by the object itself: %s', async (target, code) => {
    const test = await new TestInstance().provisioned({ instanceType: 'perf-4-8' });
    await test.done(test.change('stop'));
    expect(refusal(await test.resize(target)).code).toBe(code);
    expect(test.newestOperation().kind).toBe('stop');
  });
});

describe('the plan of a resize', () => {
  it.each([
    ['where the volume grows', true, 10, ['volume_growth']],
    ['not where the volume has the size already', true, 20, []],
    ['not where volumes are the host’s disk', false, 10, []],
  ] as const)(
    'warns of what can’t be taken back %s',
    async (_case, volumesAreSized, sizeGb, irreversible) => {
      const test = await new TestInstance().stopped();
      if (sizeGb !== 10) await test.done(test.extend(sizeGb));
      test.world.capabilities = { ...test.world.capabilities, volumesAreSized };
      const answer = accepted(await test.resize('perf-4-8', { dryRun: true }));
      expect(answer).toMatchObject({ plan: { allowed: true, irreversible } });
    },
  );
});
