/** What a change of size is wrapped in: a hold on the machine, and a wait until the provider is done with it. */
import { describe, expect, it } from 'vitest';
import { accepted, TestInstance } from '../testing/test-instance.ts';
import { LEASE_MS } from '../testing/world.ts';

const CHANGES = {
  resize: (test: TestInstance) => test.resize('perf-4-8', { apply: 'now' }),
  set_override: (test: TestInstance) => test.setOverride('perf-4-16', { apply: 'now' }),
  restart: async (test: TestInstance) => {
    accepted(await test.setOverride('perf-4-16'));
    return test.change('restart');
  },
};
const KINDS = Object.keys(CHANGES) as (keyof typeof CHANGES)[];

function holdByOthers(test: TestInstance, forMs: number): void {
  test.machine.lease = { nonce: 'nonce_of_others', expiresAt: test.clock.now() + forMs };
}

/** The calls about the machine's size, in their order. */
function wrapped(test: TestInstance): string[] {
  const about = [
    'holdMachine',
    'releaseMachine',
    'changeMachineSize',
    'updateMachine',
    'stopMachine',
    'startMachine',
  ];
  return test.world.calls.filter((call) => about.includes(call));
}

describe.each(KINDS)('the machine whose size changes by a %s', (kind) => {
  it('is held from before it is stopped until it is changed, and let go before it starts', async () => {
    const test = await new TestInstance().provisioned();
    await test.done<unknown>(CHANGES[kind](test));
    const change = kind === 'resize' ? 'changeMachineSize' : 'updateMachine';
    expect(wrapped(test)).toEqual([
      'holdMachine',
      'stopMachine',
      'holdMachine',
      change,
      'releaseMachine',
      'startMachine',
    ]);
    expect([test.machine.lease, test.state().resources.leaseNonce]).toEqual([null, null]);
  });

  it('waits for whoever holds it, and then goes on', async () => {
    const test = await new TestInstance().provisioned();
    holdByOthers(test, LEASE_MS);
    await test.done<unknown>(CHANGES[kind](test));
    expect([test.newestOperation().status, test.machine.state]).toEqual(['succeeded', 'running']);
  });

  it('is left alone, and running, where somebody else keeps it: the refusal says so', async () => {
    const test = await new TestInstance().provisioned();
    holdByOthers(test, 3_600_000);
    const began = test.clock.now();
    await test.done<unknown>(CHANGES[kind](test));
    expect(test.newestOperation()).toMatchObject({
      status: 'failed',
      error: { code: 'provider_error', details: { kind: 'conflict' } },
    });
    expect([test.machine.state, test.state().status, test.world.countOf('stopMachine')]).toEqual([
      'running',
      'running',
      0,
    ]);
    expect(test.clock.now() - began).toBeLessThan(5 * 60_000);
  });

  it('is let go where the change fails', async () => {
    const test = await new TestInstance().provisioned();
    const change = kind === 'resize' ? 'changeMachineSize' : 'updateMachine';
    test.world.fail(change, { kind: 'before', error: 'invalid' });
    await test.done<unknown>(CHANGES[kind](test));
    expect([test.newestOperation().kind, test.newestOperation().status]).toEqual([kind, 'failed']);
    expect([test.machine.lease, test.newestOperation().error?.code]).toEqual([null, 'provider_error']);
  });

  it('is not kept by a hold that nobody can let go of', async () => {
    const test = await new TestInstance().provisioned();
    test.world.fail('releaseMachine', { kind: 'before', error: 'unavailable' }, { times: 1_000 });
    const began = test.clock.now();
    await test.done<unknown>(CHANGES[kind](test));
    expect([test.newestOperation().status, test.machine.state]).toEqual(['succeeded', 'running']);
    expect(test.clock.now() - began).toBeLessThan(LEASE_MS * 3);
  });

  it('is started only when the provider is done with the change', async () => {
    const test = await new TestInstance().provisioned();
    test.world.looksToSettle = 3;
    await test.done<unknown>(CHANGES[kind](test));
    expect([test.newestOperation().status, test.world.countOf('startMachine')]).toEqual(['succeeded', 1]);
  });
});

it('a start whose size has not changed holds nothing', async () => {
  const test = await new TestInstance().stopped();
  await test.done(test.change('start'));
  await test.done(test.provision({ env: { COLOUR: 'red' } }));
  await test.done(test.change('restart'));
  expect(test.world.countOf('holdMachine')).toBe(0);
});

it('a start that is refused for a machine still on its way is asked for again', async () => {
  const test = await new TestInstance().stopped();
  test.world.fail('startMachine', { kind: 'before', error: 'precondition' }, { times: 3 });
  await test.done(test.change('start'));
  expect([test.newestOperation().status, test.world.countOf('startMachine')]).toEqual(['succeeded', 4]);
});

it('a change that never settles ends as failed, within its time', async () => {
  const test = await new TestInstance().stopped();
  test.world.looksToSettle = Number.POSITIVE_INFINITY;
  const began = test.clock.now();
  accepted(await test.resize('perf-4-8'));
  await test.quiet();
  while (test.newestOperation().phase === 'forward' && (await test.runAlarm()));
  expect(test.clock.now() - began).toBeLessThan(20 * 60_000);
  expect(test.newestOperation().error?.code).toBe('provider_timeout');
  test.machine.looksToSettle = 0;
  test.world.looksToSettle = 0;
  await test.settle();
  expect([test.newestOperation().status, test.machine.spec.size.cpus]).toEqual(['failed', 1]);
});

it('a machine that went while it was being changed is made anew by the start that follows', async () => {
  const test = await new TestInstance().provisioned();
  let answer = () => {};
  const until = new Promise<void>((resolve) => {
    answer = resolve;
  });
  test.world.fail('updateMachine', { kind: 'hold', at: 'after', until });
  accepted(await test.setOverride('perf-4-16'));
  accepted(await test.change('restart'));
  await test.quiet();
  test.world.machines.length = 0;
  answer();
  await test.settle();
  expect([test.newestOperation().status, test.machine.spec.size.cpus]).toEqual(['succeeded', 4]);
});
