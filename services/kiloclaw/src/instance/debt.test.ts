import { describe, expect, it } from 'vitest';
import { accepted, INSTANCE_ID, TestInstance } from './testing/test-instance.ts';

describe('the debt to the registry', () => {
  it.each(['unavailable', 'throws'] as const)(
    'is paid later where the registry is %s; nothing waits',
    async (mode) => {
      const test = new TestInstance();
      test.registry.mode = mode;
      accepted(await test.provision());
      await test.quiet();
      for (let alarm = 0; alarm < 5; alarm += 1) await test.runAlarm();
      expect([test.newestOperation().status, test.state().status]).toEqual(['succeeded', 'running']);
      expect(test.registry.attempts).toBeLessThan(10);
      expect(test.state().registrySyncedVersion).toBe(0);
      test.registry.mode = 'stores';
      expect(await test.settle()).toBe(true);
      const { registryVersion, registrySyncedVersion } = test.state();
      expect([registrySyncedVersion, test.registry.row?.registryVersion]).toEqual([
        registryVersion,
        registryVersion,
      ]);
      expect(test.registry.auditOf(test.newestOperation().id)).toEqual(['requested', 'succeeded']);
    },
  );

  it('parks a row that is refused for good, and owes it again with every later change', async () => {
    const test = await new TestInstance().provisioned();
    test.registry.mode = 'rejects';
    for (const name of ['one', 'two', 'three', 'four']) {
      const before = test.registry.attempts;
      accepted(await test.provision({ name }));
      expect(await test.settle()).toBe(true);
      expect(test.state().drift.map(({ kind }) => kind)).toEqual(['registry_rejected']);
      const attempts = test.registry.attempts - before;
      expect(attempts).toBeGreaterThanOrEqual(1);
      expect(attempts).toBeLessThanOrEqual(2);
    }
    test.registry.mode = 'stores';
    accepted(await test.provision({ name: 'five' }));
    expect(await test.settle()).toBe(true);
    expect(test.registry.row).toMatchObject({ name: 'five', driftKinds: [] });
    expect(test.state().drift).toEqual([]);
  });

  it('owes a change that comes without an audit row, also after several refusals', async () => {
    const test = await new TestInstance().provisioned();
    test.registry.mode = 'rejects';
    for (const name of ['one', 'two']) {
      accepted(await test.provision({ name }));
      await test.settle();
    }
    const { registryVersion, registrySyncedVersion } = test.state();
    expect(registrySyncedVersion).toBe(registryVersion);
    test.registry.mode = 'stores';
    const machine = test.world.machineOf(INSTANCE_ID);
    if (machine === null) throw new Error('no machine');
    machine.state = 'stopped';
    for (let look = 0; look < 2; look += 1) await test.instance.look();
    expect(await test.settle()).toBe(true);
    expect(test.registry.row).toMatchObject({ status: 'stopped', name: 'two' });
  });

  it('passes a row whose version is ahead', async () => {
    const test = new TestInstance();
    test.registry.currentVersion = 40;
    await test.provisioned();
    expect(test.registry.row?.registryVersion).toBeGreaterThan(40);
    expect(test.state().registrySyncedVersion).toBe(test.registry.row?.registryVersion);
    expect(test.registry.row?.status).toBe('running');
  });
});
