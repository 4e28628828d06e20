import { describe, expect, it } from 'vitest';
import { retryStuck } from './change.ts';
import { operationById, TIMELINE_LENGTH } from './storage/operation-store.ts';
import { ADMIN_ID, accepted, INSTANCE_ID, OWNER_ID, refusal, TestInstance } from './testing/test-instance.ts';

const DAY_MS = 24 * 60 * 60_000;

function gate() {
  let open = () => {};
  const until = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, until };
}

describe('a provision that fails for good', () => {
  it('leaves nothing, ends failed, and closes the row', async () => {
    const test = new TestInstance();
    test.world.fail('createMachine', { kind: 'before', error: 'invalid' });
    accepted(await test.provision());
    expect(await test.settle()).toBe(true);
    const operation = test.newestOperation();
    expect([operation.status, operation.phase]).toEqual(['failed', 'undo']);
    expect(operation.error?.message).toContain('createMachine');
    expect([test.world.machines, test.world.volumes]).toEqual([[], []]);
    expect(test.registry.row?.status).toBe('destroyed');
    expect(test.registry.auditOf(operation.id)).toEqual(['requested', 'failed']);
    expect(test.state().configuration).toBeNull();
    expect(test.storage.alarmAt).toBeNull();
  });
});

describe.each(['createVolume', 'createMachine'] as const)(
  'a destroy during a provision held at %s',
  (method) => {
    it.each(['before', 'after'] as const)('%s the effect leaves nothing at the provider', async (at) => {
      const test = new TestInstance();
      const { open, until } = gate();
      test.world.fail(method, { kind: 'hold', at, until });
      const provision = accepted(await test.provision()).operation.operation.id;
      await test.quiet();
      const destroy = accepted(await test.change('destroy')).id;
      await test.quiet();
      open();
      expect(await test.settle()).toBe(true);
      const statusOf = (id: string) => operationById(test.instance.deps.storage, id)?.status;
      expect([statusOf(provision), statusOf(destroy)]).toEqual(['superseded', 'succeeded']);
      expect([test.world.machines, test.world.volumes]).toEqual([[], []]);
      expect(test.registry.auditOf(provision)).toEqual(['requested', 'failed']);
      expect(test.registry.auditOf(destroy)).toEqual(['requested', 'succeeded']);
      expect(test.state().status).toBe('destroyed');
    });
  },
);

describe('acceptance', () => {
  it('lets one of two concurrent starts in, and names it to the other', async () => {
    const test = await new TestInstance().stopped();
    const [first, second] = await Promise.all([test.change('start'), test.change('start')]);
    const { id } = accepted(first);
    const { code, details } = refusal(second);
    expect([code, details]).toEqual(['operation_in_progress', { operation: { id, kind: 'start' } }]);
    await test.settle();
    expect(test.world.countOf('startMachine')).toBe(1);
  });

  it('gives the same operation for the same key: twice, at once, and after a restart', async () => {
    const test = await new TestInstance().stopped();
    const again = { idempotencyKey: 'the-same' };
    const both = await Promise.all([test.change('start', again), test.change('start', again)]);
    await test.settle();
    await test.crash();
    const third = await test.change('start', again);
    expect(new Set([...both, third].map((result) => accepted(result).id)).size).toBe(1);
    expect(test.world.countOf('startMachine')).toBe(1);
  });

  it('gives the same operation for the same key for 24 hours, however many come after it', async () => {
    const test = await new TestInstance().provisioned();
    const again = { idempotencyKey: 'the-same', reason: 'out of memory' };
    const idOf = async () => {
      const answer = accepted(await test.setOverride('perf-4-16', again));
      return 'operation' in answer ? answer.operation.id : null;
    };
    const first = await idOf();
    for (let count = 0; count < TIMELINE_LENGTH; count += 1) accepted(await test.setOverride('perf-4-8'));
    test.clock.advance(DAY_MS - 1);
    expect(await idOf()).toBe(first);
    test.clock.advance(2);
    expect(await idOf()).not.toBe(first);
    expect(operationById(test.instance.deps.storage, first ?? '')).toBeNull();
  });

  it('gives the same provision for the same key, also at once on an empty object', async () => {
    const test = new TestInstance();
    const again = { idempotencyKey: 'the-same' };
    const both = await Promise.all([test.provision(again), test.provision(again)]);
    await test.settle();
    const third = await test.provision(again);
    const ids = [...both, third].map((result) => accepted(result).operation.operation.id);
    expect(new Set(ids).size).toBe(1);
    expect([test.world.machines.length, test.world.volumes.length]).toEqual([1, 1]);
  });

  it('refuses another request under a used key', async () => {
    const test = await new TestInstance().stopped();
    accepted(await test.change('start', { idempotencyKey: 'used' }));
    await test.settle();
    expect(refusal(await test.change('stop', { idempotencyKey: 'used' })).code).toBe(
      'idempotency_key_reused',
    );
  });

  it('has no second effect on what is there already', async () => {
    const test = await new TestInstance().provisioned();
    accepted(await test.change('start'));
    await test.settle();
    expect([test.newestOperation().status, test.world.countOf('startMachine')]).toEqual(['succeeded', 0]);
    accepted(await test.change('destroy'));
    await test.settle();
    const { destroyedAt } = test.state();
    test.clock.advance(60_000);
    accepted(await test.change('destroy'));
    expect(await test.settle()).toBe(true);
    expect([test.state().status, test.state().destroyedAt]).toEqual(['destroyed', destroyedAt]);
  });
});

