import { effectiveMachineSize, OVERRIDE_PRESETS, tierOf } from '@kiloclaw/instance-tiers';
import { beforeEach, describe, expect, it } from 'vitest';
import { ADMIN_ID, accepted, TestInstance } from '../testing/test-instance.ts';
import { overridePhaseOf } from '../views/why-this-size.ts';

const OWN = tierOf('perf-1-3').machineSize;
const LENT = OVERRIDE_PRESETS['perf-4-16'];
const DAY_MS = 24 * 60 * 60_000;

const hardwareOf = (test: TestInstance) => {
  const { instanceType, machineSize, volumeSizeGb } = test.state();
  return JSON.stringify([instanceType, machineSize, volumeSizeGb]);
};
const sizeAtProvider = (test: TestInstance) => test.world.machines[0]?.spec.size;

describe.each(['running', 'stopped'] as const)('a plain set or clear on a %s instance', (status) => {
  let test: TestInstance;
  beforeEach(async () => {
    test = status === 'running' ? await new TestInstance().provisioned() : await new TestInstance().stopped();
  });

  it('leaves the customer’s status, type, size, volume and machine as they are', async () => {
    const before = [JSON.stringify(test.status()), hardwareOf(test), JSON.stringify(test.world.machines)];
    const now = () => [JSON.stringify(test.status()), hardwareOf(test), JSON.stringify(test.world.machines)];
    await test.done(test.setOverride());
    expect(now()).toEqual(before);
    await test.done(test.setOverride('perf-4-8'));
    expect(now()).toEqual(before);
    await test.done(test.clearOverride());
    expect(now()).toEqual(before);
  });

  it('counts from the next start on, both ways', async () => {
    const before = hardwareOf(test);
    await test.done(test.setOverride());
    await test.done(test.change(status === 'running' ? 'restart' : 'start'));
    expect(sizeAtProvider(test)).toEqual(LENT);
    expect(test.state().applied).toEqual({ asked: LENT, given: LENT, source: 'override', shortfall: null });
    expect(hardwareOf(test)).toBe(before);
    await test.done(test.clearOverride());
    expect(sizeAtProvider(test)).toEqual(LENT);
    await test.done(test.change('restart'));
    expect(sizeAtProvider(test)).toEqual(OWN);
    expect(test.state().applied).toEqual({ asked: OWN, given: OWN, source: 'tier', shortfall: null });
    expect(hardwareOf(test)).toBe(before);
  });
});

it('stays through stops and starts until somebody clears it', async () => {
  const test = await new TestInstance().provisioned();
  await test.done(test.setOverride());
  for (let restart = 0; restart < 3; restart += 1) {
    await test.done(test.change('restart'));
    expect([sizeAtProvider(test), test.state().adminMachineSizeOverride?.preset]).toEqual([
      LENT,
      'perf-4-16',
    ]);
  }
});

describe('an instance of unknown size that was started on a lent one', () => {
  it('is never labelled by it, not after the clear either', async () => {
    const test = await new TestInstance().stopped();
    const override = {
      machineSize: LENT,
      reason: 'out of memory',
      actorId: ADMIN_ID,
      setAt: '2026-01-01T00:00:00Z',
    };
    const unknown = { instanceType: null, machineSize: null, applied: null, built: null } as const;
    test.rewrite({ ...unknown, adminMachineSizeOverride: override });
    const seen: unknown[] = [];
    const look = async () => {
      test.clock.advance(60_000);
      await test.instance.look();
      await test.instance.look();
      seen.push([test.state().instanceType, test.state().machineSize, test.registry.row?.instanceType]);
    };
    await test.done(test.change('start'));
    expect(sizeAtProvider(test)).toEqual(LENT);
    await look();
    await test.done(test.clearOverride());
    await look();
    await test.done(test.change('restart'));
    await look();
    await test.done(test.change('stop'));
    await test.done(test.change('start'));
    await look();
    expect(seen).toEqual(Array(4).fill([null, null, null]));
    // Nobody knows its own size: it is started as it is, and no size is made up.
    expect(sizeAtProvider(test)).toEqual(LENT);
  });
});

