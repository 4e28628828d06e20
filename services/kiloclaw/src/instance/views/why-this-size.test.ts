import { describe, expect, it } from 'vitest';
import { readDebugState } from '../read.ts';
import { accepted, TestInstance } from '../testing/test-instance.ts';

const DAY_MS = 24 * 60 * 60_000;

async function why(test: TestInstance) {
  return accepted(await readDebugState(test.instance, test.caller(), { live: false })).whyThisSize;
}

describe('why this size', () => {
  it('is the instance’s own, where nothing is lent', async () => {
    const test = await new TestInstance().provisioned();
    expect(await why(test)).toMatchObject({
      sentence: '1 CPU / 3072 MB is the instance’s own size, and the machine runs on it.',
      billed: { instanceType: 'perf-1-3', machineSize: { memory_mb: 3072 } },
      decides: 'tier',
      overridePhase: 'none',
      nextRestart: { machineSize: { memory_mb: 3072 }, changes: false },
    });
  });

  it('is lent by whom and until when, and counts from the next restart', async () => {
    const test = await new TestInstance().provisioned();
    const expiresAt = new Date(test.clock.now() + 3 * DAY_MS).toISOString();
    accepted(await test.setOverride('perf-4-16', { expiresAt }));
    expect(await why(test)).toMatchObject({
      sentence:
        `4 CPUs / 16384 MB is lent by user_admin until ${expiresAt}, over the billed 1 CPU / 3072 MB; ` +
        'the machine still runs on 1 CPU / 3072 MB, and the next restart changes that.',
      decides: 'override',
      overridePhase: 'active',
      nextRestart: { machineSize: { memory_mb: 16384 }, changes: true },
    });
  });

  it('is still the lent one after a clear, until the next restart', async () => {
    const test = await new TestInstance().provisioned();
    await test.done(test.setOverride('perf-4-16', { apply: 'now' }));
    accepted(await test.clearOverride());
    expect(await why(test)).toMatchObject({
      sentence:
        '1 CPU / 3072 MB is the instance’s own size; the lent size has ended, but ' +
        'the machine still runs on 4 CPUs / 16384 MB, and the next restart changes that.',
      decides: 'tier',
      overridePhase: 'ended_awaiting_restart',
    });
  });

  it('is less than was asked for where the host has no more', async () => {
    const test = new TestInstance();
    test.world.host = { cpus: 2, memory_mb: 65_536 };
    await test.provisioned({ instanceType: 'perf-4-8' });
    expect((await why(test)).sentence).toBe(
      '4 CPUs / 8192 MB is the instance’s own size, but the machine runs on 2 CPUs / 8192 MB: the host has no more.',
    );
  });

  it('is more than was asked for where that is the least that the provider gives', async () => {
    const test = new TestInstance();
    test.world.least = { cpus: 1, memory_mb: 4096 };
    await test.provisioned();
    expect(await why(test)).toMatchObject({
      sentence:
        '1 CPU / 3072 MB is the instance’s own size, and the machine runs on 1 CPU / 4096 MB: the provider gives that for it.',
      applied: { asked: { memory_mb: 3072 }, given: { memory_mb: 4096 }, shortfall: null },
    });
    expect([test.findings(), test.state().machineSize?.memory_mb]).toEqual([[], 3072]);
    await test.lookTwice();
    expect(test.findings()).toEqual([]);
  });

  it('is not what the machine runs on where somebody has changed it at the provider', async () => {
    const test = await new TestInstance().provisioned();
    const details = {
      appliedSize: test.state().applied?.given,
      observedSize: { cpus: 2, memory_mb: 4096, cpu_kind: 'performance' },
    };
    await test.store({ drift: [{ kind: 'size_differs', since: test.clock.now(), details }] });
    expect((await why(test)).sentence).toBe(
      '1 CPU / 3072 MB is the instance’s own size, but the machine runs on 2 CPUs / 4096 MB: ' +
        'somebody has changed it at the provider, and the next restart puts it back.',
    );
  });

  it('is the next start’s where the machine is at rest', async () => {
    const test = await new TestInstance().stopped();
    expect((await why(test)).sentence).toBe(
      '1 CPU / 3072 MB is the instance’s own size; the machine is at rest, and its next start uses it.',
    );
  });
});
