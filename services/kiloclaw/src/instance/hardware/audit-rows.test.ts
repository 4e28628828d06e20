/** The audit of a change of hardware: a row before it, a row after it, each with the hardware, what was asked and what came of it. */
import { tierOf } from '@kiloclaw/instance-tiers';
import { describe, expect, it } from 'vitest';
import type { Operation } from '../operations/operation.ts';
import { readOutbox } from '../storage/outbox.ts';
import { ADMIN_ID, refusal, TestInstance } from '../testing/test-instance.ts';

const SMALL = { instanceType: 'perf-1-3', machineSize: tierOf('perf-1-3').machineSize, volumeSizeGb: 10 };
const LARGE = { instanceType: 'perf-4-8', machineSize: tierOf('perf-4-8').machineSize, volumeSizeGb: 20 };
const LENT = tierOf('perf-4-16').machineSize;

function rowsOf({ registry }: TestInstance, { id }: Operation) {
  return [...registry.audit.values()].filter(({ operationId }) => operationId === id);
}

const CHANGES: readonly (readonly [string, (test: TestInstance) => Promise<Operation>, object, object])[] = [
  [
    'resize',
    (test) => test.done(test.resize('perf-4-8', { apply: 'now' })),
    { ...LARGE, lentSize: null },
    { targetTier: 'perf-4-8', apply: 'now' },
  ],
  [
    'set_override',
    (test) => test.done(test.setOverride('perf-4-16')),
    { ...SMALL, lentSize: LENT },
    { apply: 'manual', previousOverride: null },
  ],
  [
    'set_override',
    (test) => test.done(test.setOverride('perf-4-16', { apply: 'now' })),
    { ...SMALL, lentSize: LENT },
    { apply: 'now', previousOverride: null },
  ],
  [
    'clear_override',
    (test) => test.done(test.clearOverride()),
    { ...SMALL, lentSize: null },
    { apply: 'manual', previousOverride: null },
  ],
  [
    'extend_volume',
    (test) => test.done(test.extend(15)),
    { ...SMALL, instanceType: 'custom', volumeSizeGb: 15, lentSize: null },
    { targetSizeGb: 15 },
  ],
];

describe.each(CHANGES)('%s', (kind, change, after, asked) => {
  it('has one row that asks and one that tells, by the admin, with the hardware before and after', async () => {
    const test = await new TestInstance().provisioned();
    const operation = await change(test);
    const rows = rowsOf(test, operation);
    expect(
      rows.map(({ outcome, action, actorId, actorKind }) => [outcome, action, actorId, actorKind]),
    ).toEqual([
      ['requested', kind, ADMIN_ID, 'admin'],
      ['succeeded', kind, ADMIN_ID, 'admin'],
    ]);
    expect(rows.map((row) => [row.before, row.after])).toEqual([
      [SMALL, null],
      [SMALL, after],
    ]);
    expect(rows[0]?.metadata).toMatchObject({ asked });
    expect(rows[1]?.metadata).toEqual({ result: JSON.parse(JSON.stringify(operation.result)) });
  });

  it.each([1, 2, 3, 5, 8])(
    'has the same two rows when the process is killed after segment %i',
    async (border) => {
      const test = await new TestInstance().provisioned();
      const rowsBefore = test.registry.audit.size;
      test.storage.killAfterSegments(border);
      await change(test).catch(() => undefined);
      await test.crash();
      await test.settle();
      const operation = test.newestOperation();
      expect([operation.kind, test.registry.audit.size - rowsBefore]).toEqual([kind, 2]);
      expect(test.registry.auditOf(operation.id)).toEqual(['requested', 'succeeded']);
    },
  );
});

