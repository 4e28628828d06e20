import { describe, expect, it } from 'vitest';
import { recall } from './restore.ts';
import { accepted, INSTANCE_ID, OWNER_ID, refusal, TestInstance } from './testing/test-instance.ts';

const DAY_MS = 24 * 60 * 60_000;

async function lost(prepare: (test: TestInstance) => Promise<unknown> = async () => {}) {
  const test = await new TestInstance().provisioned();
  await prepare(test);
  await test.settle();
  await test.loseStorage();
  return test;
}

async function restored(test: TestInstance): Promise<TestInstance> {
  expect(await recall(test.instance, test.caller(), 'status')).toEqual({ kind: 'present' });
  expect(await test.settle()).toBe(true);
  return test;
}

/** What the registry's row would hold had somebody tampered with it, or an older release written it. */
function rewriteRow(test: TestInstance, change: Record<string, unknown>): void {
  if (test.registry.row === null) throw new Error('there is no row');
  test.registry.row = { ...test.registry.row, ...change };
}

describe('an object that lost its storage', () => {
  it('is restored by its owner’s first call: identity, tier, hardware, ids, and a version above the row’s', async () => {
    const test = await lost();
    const before = test.registry.currentVersion ?? 0;
    await restored(test);
    expect(test.state()).toMatchObject({
      userId: OWNER_ID,
      status: 'running',
      instanceType: 'perf-1-3',
      machineSize: { cpus: 1, memory_mb: 3072 },
      volumeSizeGb: 10,
      configuration: null,
      resources: { machineId: 'machine_2', volumeId: 'vol_1' },
    });
    expect(test.registry.currentVersion).toBeGreaterThan(before);
    expect(test.newestOperation()).toMatchObject({
      kind: 'restore',
      status: 'succeeded',
      actor: { kind: 'system', id: 'restore' },
    });
    expect(test.world.countOf('createMachine')).toBe(1);
    expect(test.logged.join('\n')).toContain('instance restored from the registry');
  });

  it('changes nothing for anyone else, who is answered as if there were nothing', async () => {
    const test = await lost();
    expect(await recall(test.instance, test.caller('user_mallory'), 'status')).toEqual({ kind: 'foreign' });
    expect(test.instance.hasRecord()).toBe(false);
    await test.quiet();
    const denied = [...test.registry.audit.values()].filter(({ outcome }) => outcome === 'denied');
    expect(denied).toMatchObject([
      {
        action: 'status',
        targetUserId: OWNER_ID,
        instanceId: INSTANCE_ID,
        metadata: { askedUserId: 'user_mallory' },
      },
    ]);
    const provision = await test.provision({ caller: test.caller('user_mallory') });
    expect(refusal(provision).code).toBe('instance_not_found');
  });

  it('restores nothing while the registry does not answer', async () => {
    const test = await lost();
    test.registry.mode = 'unavailable';
    expect(await recall(test.instance, test.caller(), 'status')).toEqual({ kind: 'unavailable' });
    expect(test.instance.hasRecord()).toBe(false);
  });

  it('never comes back once its row is closed, and its id is not provisioned again', async () => {
    const test = await lost((made) => made.change('destroy'));
    expect(await recall(test.instance, test.caller(), 'status')).toEqual({ kind: 'closed' });
    expect(refusal(await test.provision()).code).toBe('instance_destroying');
    expect(test.instance.hasRecord()).toBe(false);
  });

  it('brings an override back from its payload, marked for an admin to confirm', async () => {
    const test = await restored(await lost((made) => made.setOverride('perf-4-16', { apply: 'now' })));
    expect(test.state().adminMachineSizeOverride).toMatchObject({ preset: 'perf-4-16', restored: true });
    expect(test.state()).toMatchObject({
      machineSize: { cpus: 1, memory_mb: 3072 },
      applied: { source: 'override', given: { memory_mb: 16384 } },
    });
  });

  it('leaves an override behind that has ended meanwhile', async () => {
    const test = new TestInstance();
    await test.provisioned();
    const expiresAt = new Date(test.clock.now() + DAY_MS).toISOString();
    accepted(await test.setOverride('perf-4-8', { expiresAt }));
    await test.settle();
    await test.loseStorage();
    test.clock.advance(2 * DAY_MS);
    await restored(test);
    expect(test.state().adminMachineSizeOverride).toBeNull();
  });

  it('shows an override that can’t be read as a finding, and lends nothing', async () => {
    const test = await lost();
    rewriteRow(test, { adminSizeOverride: { machineSize: 'huge' } });
    await restored(test);
    expect(test.state().adminMachineSizeOverride).toBeNull();
    expect(test.state().drift.map(({ kind }) => kind)).toEqual(['override_unreadable']);
  });

  it.each([
    ['setting one', (test: TestInstance) => test.setOverride()],
    ['clearing it', (test: TestInstance) => test.clearOverride()],
    ['a resize', (test: TestInstance) => test.resize('perf-4-8', { apply: 'now' })],
  ])('has no unreadable override any more after %s', async (_what, decide) => {
    const test = await lost();
    rewriteRow(test, { adminSizeOverride: { machineSize: 'huge' } });
    await restored(test);
    await test.done(decide(test));
    expect(test.findings()).toEqual([]);
    expect(test.registry.row).toMatchObject({ driftKinds: [] });
  });

  it.each(['running', 'stopped'])(
    'is as its row says, %s, where its machine is in a state that nobody knows',
    async (status) => {
      const test = await lost(status === 'stopped' ? (made) => made.change('stop') : undefined);
      test.machine.told = { state: 'unknown' };
      await restored(test);
      expect(test.state().status).toBe(status);
    },
  );

  it.each(['custom', null])(
    'learns the hardware of a row labelled %s from the machine',
    async (instanceType) => {
      const test = await lost();
      rewriteRow(test, { instanceType });
      await restored(test);
      expect(test.state()).toMatchObject({
        instanceType: 'perf-1-3',
        machineSize: { cpus: 1, memory_mb: 3072 },
        volumeSizeGb: 10,
      });
    },
  );

  it.each(['override', null] as const)(
    'learns no hardware from a machine whose tag says %s of where its size came from',
    async (sizeSource) => {
      const test = await lost();
      rewriteRow(test, { instanceType: null });
      const machine = test.world.machineOf(INSTANCE_ID);
      if (machine === null) throw new Error('no machine');
      machine.sizeSource = sizeSource;
      await restored(test);
      await test.instance.look();
      expect(test.state()).toMatchObject({ instanceType: null, machineSize: null });
    },
  );

  it('starts again on the provider’s own configuration, in the size that is recorded', async () => {
    const test = await restored(await lost());
    const before = test.world.machineOf(INSTANCE_ID)?.spec;
    accepted(await test.setOverride('perf-4-8'));
    accepted(await test.change('restart'));
    await test.settle();
    expect(test.newestOperation()).toMatchObject({ kind: 'restart', status: 'succeeded' });
    const after = test.world.machineOf(INSTANCE_ID)?.spec;
    expect(after).toEqual({
      ...before,
      size: { cpus: 4, memory_mb: 8192, cpu_kind: 'performance' },
      sizeSource: 'override',
    });
    expect(test.world.countOf('updateMachine')).toBe(0);
  });

  it('refuses a start where the machine is gone and nobody knows the configuration', async () => {
    const test = await lost((made) => made.change('stop'));
    test.world.machines.length = 0;
    await restored(test);
    expect(test.state().status).toBe('stopped');
    accepted(await test.change('start'));
    await test.settle();
    expect(test.newestOperation()).toMatchObject({
      kind: 'start',
      status: 'failed',
      error: { code: 'configuration_unknown' },
    });
  });

  it('is restored once by calls that come together', async () => {
    const test = await lost();
    const recalls = await Promise.all([1, 2, 3].map(() => recall(test.instance, test.caller(), 'status')));
    expect(recalls).toEqual([{ kind: 'present' }, { kind: 'present' }, { kind: 'present' }]);
    await test.settle();
    expect(test.operations().map(({ kind }) => kind)).toEqual(['restore']);
  });

  it('goes on with a destroy that its row tells of', async () => {
    const test = await lost();
    rewriteRow(test, { status: 'destroying' });
    await restored(test);
    expect(test.state().status).toBe('destroyed');
    expect([test.world.machines.length, test.world.volumes.length]).toEqual([0, 0]);
  });
});

