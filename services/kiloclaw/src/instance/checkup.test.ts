import { describe, expect, it } from 'vitest';
import type { CheckupFacts } from './instance-rpc.ts';
import { accepted, refusal, TestInstance } from './testing/test-instance.ts';

async function factsOf(test: TestInstance, live = false): Promise<CheckupFacts> {
  const facts = accepted(await test.checkUp({ live }));
  if (facts === null) throw new Error('the object holds nothing');
  return facts;
}

describe('what an instance tells a checkup', () => {
  it('is its own row, an alarm ahead, and nothing amiss; asked without a look, it writes nothing', async () => {
    const test = await new TestInstance().provisioned();
    const before = [test.state(), test.storage.rowsWritten, test.storage.alarmsSet];
    const facts = await factsOf(test);
    expect(facts).toMatchObject({
      registry: { row: test.registry.row, auditRowsOwed: 0, owedSince: null },
      alarm: { repairs: null, cadenceMs: 300_000 },
      operation: null,
      drift: [],
      look: { outcome: 'none' },
      adopted: [],
    });
    expect(facts.alarm.at).toBeGreaterThan(test.clock.now());
    expect([test.state(), test.storage.rowsWritten, test.storage.alarmsSet]).toEqual(before);
  });

  it('is nothing where its object is empty, and brings nothing back', async () => {
    const test = await new TestInstance().provisioned();
    await test.loseStorage();
    expect(accepted(await test.checkUp({ live: true }))).toBeNull();
    expect(test.instance.hasRecord()).toBe(false);
  });

  it('is told to its owner alone', async () => {
    const test = await new TestInstance().provisioned();
    expect(refusal(await test.checkUp({ caller: test.caller('user_bob') })).code).toBe('instance_not_found');
  });

  it('tells since when the registry is behind', async () => {
    const test = await new TestInstance().provisioned();
    test.registry.mode = 'unavailable';
    const since = test.clock.now();
    accepted(await test.change('stop'));
    await test.quiet();
    test.clock.advance(1_000);
    const { registry } = await factsOf(test);
    expect(registry.owedSince).toBeGreaterThanOrEqual(since);
    expect(registry.owedSince).toBeLessThan(test.clock.now());
    expect(registry.auditRowsOwed).toBeGreaterThan(0);
    expect(registry.row.registryVersion).toBeGreaterThan(registry.syncedVersion);
  });

  it('tells of the operation that is under way, and for how long', async () => {
    const test = await new TestInstance().provisioned();
    const startedAt = test.clock.now();
    test.storage.killAfterSegments(1);
    await test.change('stop').catch(() => undefined);
    await test.crash();
    const { operation } = await factsOf(test);
    expect(operation).toMatchObject({ kind: 'stop', isStuck: false, startedAt, countedFrom: startedAt });
  });
});

describe('an alarm that is gone', () => {
  it('is set anew by whoever finds that, and told with how often and when', async () => {
    const test = await new TestInstance().provisioned();
    test.storage.alarmAt = null;
    const lastAt = test.clock.now();
    expect((await factsOf(test)).alarm).toMatchObject({ at: null, repairs: { times: 1, lastAt } });
    expect(test.storage.alarmAt).toBeGreaterThanOrEqual(lastAt);
    test.storage.alarmAt = null;
    await test.crash();
    test.clock.advance(1_000);
    expect((await factsOf(test)).alarm.repairs).toEqual({ times: 2, lastAt });
  });

  it('is none of an instance whose alarm is running, which sets the next one itself', async () => {
    const test = await new TestInstance().provisioned();
    const running = test.runAlarm();
    const facts = await factsOf(test);
    await running;
    expect(facts.alarm.repairs).toBeNull();
    expect((await factsOf(test)).alarm).toMatchObject({ repairs: null });
  });

  it('is none of one that is destroyed', async () => {
    const test = await new TestInstance().provisioned();
    await test.done(test.change('destroy'));
    await test.crash();
    expect((await factsOf(test)).alarm).toMatchObject({ at: null, repairs: null });
  });

  it.each(['start', 'stop', 'restart'] as const)('is none after a %s and any alarm', async (kind) => {
    const test = await new TestInstance().provisioned();
    await test.done(test.change(kind));
    for (let alarm = 0; alarm < 8; alarm += 1) {
      await test.runAlarm();
      await test.crash();
    }
    expect((await factsOf(test)).alarm.repairs).toBeNull();
  });
});

describe('the look of a checkup', () => {
  it('finds another guest at once', async () => {
    const test = await new TestInstance().provisioned();
    const size = { cpus: 8, memory_mb: 65_536, cpu_kind: 'performance' } as const;
    test.machine.spec = { ...test.machine.spec, size };
    const facts = await factsOf(test, true);
    expect(facts).toMatchObject({ look: { outcome: 'taken', at: test.clock.now() } });
    expect(facts.drift.map(({ kind }) => kind)).toEqual(['size_differs']);
  });

  it('finds a volume that is gone at once, though it takes two looks to believe it', async () => {
    const test = await new TestInstance().provisioned();
    test.world.volumes.length = 0;
    expect((await factsOf(test, true)).drift.map(({ kind }) => kind)).toContain('volume_missing');
  });

  it('takes one call for the machine and one for the volume', async () => {
    const test = await new TestInstance().provisioned();
    test.world.calls.length = 0;
    await factsOf(test, true);
    expect([...test.world.calls].sort()).toEqual(['observeMachine', 'observeVolume']);
  });

  it('tells what it took over into the record', async () => {
    const test = await new TestInstance().provisioned();
    const { id } = test.machine;
    test.world.machines.length = 0;
    const facts = await factsOf(test, true);
    expect(facts.adopted).toEqual([{ what: 'machine_forgotten', from: id, to: null }]);
    expect((await factsOf(test, true)).adopted).toEqual([]);
  });

  it('tells of a machine that somebody else stopped', async () => {
    const test = await new TestInstance().provisioned();
    test.machine.state = 'stopped';
    expect((await factsOf(test, true)).adopted).toEqual([{ what: 'status', from: 'running', to: 'stopped' }]);
  });

  it('leaves what operations have of the provider’s rate to them', async () => {
    const test = await new TestInstance().provisioned();
    test.purposes.length = 0;
    await factsOf(test, true);
    expect(test.purposes).toEqual(['background']);
  });

  it('is not taken while an operation is under way', async () => {
    const test = await new TestInstance().provisioned();
    test.storage.killAfterSegments(1);
    await test.change('stop').catch(() => undefined);
    await test.crash();
    expect((await factsOf(test, true)).look.outcome).toBe('none');
  });
});
