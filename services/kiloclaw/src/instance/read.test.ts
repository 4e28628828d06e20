import { describe, expect, it } from 'vitest';
import { readDebugState, readStatus } from './read.ts';
import { accepted, TestInstance } from './testing/test-instance.ts';

const LIVE_CHECK_MS = 30_000;

const READS = {
  status: async (test: TestInstance) => readStatus(test.instance, test.caller()),
  'debug-status': (test: TestInstance) => readDebugState(test.instance, test.caller(), { live: false }),
};

describe.each(Object.entries(READS))('%s', (_name, read) => {
  it('sends a look at the machine off in the background, at most one in its cadence', async () => {
    const test = await new TestInstance().provisioned();
    test.clock.advance(LIVE_CHECK_MS);
    const looks = test.world.countOf('observeMachine');
    accepted(await read(test));
    accepted(await read(test));
    await test.quiet();
    expect(test.world.countOf('observeMachine')).toBe(looks + 1);
    test.clock.advance(LIVE_CHECK_MS);
    accepted(await read(test));
    await test.quiet();
    expect(test.world.countOf('observeMachine')).toBe(looks + 2);
  });

  it('tells nothing of an override to anyone but debug-status', async () => {
    const test = await new TestInstance().provisioned();
    await test.done(test.setOverride('perf-4-16', { apply: 'now' }));
    const text = JSON.stringify(accepted(await read(test)));
    expect(text.includes('16384')).toBe(read === READS['debug-status']);
  });
});