describe('the audit', () => {
  it('is journaled before anything is done at the provider', async () => {
    const test = await new TestInstance().provisioned();
    const { storage } = test.instance.deps;
    let journaled: unknown[] = [];
    test.world.onFault = () => {
      journaled = readOutbox(storage).map(({ row }) => [row.action, row.outcome]);
    };
    test.world.fail('observeVolume', { kind: 'hold', at: 'before', until: Promise.resolve() });
    await test.done(test.extend(15));
    expect(journaled).toEqual([['extend_volume', 'requested']]);
  });

  it('of a refused change is one denied row', async () => {
    const test = await new TestInstance().provisioned();
    refusal(await test.resize('perf-1-3'));
    await test.settle();
    const denied = [...test.registry.audit.values()].filter(({ outcome }) => outcome === 'denied');
    expect(denied.map(({ action, metadata }) => [action, metadata])).toMatchObject([
      ['resize', { code: 'not_an_upgrade' }],
    ]);
  });

  it('of a failed change tells why, and the hardware as it was', async () => {
    const test = await new TestInstance().stopped();
    test.world.fail('changeMachineSize', { kind: 'before', error: 'host_full' });
    const rows = rowsOf(test, await test.done(test.resize('perf-4-8')));
    expect(rows.map(({ outcome, before, after }) => [outcome, before, after])).toEqual([
      ['requested', SMALL, null],
      ['failed', SMALL, { ...SMALL, lentSize: null }],
    ]);
    expect(rows[1]?.metadata).toEqual({ status: 'failed', code: 'provider_capacity' });
  });

  it('of a resize that failed after its commit tells that no size is lent any more', async () => {
    const test = await new TestInstance().provisioned();
    await test.done(test.setOverride('perf-4-16'));
    test.world.fail('startMachine', { kind: 'before', error: 'invalid' });
    const [, told] = rowsOf(test, await test.done(test.resize('perf-4-8', { apply: 'now' })));
    expect([told?.outcome, told?.after]).toEqual(['failed', { ...LARGE, lentSize: null }]);
  });

  it.each([
    ['restart', LENT],
    ['destroy', null],
  ] as const)('of a %s tells which size is lent afterwards', async (change, lentSize) => {
    const test = await new TestInstance().provisioned();
    await test.done(test.setOverride('perf-4-16'));
    const [, told] = rowsOf(test, await test.done(test.change(change)));
    expect([told?.action, told?.after]).toMatchObject([change, { lentSize }]);
  });

  it('of a set over an override has both of them', async () => {
    const test = await new TestInstance().provisioned();
    await test.done(test.setOverride('perf-4-16', { reason: 'first' }));
    const previousOverride = test.state().adminMachineSizeOverride;
    const rows = rowsOf(test, await test.done(test.setOverride('perf-4-8', { reason: 'second' })));
    const override = test.state().adminMachineSizeOverride;
    expect(rows[0]?.metadata).toEqual({ asked: { apply: 'manual', override, previousOverride } });
    expect(rows[1]?.metadata).toMatchObject({ result: { override, previousOverride } });
  });

  it('of an expiry is the system’s, with what has ended', async () => {
    const test = await new TestInstance().provisioned();
    const expiresAt = new Date(test.clock.now() + 1_000).toISOString();
    await test.done(test.setOverride('perf-4-16', { expiresAt }));
    const ended = test.state().adminMachineSizeOverride;
    test.clock.advance(1_000);
    await test.runAlarm();
    await test.settle();
    const rows = rowsOf(test, test.newestOperation());
    expect(rows.map(({ outcome, actorKind, actorId }) => [outcome, actorKind, actorId])).toEqual([
      ['requested', 'system', 'expiry'],
      ['succeeded', 'system', 'expiry'],
    ]);
    expect(rows[0]?.metadata).toEqual({ asked: { apply: 'manual', previousOverride: ended } });
    expect(rows[1]?.metadata).toMatchObject({ result: { clearedOverride: ended } });
  });

  it('holds no environment and no secret', async () => {
    for (const [, change] of CHANGES) {
      const test = new TestInstance();
      await test.provisioned({ env: { COLOUR: 'env-value' }, secrets: { KEY: 'secret-value' } });
      await change(test);
      expect(JSON.stringify([...test.registry.audit.values()])).not.toMatch(/env-value|secret-value/);
    }
  });
});

it('within one millisecond the log, newest first by time and id, has the result above the request', async () => {
  const test = await new TestInstance().provisioned();
  const operation = await test.done(test.setOverride('perf-4-16'));
  const rows = rowsOf(test, operation).toSorted((one, other) => (one.id < other.id ? 1 : -1));
  expect(new Set(rows.map(({ at }) => at)).size).toBe(1);
  expect(rows.map(({ outcome }) => outcome)).toEqual(['succeeded', 'requested']);
});
