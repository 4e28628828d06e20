import { runDurableObjectAlarm } from 'cloudflare:test';
import {
  type CheckupFixAnswer,
  CheckupFixAnswerSchema,
  CheckupPageSchema,
} from '@kiloclaw/platform-contract';
import { describe, expect, it } from 'vitest';
import { READ_KEY } from '../testing/bindings.ts';
import { changeMachine, changeVolume, flyChanges, resetFlyCounters } from '../testing/fly-control.ts';
import {
  change,
  crash,
  debugStatusOf,
  errorOf,
  loseAlarm,
  loseStorage,
  newTarget,
  objectOf,
  provisioned,
  send,
  storedRows,
  type Target,
} from '../testing/platform.ts';
import {
  auditRowsOf,
  registryRowOf,
  tamperRow,
  untilPaid,
  whileRegistryRefuses,
} from '../testing/registry.ts';

const OVERRIDE = `'{"machineSize": {"cpus": 4, "memory_mb": 16384, "cpu_kind": "performance"}, "reason": "out of memory", "actorId": "user_admin", "setAt": "2026-01-01T00:00:00.000Z"}'::jsonb`;

async function settled(more: object = {}): Promise<Target> {
  const target = newTarget();
  await provisioned(target, more);
  await untilPaid(target);
  return target;
}

async function checkup({ userId }: Pick<Target, 'userId'>, more: object = {}) {
  const answer = await send('checkup', { userId, live: 1, ...more }, { key: READ_KEY });
  expect(answer.status, answer.text).toBe(200);
  return CheckupPageSchema.parse(answer.body);
}

/** What was found of one instance. */
async function findingsOf(target: Target, more?: object) {
  const { instances } = await checkup(target, more);
  return instances
    .filter(({ instanceId }) => instanceId === target.instanceId)
    .flatMap((each) => each.findings);
}

const kindsOf = async (target: Target, more?: object) =>
  (await findingsOf(target, more)).map(({ kind }) => kind);

async function fixed(target: Target): Promise<CheckupFixAnswer> {
  const answer = await send('fixCheckup', target);
  expect(answer.status, answer.text).toBe(200);
  return CheckupFixAnswerSchema.parse(answer.body);
}

describe('a checkup', () => {
  it('finds nothing amiss with instances that run, are stopped, or are destroyed, and changes nothing', async () => {
    const running = await settled();
    const stopped = { ...newTarget(), userId: running.userId };
    await provisioned(stopped);
    await change('stop', stopped);
    const destroyed = { ...newTarget(), userId: running.userId };
    await provisioned(destroyed);
    await change('destroy', destroyed);
    for (const target of [running, stopped]) await untilPaid(target);
    const before = await storedRows(running);
    await resetFlyCounters();
    expect(await checkup(running)).toMatchObject({
      checkedCount: 3,
      instances: [],
      looks: { taken: 2, heldBack: 0, failed: 0, oldestAt: null },
      nextCursor: null,
    });
    expect(await flyChanges()).toBe(0);
    expect(await storedRows(running)).toEqual(before);
  });

  it('goes page by page', async () => {
    const first = await settled();
    const second = { ...newTarget(), userId: first.userId };
    await provisioned(second);
    const page = await checkup(first, { limit: 1 });
    expect(page).toMatchObject({ checkedCount: 1 });
    expect([first.instanceId, second.instanceId].sort()[0]).toBe(page.nextCursor);
    const next = await checkup(first, { limit: 1, cursor: page.nextCursor });
    expect(next.checkedCount).toBe(1);
    expect(await checkup(first, { limit: 1, cursor: next.nextCursor })).toMatchObject({
      checkedCount: 0,
      nextCursor: null,
    });
  });

  it('finds another guest, and a volume that is gone, in the very look', async () => {
    const target = await settled();
    const { providerState } = await debugStatusOf(target);
    await changeMachine(providerState.machineId, {
      guest: { cpus: 8, memory_mb: 65_536, cpu_kind: 'performance' },
    });
    expect(await kindsOf(target, { live: 0 })).toEqual([]);
    expect(await kindsOf(target)).toEqual(['size_differs']);
    await changeVolume(providerState.volumeId, { delete: true });
    expect(await kindsOf(target)).toEqual(['size_differs', 'volume_missing']);
  });

  it('tells of a machine that is gone and was taken for gone just now', async () => {
    const target = await settled();
    const { machineId } = (await debugStatusOf(target)).providerState;
    await changeMachine(machineId, { delete: true });
    expect(await findingsOf(target)).toMatchObject([
      { kind: 'adopted', details: { what: 'machine_forgotten', from: machineId, to: null } },
    ]);
    await untilPaid(target);
    expect(await kindsOf(target)).toEqual([]);
  });

  it('finds an object that knows another owner than the row, and leaves it alone', async () => {
    const target = await settled();
    const stranger = await settled();
    const { record } = await storedRows(target);
    await tamperRow(target, { user_id: `'${stranger.userId}'` });
    expect(await findingsOf({ ...target, userId: stranger.userId })).toMatchObject([
      { kind: 'owner_differs' },
    ]);
    expect((await storedRows(target)).record).toEqual(record);
  });

  it('is refused while Postgres is away', async () => {
    await whileRegistryRefuses(async () => {
      const answer = await send('checkup', {});
      expect(errorOf(answer)).toMatchObject({ status: 503, code: 'registry_unavailable' });
    });
  });

  it.each([
    [{ cursor: 'x' }, 'cursor'],
    [{ limit: 201 }, 'limit'],
    [{ provider: 'nowhere' }, 'provider'],
    [{ live: 'maybe' }, 'live'],
  ])('%j is refused by the field’s path', async (query, path) => {
    expect(errorOf(await send('checkup', query))).toMatchObject({
      status: 400,
      details: { fields: [{ path }] },
    });
  });
});