describe('a destroy that can not go on', () => {
  it('is stuck after its tries, retried ever more slowly, and goes on when it is told to', async () => {
    const test = await new TestInstance().provisioned();
    test.world.fail('deleteMachines', { kind: 'before', error: 'unavailable' }, { times: 1_000 });
    const { id } = accepted(await test.change('destroy'));
    await test.quiet();
    const stuckGapsMs: number[] = [];
    for (let alarm = 0; alarm < 14; alarm += 1) {
      const before = test.clock.now();
      await test.runAlarm();
      if (test.newestOperation().status === 'stuck') stuckGapsMs.push(test.clock.now() - before);
    }
    const operation = test.newestOperation();
    expect([operation.status, operation.steps[0]?.failures]).toEqual(['stuck', 15]);
    expect(operation.error?.message).toContain('deleteMachines');
    expect(stuckGapsMs).toEqual([...stuckGapsMs].sort((a, b) => a - b));
    expect(stuckGapsMs.at(-1)).toBeGreaterThanOrEqual(30 * 60_000);
    test.world.heal();
    const admin = { ...test.caller(), actor: { kind: 'admin', id: ADMIN_ID }, requestId: 'retry-1' } as const;
    accepted(await retryStuck(test.instance, admin, id, 0));
    expect(await test.settle()).toBe(true);
    expect([test.newestOperation().status, test.world.machines]).toEqual(['succeeded', []]);
    const retries = [...test.registry.audit.values()].filter(({ action }) => action === 'retry');
    expect(retries).toMatchObject([
      { actorId: ADMIN_ID, operationId: id, requestId: 'retry-1', outcome: 'requested' },
    ]);
    expect(test.registry.auditOf(id)).toEqual(['requested', 'requested', 'succeeded']);
  });

  it('is stuck as well where deleting succeeds and removes nothing', async () => {
    const test = await new TestInstance().provisioned();
    const { machines } = test.world;
    const undeletable = machines[0];
    if (undeletable === undefined) throw new Error('no machine');
    Object.defineProperty(machines, 'splice', { value: () => [], configurable: true });
    accepted(await test.change('destroy'));
    await test.quiet();
    for (let alarm = 0; alarm < 9; alarm += 1) await test.runAlarm();
    expect(test.newestOperation().status).toBe('stuck');
    expect(test.storage.alarmAt ?? 0).toBeGreaterThan(test.clock.now() + 60_000);
    Reflect.deleteProperty(machines, 'splice');
    expect(await test.settle()).toBe(true);
    expect([test.newestOperation().status, machines.length]).toEqual(['succeeded', 0]);
  });
});

