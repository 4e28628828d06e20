import { describe, expect, it } from 'vitest';
import { accepted, refusal, TestInstance } from './testing/test-instance.ts';

describe('a sweep', () => {
  it('changes and writes nothing where all is as it should be', async () => {
    const test = await new TestInstance().provisioned();
    const before = [test.state(), test.storage.rowsWritten, test.storage.alarmsSet];
    expect(accepted(await test.sweep())).toEqual({ alarmRepaired: false, rowDiffered: false });
    await test.settle();
    expect([test.state(), test.storage.rowsWritten, test.storage.alarmsSet]).toEqual(before);
  });

  it('sets an alarm that was lost', async () => {
    const test = await new TestInstance().provisioned();
    test.storage.alarmAt = null;
    expect(accepted(await test.sweep())).toMatchObject({ alarmRepaired: true });
    expect(test.storage.alarmAt).toBeGreaterThanOrEqual(test.clock.now());
  });

  it.each([
    ['ahead', 7],
    ['behind', -1],
  ])('passes and rewrites a row that is %s of what was written last', async (_word, offset) => {
    const test = await new TestInstance().provisioned();
    const { registry } = test;
    const rowVersion = test.state().registrySyncedVersion + offset;
    registry.currentVersion = rowVersion;
    const swept = test.sweep({ registryVersion: rowVersion });
    registry.row = null;
    expect(accepted(await swept)).toMatchObject({ rowDiffered: true });
    expect(await test.settle()).toBe(true);
    expect(registry.row).toMatchObject({ status: 'running', registryVersion: test.state().registryVersion });
    expect(test.state().registryVersion).toBeGreaterThan(rowVersion);
    expect(accepted(await test.sweep())).toMatchObject({ rowDiffered: false });
  });

  it.each([
    ['status', { status: 'stopped' }],
    ['size', { machineSize: null }],
    ['override', { adminSizeOverride: { machineSize: 'huge' } }],
    ['end: it is closed, while the instance lives', { status: 'destroyed', destroyedAt: 1 }],
  ])('passes and rewrites a row of the same version that shows another %s', async (_what, written) => {
    const test = await new TestInstance().provisioned();
    const own = test.registry.row;
    if (own === null) throw new Error('there is no row');
    expect(accepted(await test.sweep(written))).toEqual({ alarmRepaired: false, rowDiffered: true });
    expect(await test.settle()).toBe(true);
    const { registryVersion, updatedAt: _updatedAt, ...shown } = own;
    expect(test.registry.row).toMatchObject(shown);
    expect(test.registry.row?.registryVersion).toBeGreaterThan(registryVersion);
    expect(accepted(await test.sweep())).toMatchObject({ rowDiffered: false });
  });

  it('takes an override whose keys stand in another order for the same', async () => {
    const test = await new TestInstance().provisioned();
    await test.done(test.setOverride());
    const override = Object.entries(test.registry.row?.adminSizeOverride ?? {}).reverse();
    const adminSizeOverride = Object.fromEntries(override);
    expect(accepted(await test.sweep({ adminSizeOverride }))).toMatchObject({ rowDiffered: false });
  });

  it('has nothing to do where a closed row’s object is empty', async () => {
    const test = await new TestInstance().provisioned();
    await test.done(test.change('destroy'));
    await test.loseStorage();
    expect(accepted(await test.sweep())).toEqual({ alarmRepaired: false, rowDiffered: false });
    expect(test.instance.hasRecord()).toBe(false);
  });

  it('leaves a row that is behind because it is still owed to the debt', async () => {
    const test = await new TestInstance().provisioned();
    const rowVersion = test.state().registrySyncedVersion;
    test.registry.mode = 'unavailable';
    accepted(await test.change('stop'));
    await test.quiet();
    const { registryVersion } = test.state();
    expect(registryVersion).toBeGreaterThan(rowVersion);
    expect(accepted(await test.sweep({ registryVersion: rowVersion }))).toMatchObject({ rowDiffered: false });
    expect(test.state().registryVersion).toBe(registryVersion);
  });

  it('is refused where the row names another owner', async () => {
    const test = await new TestInstance().provisioned();
    const answer = await test.sweep({ registryVersion: 99 }, test.caller('user_bob'));
    expect(refusal(answer).code).toBe('instance_not_found');
    expect(test.state().registryVersion).toBeLessThan(99);
  });
});
