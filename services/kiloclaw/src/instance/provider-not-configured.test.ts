/** An instance whose provider the control plane has no settings for, such as after a deploy without its token. */
import { describe, expect, it } from 'vitest';
import { recall } from './restore.ts';
import { accepted, refusal, TestInstance } from './testing/test-instance.ts';

const MINUTE_MS = 60_000;
const ALARMS = 6;

async function unconfigured(prepare: (test: TestInstance) => Promise<unknown> = async () => {}) {
  const test = await new TestInstance().provisioned();
  await prepare(test);
  await test.settle();
  test.isConfigured = false;
  return test;
}

describe('an instance whose provider is not configured', () => {
  it('is looked at no more often than any other, and that it can’t be is told once', async () => {
    const test = await unconfigured();
    const waits: number[] = [];
    for (let alarm = 0; alarm < ALARMS; alarm += 1) {
      waits.push((test.storage.alarmAt ?? 0) - test.clock.now());
      expect(await test.runAlarm()).toBe(true);
    }
    expect(Math.min(...waits.slice(1))).toBeGreaterThan(MINUTE_MS);
    expect(test.logged.filter((line) => line.startsWith('look failed'))).toHaveLength(1);
    expect(test.state().status).toBe('running');
  });

  it.each([
    ['start', (test: TestInstance) => test.change('start')],
    ['destroy', (test: TestInstance) => test.change('destroy')],
    ['update_config', (test: TestInstance) => test.provision({ name: 'renamed' })],
    ['resize', (test: TestInstance) => test.resize('perf-4-8', { apply: 'now' })],
    ['set_override', (test: TestInstance) => test.setOverride()],
    ['clear_override', (test: TestInstance) => test.clearOverride()],
    ['extend_volume', (test: TestInstance) => test.extend(15)],
  ] as const)('is refused a %s in a sentence, which is journaled', async (action, change) => {
    const test = await unconfigured();
    const before = test.state();
    const { code, message } = refusal(await change(test));
    expect([code, message]).toEqual(['provider_unsupported', expect.stringContaining('not configured')]);
    expect(test.state()).toEqual(before);
    await test.settle();
    const denied = [...test.registry.audit.values()].filter(({ outcome }) => outcome === 'denied');
    expect(denied.map((row) => [row.action, row.metadata])).toMatchObject([
      [action, { code: 'provider_unsupported' }],
    ]);
  });

  it('is shown by a plan to be out of reach', async () => {
    const test = await unconfigured();
    const answer = accepted(await test.resize('perf-4-8', { apply: 'now', dryRun: true }));
    expect('plan' in answer && answer.plan.refusal?.code).toBe('provider_unsupported');
  });

  it('still has its lent size end', async () => {
    const test = await unconfigured(async (made) =>
      accepted(
        await made.setOverride('perf-4-16', {
          expiresAt: new Date(made.clock.now() + 60 * MINUTE_MS).toISOString(),
        }),
      ),
    );
    test.clock.advance(61 * MINUTE_MS);
    await test.runAlarm();
    expect(test.state().adminMachineSizeOverride).toBeNull();
    expect((test.storage.alarmAt ?? 0) - test.clock.now()).toBeGreaterThan(MINUTE_MS);
  });

  it('is not restored: its row keeps everything until the provider can be asked', async () => {
    const test = await unconfigured();
    await test.loseStorage();
    const row = { ...test.registry.row };
    expect(await recall(test.instance, test.caller(), 'status')).toMatchObject({
      kind: 'refused',
      failure: { code: 'provider_unsupported' },
    });
    expect([test.instance.hasRecord(), test.registry.row]).toEqual([false, row]);
    test.isConfigured = true;
    expect(await recall(test.instance, test.caller(), 'status')).toEqual({ kind: 'present' });
    await test.settle();
    expect(test.state()).toMatchObject({ status: 'running', resources: { volumeId: 'vol_1' } });
  });

  it('is not provisioned', async () => {
    const test = new TestInstance();
    test.isConfigured = false;
    expect(refusal(await test.provision()).code).toBe('provider_unsupported');
    expect(test.instance.hasRecord()).toBe(false);
  });
});