describe('a provision while the registry does not answer', () => {
  it('is refused where its id was named and something of it is there: nobody can tell whose it is', async () => {
    const test = await lost();
    test.registry.mode = 'unavailable';
    for (const caller of [test.caller(), test.caller('user_mallory')]) {
      const { code, details } = refusal(await test.provision({ caller, instanceIdIsNamed: true }));
      expect([code, details?.path]).toEqual(['registry_unavailable', 'instanceId']);
    }
    expect(test.instance.hasRecord()).toBe(false);
    expect([test.world.countOf('createVolume'), test.world.countOf('createMachine')]).toEqual([1, 1]);
  });

  it('is refused where its id was named and a provider does not tell whether it is free', async () => {
    const test = new TestInstance();
    test.registry.mode = 'unavailable';
    test.world.fail('findMachine', { kind: 'before', error: 'unavailable' });
    expect(refusal(await test.provision({ instanceIdIsNamed: true })).code).toBe('registry_unavailable');
    expect(test.instance.hasRecord()).toBe(false);
  });

  it('makes a named instance where no provider has anything of it, and undoes it if it fails', async () => {
    const test = new TestInstance();
    test.registry.mode = 'unavailable';
    accepted(await test.provision({ instanceIdIsNamed: true }));
    await test.quiet();
    expect(test.state().status).toBe('running');
    const failed = new TestInstance();
    failed.registry.mode = 'unavailable';
    failed.world.fail('createMachine', { kind: 'before', error: 'region_full' });
    accepted(await failed.provision({ instanceIdIsNamed: true }));
    await failed.quiet();
    expect([failed.newestOperation().status, failed.world.volumes.length]).toEqual(['failed', 0]);
  });

  it('looks before it makes anything: what a lost object left is taken over, and never removed', async () => {
    const test = await lost();
    test.registry.mode = 'unavailable';
    accepted(await test.provision());
    await test.quiet();
    test.registry.mode = 'stores';
    await test.settle();
    expect([test.world.volumes.length, test.world.countOf('createVolume')]).toEqual([1, 1]);
    expect([test.world.machines.length, test.world.countOf('createMachine')]).toEqual([1, 1]);
    expect(test.state().resources).toMatchObject({ machineId: 'machine_2', volumeId: 'vol_1' });
  });

  it('that fails removes nothing of what it found', async () => {
    const test = await lost();
    test.registry.mode = 'unavailable';
    test.world.fail('observeMachine', { kind: 'before', error: 'invalid' }, { times: 3 });
    accepted(await test.provision());
    await test.quiet();
    expect(test.newestOperation().status).toBe('failed');
    expect([test.world.volumes.length, test.world.machines.length]).toEqual([1, 1]);
  });

  it.each(['createVolume', 'createMachine'] as const)(
    'that found nothing and fails at %s removes what it made, and closes the row',
    async (call) => {
      const test = new TestInstance();
      test.registry.mode = 'unavailable';
      test.world.fail(call, { kind: 'before', error: 'region_full' });
      accepted(await test.provision());
      await test.quiet();
      test.registry.mode = 'stores';
      expect(await test.settle()).toBe(true);
      expect([test.newestOperation().status, test.state().status]).toEqual(['failed', 'destroyed']);
      expect([test.world.volumes.length, test.world.machines.length]).toEqual([0, 0]);
      expect(test.registry.row?.destroyedAt).not.toBeNull();
    },
  );

  it.each(['findVolume', 'fitSize'] as const)(
    'that fails at %s before it has anything can be provisioned again, started and destroyed',
    async (call) => {
      const test = await lost();
      test.registry.mode = 'unavailable';
      test.world.fail(call, { kind: 'before', error: 'invalid' });
      accepted(await test.provision());
      await test.quiet();
      test.registry.mode = 'stores';
      await test.settle();
      expect(test.operations()[0]).toMatchObject({ kind: 'provision', status: 'failed' });
      expect(test.state().status).toBe('provisioned');
      expect(test.storage.alarmAt).not.toBeNull();
      expect([test.world.volumes.length, test.world.machines.length]).toEqual([1, 1]);
      expect((await test.done(test.provision({ name: 'again' }))).status).toBe('succeeded');
      expect((await test.done(test.change('start'))).status).toBe('succeeded');
      expect(test.state().status).toBe('running');
      expect((await test.done(test.change('destroy'))).status).toBe('succeeded');
      expect([test.world.volumes.length, test.world.machines.length]).toEqual([0, 0]);
    },
  );
});