describe('an override with an end', () => {
  const phaseOf = (test: TestInstance) => overridePhaseOf(test.state(), test.clock.now());
  const endIn = (test: TestInstance, ms: number) => new Date(test.clock.now() + ms).toISOString();

  it('is active, expiring, ended but still on the machine, and gone after the next start', async () => {
    const test = await new TestInstance().provisioned();
    const endsAt = test.clock.now() + 3 * DAY_MS;
    await test.done(test.setOverride('perf-4-16', { apply: 'now', expiresAt: endIn(test, 3 * DAY_MS) }));
    expect(phaseOf(test)).toBe('active');
    test.clock.advanceTo(endsAt - DAY_MS - 1);
    expect(phaseOf(test)).toBe('active');
    test.clock.advanceTo(endsAt - DAY_MS);
    expect(phaseOf(test)).toBe('expiring');
    test.clock.advanceTo(endsAt - 1);
    expect(phaseOf(test)).toBe('expiring');
    test.clock.advanceTo(endsAt);
    expect(phaseOf(test)).toBe('ended_awaiting_restart');
    await test.runAlarm();
    expect([test.state().adminMachineSizeOverride, phaseOf(test)]).toEqual([null, 'ended_awaiting_restart']);
    expect(sizeAtProvider(test)).toEqual(LENT);
    await test.done(test.change('restart'));
    expect([phaseOf(test), sizeAtProvider(test)]).toEqual(['none', OWN]);
  });

  it('is cleared by an alarm at its very end, by the system, in the registry too', async () => {
    const test = await new TestInstance().provisioned();
    const endsAt = test.clock.now() + DAY_MS;
    await test.done(test.setOverride('perf-4-16', { expiresAt: endIn(test, DAY_MS) }));
    test.clock.advanceTo(endsAt - 1);
    await test.runAlarm();
    expect([test.state().adminMachineSizeOverride === null, test.storage.alarmAt]).toEqual([false, endsAt]);
    await test.runAlarm();
    await test.settle();
    const { id, actor, kind, status } = test.newestOperation();
    expect([kind, status, actor]).toEqual(['clear_override', 'succeeded', { kind: 'system', id: 'expiry' }]);
    expect([test.clock.now(), test.registry.row?.adminSizeOverride]).toEqual([endsAt, null]);
    expect(test.registry.auditOf(id)).toEqual(['requested', 'succeeded']);
  });

  it('counts for nothing from its end on, also where the alarm is late', async () => {
    const test = await new TestInstance().provisioned();
    await test.done(test.setOverride('perf-4-16', { apply: 'now', expiresAt: endIn(test, DAY_MS) }));
    test.clock.advance(DAY_MS);
    const isLeft = test.state().adminMachineSizeOverride !== null;
    const effective = effectiveMachineSize({ ...test.state(), now: test.clock.now() });
    accepted(await test.change('restart'));
    await test.quiet();
    expect([isLeft, effective, sizeAtProvider(test), test.state().applied?.source]).toEqual([
      true,
      OWN,
      OWN,
      'tier',
    ]);
  });

  it('is renewed by setting it again, and replaced by setting another: the answer and the audit hold both', async () => {
    const test = await new TestInstance().provisioned();
    await test.done(test.setOverride('perf-4-16', { expiresAt: endIn(test, DAY_MS), reason: 'first' }));
    const before = test.state().adminMachineSizeOverride;
    test.clock.advance(DAY_MS - 1);
    const expiresAt = endIn(test, 20 * DAY_MS);
    const { id, result } = await test.done(test.setOverride('perf-4-16', { expiresAt, reason: 'second' }));
    const after = test.state().adminMachineSizeOverride;
    expect(after).toMatchObject({ expiresAt, reason: 'second' });
    expect(result).toMatchObject({ override: after, previousOverride: before });
    const [requested] = [...test.registry.audit.values()].filter((row) => row.operationId === id);
    expect(requested?.metadata).toMatchObject({ asked: { override: after, previousOverride: before } });
    test.clock.advance(2);
    await test.runAlarm();
    expect(test.state().adminMachineSizeOverride).toEqual(after);
    const replaced = await test.done(test.setOverride('perf-4-8'));
    expect(replaced.result).toMatchObject({ override: { preset: 'perf-4-8' }, previousOverride: after });
  });

  it.each([
    ['in force', 0, true],
    ['past its end', DAY_MS, false],
  ])('%s is gone after a resize, which tells what it has cleared', async (_title, laterMs, isTold) => {
    const test = await new TestInstance().stopped();
    await test.done(test.setOverride('perf-4-16', { expiresAt: endIn(test, DAY_MS) }));
    const override = test.state().adminMachineSizeOverride;
    test.clock.advance(laterMs);
    const planned = accepted(await test.resize('perf-4-8', { dryRun: true }));
    expect(planned).toMatchObject({ plan: { clears: { sizeOverride: isTold ? override : null } } });
    const { result } = await test.done(test.resize('perf-4-8'));
    expect(result?.clearedOverride).toEqual(isTold ? override : null);
    expect([test.state().adminMachineSizeOverride, test.registry.row?.adminSizeOverride]).toEqual([
      null,
      null,
    ]);
    await test.done(test.change('start'));
    expect(sizeAtProvider(test)).toEqual(tierOf('perf-4-8').machineSize);
  });

  it('is gone with the instance, and its end wakes nobody', async () => {
    const test = await new TestInstance().provisioned();
    await test.done(test.setOverride('perf-4-16', { expiresAt: endIn(test, DAY_MS) }));
    await test.done(test.change('destroy'));
    expect([test.state().adminMachineSizeOverride, test.registry.row?.adminSizeOverride]).toEqual([
      null,
      null,
    ]);
    expect(test.storage.alarmAt).toBeNull();
  });
});
