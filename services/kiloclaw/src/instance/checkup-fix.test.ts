import { describe, expect, it } from 'vitest';
import { accepted, refusal, TestInstance } from './testing/test-instance.ts';

function auditOf({ registry }: TestInstance) {
  return [...registry.audit.values()]
    .filter(({ action }) => action === 'checkup_fix')
    .map(({ outcome, metadata }) => ({ outcome, metadata }));
}

describe('a fix', () => {
  it('does nothing to a healthy instance, and is on record all the same', async () => {
    const test = await new TestInstance().provisioned();
    const before = test.state();
    expect(accepted(await test.fix())).toEqual({ status: 'running', done: [], isPaid: true });
    expect(await test.settle()).toBe(true);
    expect(test.state()).toEqual(before);
    expect(auditOf(test)).toEqual([
      { outcome: 'requested', metadata: null },
      { outcome: 'succeeded', metadata: { done: [] } },
    ]);
  });

  it('rewrites a row that is not the object’s', async () => {
    const test = await new TestInstance().provisioned();
    const { row } = test.registry;
    if (row === null) throw new Error('there is no row');
    expect(accepted(await test.fix({ ...row, status: 'stopped' })).done).toEqual(['row_rewritten']);
    expect(test.registry.row).toMatchObject({ status: 'running' });
    expect(test.registry.row?.registryVersion).toBeGreaterThan(row.registryVersion);
  });

  it('writes a row that is gone', async () => {
    const test = await new TestInstance().provisioned();
    test.registry.row = null;
    test.registry.currentVersion = null;
    expect(accepted(await test.fix())).toMatchObject({ done: ['row_rewritten'], isPaid: true });
    expect(test.registry.row).toMatchObject({ status: 'running' });
  });

  it('tries a row anew that was refused for good, and tells where it still is', async () => {
    const test = await new TestInstance().provisioned();
    test.registry.mode = 'rejects';
    accepted(await test.change('stop'));
    await test.settle();
    expect(test.findings()).toEqual(['registry_rejected']);
    expect(accepted(await test.fix())).toMatchObject({ done: [], isPaid: false });
    test.registry.mode = 'stores';
    expect(accepted(await test.fix())).toMatchObject({ done: ['row_rewritten'], isPaid: true });
    expect(test.findings()).toEqual([]);
  });

  it('pays at once what is owed', async () => {
    const test = await new TestInstance().provisioned();
    test.registry.mode = 'unavailable';
    accepted(await test.change('stop'));
    await test.quiet();
    test.registry.mode = 'stores';
    expect(accepted(await test.fix())).toMatchObject({ status: 'stopped', isPaid: true });
    expect(test.registry.row).toMatchObject({ status: 'stopped' });
  });

  it('sets a lost alarm, and takes note of its repairs', async () => {
    const test = await new TestInstance().provisioned();
    test.storage.alarmAt = null;
    expect(accepted(await test.fix()).done).toEqual(['alarm_set', 'alarm_repairs_noted']);
    expect(test.storage.alarmAt).not.toBeNull();
    expect(test.state()).not.toHaveProperty('alarmRepairs');
  });

  it('goes on with an operation that should run', async () => {
    const test = await new TestInstance().provisioned();
    test.storage.killAfterSegments(1);
    await test.change('stop').catch(() => undefined);
    await test.crash();
    expect(accepted(await test.fix()).done).toContain('operation_resumed');
    await test.quiet();
    expect(test.state().status).toBe('stopped');
  });

  it('is refused to anybody but the owner, and changes nothing', async () => {
    const test = await new TestInstance().provisioned();
    test.storage.alarmAt = null;
    expect(refusal(await test.fix(null, test.caller('user_bob'))).code).toBe('instance_not_found');
    expect(test.storage.alarmAt).toBeNull();
    expect(auditOf(test)).toMatchObject([{ outcome: 'denied' }]);
  });
});