describe('a fix', () => {
  it('takes a phantom override out of the row, on record', async () => {
    const target = await settled();
    await tamperRow(target, { admin_size_override: OVERRIDE });
    expect(await findingsOf(target)).toMatchObject([
      { kind: 'phantom_override', details: { isInRow: true } },
    ]);
    expect(await fixed(target)).toMatchObject({ status: 'running', done: ['row_rewritten'], isPaid: true });
    expect(await registryRowOf(target)).toMatchObject({ adminSizeOverride: null });
    expect(await kindsOf(target)).toEqual([]);
    await untilPaid(target);
    const rows = (await auditRowsOf(target)).filter(({ action }) => action === 'checkup_fix');
    expect(rows).toMatchObject([
      { outcome: 'requested', actorKind: 'api', actorId: 'internal' },
      { outcome: 'succeeded', metadata: { done: ['row_rewritten'] } },
    ]);
  });

  it('brings back an object that lost its record', async () => {
    const target = await settled();
    await loseStorage(target);
    expect(await kindsOf(target)).toEqual(['record_lost']);
    expect(await kindsOf(target)).toEqual(['record_lost']);
    expect((await fixed(target)).done).toContain('record_restored');
    await untilPaid(target);
    expect(await kindsOf(target)).toEqual([]);
  });

  it('takes note of an alarm that was gone: the checkup has set it', async () => {
    const target = await settled();
    await loseAlarm(target);
    expect(await findingsOf(target)).toMatchObject([{ kind: 'alarm_repaired', details: { times: 1 } }]);
    await loseAlarm(target);
    await crash(target);
    expect(await findingsOf(target)).toMatchObject([{ kind: 'alarm_repaired', details: { times: 2 } }]);
    expect((await fixed(target)).done).toEqual(['alarm_repairs_noted']);
    expect(await kindsOf(target)).toEqual([]);
  });

  it('needs a key that may change something', async () => {
    const target = await settled();
    const answer = await send('fixCheckup', target, { key: READ_KEY });
    expect(errorOf(answer)).toMatchObject({ status: 401, code: 'unauthorized' });
  });
});

it('an alarm that runs, in a process that it has started, is none that was gone', async () => {
  const target = await settled();
  for (let time = 0; time < 3; time += 1) {
    await crash(target);
    expect(await runDurableObjectAlarm(objectOf(target))).toBe(true);
  }
  expect(await kindsOf(target, { live: 0 })).toEqual([]);
});