describe('a destroyed instance', () => {
  it('was stopped by that where it ran, and when it was stopped where it did not', async () => {
    const ran = await new TestInstance().stopped();
    ran.clock.advance(1_000);
    accepted(await ran.change('start'));
    await ran.settle();
    ran.clock.advance(1_000);
    accepted(await ran.change('destroy'));
    await ran.settle();
    expect(ran.state().stoppedAt).toBe(ran.state().destroyedAt);
    const rested = await new TestInstance().stopped();
    const { stoppedAt } = rested.state();
    rested.clock.advance(1_000);
    accepted(await rested.change('destroy'));
    await rested.settle();
    expect(rested.state().stoppedAt).toBe(stoppedAt);
  });
});

describe('authorization', () => {
  it('answers a stranger as if there were nothing, and journals the attempt', async () => {
    const test = await new TestInstance().provisioned();
    const caller = test.caller('user_bob');
    expect(refusal(await test.change('destroy', { caller })).code).toBe('instance_not_found');
    expect(refusal(await test.provision({ caller })).code).toBe('instance_not_found');
    await test.settle();
    const denied = [...test.registry.audit.values()].filter((row) => row.outcome === 'denied');
    expect(denied.map((row) => [row.actorId, row.targetUserId, row.action])).toEqual([
      ['user_bob', OWNER_ID, 'destroy'],
      ['user_bob', OWNER_ID, 'provision'],
    ]);
    expect(test.state().status).toBe('running');
  });

  it('keeps a damaged record raw, refuses its owner, and hides it from strangers', async () => {
    const test = await new TestInstance().provisioned();
    accepted(await test.change('stop'));
    const { storage } = test.instance.deps;
    const raw = JSON.stringify({ instanceId: INSTANCE_ID, userId: OWNER_ID, status: 'melted' });
    storage.exec('UPDATE record SET state = ?', raw);
    await test.crash();
    await test.runAlarm();
    expect(refusal(await test.change('start')).code).toBe('state_invalid');
    expect(refusal(await test.change('start', { caller: test.caller('user_bob') })).code).toBe(
      'instance_not_found',
    );
    expect(test.instance.deps.storage.exec('SELECT state FROM record')).toEqual([{ state: raw }]);
  });
});

describe('an operation that can’t be read any more', () => {
  it.each(['{"melted":true}', 'no JSON'])(
    'refuses changes while it is under way, and is kept: %s',
    async (body) => {
      const test = await new TestInstance().provisioned();
      test.world.fail('stopMachine', { kind: 'crash', at: 'before' });
      accepted(await test.change('stop'));
      await test.quiet();
      test.instance.deps.storage.exec("UPDATE operations SET body = ? WHERE status = 'running'", body);
      await test.crash();
      await test.runAlarm();
      expect(refusal(await test.change('start'))).toMatchObject({
        code: 'state_invalid',
        message: expect.stringContaining('operation'),
      });
      const kept = test.instance.deps.storage.exec("SELECT body FROM operations WHERE status = 'running'");
      expect(kept).toEqual([{ body }]);
    },
  );

  it('hides itself alone once it has ended', async () => {
    const test = await new TestInstance().stopped();
    test.instance.deps.storage.exec("UPDATE operations SET body = 'no JSON' WHERE kind = 'stop'");
    accepted(await test.change('start'));
    expect(await test.settle()).toBe(true);
    expect(test.operations().map(({ kind }) => kind)).toEqual(['start', 'provision']);
  });
});

describe('a run that throws', () => {
  it('does not turn in place, and goes on later', async () => {
    const test = await new TestInstance().stopped();
    const storage = test.instance.deps.storage;
    accepted(await test.provision({ name: 'before' }));
    await test.settle();
    test.world.fail('startMachine', { kind: 'crash', at: 'before' });
    accepted(await test.change('start'));
    await test.quiet();
    storage.exec("UPDATE operations SET body = json_set(body, '$.kind', 'repair') WHERE status = 'running'");
    await test.crash();
    for (let alarm = 0; alarm < 4; alarm += 1) await test.runAlarm();
    const thrown = test.logged.filter((line) => line.startsWith('run failed'));
    expect(thrown.length).toBeGreaterThanOrEqual(1);
    expect(thrown.length).toBeLessThanOrEqual(4);
    const repaired = test.instance.deps.storage;
    repaired.exec("UPDATE operations SET body = json_set(body, '$.kind', 'start') WHERE status = 'running'");
    expect(await test.settle()).toBe(true);
    expect([test.newestOperation().status, test.state().status]).toEqual(['succeeded', 'running']);
  });
});
