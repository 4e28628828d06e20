import { A_CLOUD } from '@kiloclaw/platform-contract/testing';
import { describe, expect, it } from 'vitest';
import { accepted, TestInstance } from '../testing/test-instance.ts';
import type { WorldMachine } from '../testing/world.ts';

const LARGER = { cpus: 4, memory_mb: 8192, cpu_kind: 'performance' } as const;

/** Looks until nothing is in doubt and nothing is owed, and once more: that one writes nothing. */
async function looked(test: TestInstance): Promise<void> {
  await test.lookTwice();
  await test.settle();
  const before = [test.state(), test.storage.rowsWritten, test.registry.attempts];
  await test.lookTwice();
  await test.settle();
  expect([test.state(), test.storage.rowsWritten, test.registry.attempts]).toEqual(before);
}

function twinOf(machine: WorldMachine, id: string): WorldMachine {
  return { ...machine, id };
}

describe('a machine in the place of the one that ran', () => {
  it('is reached where it answers, and not where the other one did', async () => {
    const test = await new TestInstance().provisioned();
    test.world.machines.splice(0, 1, twinOf(test.machine, 'machine_other'));
    await looked(test);
    const { status, endpoint, resources } = test.state();
    expect([status, endpoint, resources.machineId]).toEqual([
      'running',
      'https://machine_other.example.com',
      'machine_other',
    ]);
  });
});

describe('a machine that is gone', () => {
  it('is forgotten at the second look, with an entry in the timeline, and never made anew', async () => {
    const test = await new TestInstance().provisioned();
    const { id } = test.machine;
    test.world.machines.length = 0;
    await test.instance.look();
    expect([test.state().status, test.state().resources.machineId]).toEqual(['running', id]);
    await looked(test);
    const { status, applied, built, endpoint, resources } = test.state();
    expect([status, applied, built, endpoint, resources.machineId]).toEqual([
      'stopped',
      null,
      null,
      null,
      null,
    ]);
    expect(test.world.machines).toEqual([]);
    const entry = test.newestOperation();
    expect(entry).toMatchObject({ kind: 'repair', status: 'succeeded', steps: [] });
    expect(entry.actor).toEqual({ kind: 'system', id: 'reconcile' });
    expect(entry.result).toEqual({ adopted: [{ what: 'machine_forgotten', from: id, to: null }] });
    expect(test.registry.auditOf(entry.id)).toEqual(['requested', 'succeeded']);
    expect(test.registry.row).toMatchObject({ status: 'stopped', machineId: null });
    accepted(await test.change('start'));
    expect(await test.settle()).toBe(true);
    expect([test.state().status, test.world.machines.length]).toEqual(['running', 1]);
  });

  it('is looked at again soon, and believed to be there where it is back', async () => {
    const test = await new TestInstance().provisioned();
    const machines = test.world.machines.splice(0);
    await test.instance.look();
    expect(test.storage.alarmAt).toBe(test.clock.now() + 15_000);
    test.world.machines.push(...machines);
    await test.instance.look();
    test.world.machines.length = 0;
    await test.instance.look();
    expect(test.state().status).toBe('running');
  });

  it('is not forgotten on the word of a look from before an operation', async () => {
    const test = await new TestInstance().provisioned();
    const machines = test.world.machines.splice(0);
    await test.instance.look();
    test.world.machines.push(...machines);
    accepted(await test.change('restart'));
    await test.settle();
    test.world.machines.length = 0;
    await test.instance.look();
    expect(test.state().status).toBe('running');
  });

  it('is not forgotten where its tags could not be searched', async () => {
    const test = await new TestInstance().provisioned();
    test.world.machines.length = 0;
    await test.instance.look();
    test.world.fail('findMachine', { kind: 'before', error: 'unavailable' }, { times: 2 });
    await test.lookTwice();
    expect([test.state().status, test.operations().length]).toEqual(['running', 1]);
    await test.instance.look();
    expect(test.state().status).toBe('stopped');
  });
});

describe('a machine whose id is lost', () => {
  it('is found by its tags', async () => {
    const test = await new TestInstance().provisioned();
    const { id } = test.machine;
    await test.store({ resources: { ...test.state().resources, machineId: null } });
    await looked(test);
    expect([test.state().resources.machineId, test.state().status]).toEqual([id, 'running']);
    const recovered = { what: 'machine_recovered', from: null, to: id };
    expect(test.newestOperation().result).toEqual({ adopted: [recovered] });
    expect(test.registry.row?.machineId).toBe(id);
  });

  it('may be one of several: the first one is taken, and all are a finding', async () => {
    const test = await new TestInstance().provisioned();
    const { id } = test.machine;
    test.world.machines.push(twinOf(test.machine, 'machine_twin'));
    await test.store({ resources: { ...test.state().resources, machineId: null } });
    await test.instance.look();
    expect([test.state().resources.machineId, test.findings()]).toEqual([id, ['duplicate_machines']]);
  });

  it('is the other one of the tags where the recorded one is gone, and then runs as that one does', async () => {
    const test = await new TestInstance().provisioned();
    const other = { ...twinOf(test.machine, 'machine_other'), state: 'stopped' as const };
    test.world.machines.splice(0, 1, other);
    await test.instance.look();
    expect(test.state().resources.machineId).not.toBe(other.id);
    await test.instance.look();
    expect(test.state().resources.machineId).toBe(other.id);
    await looked(test);
    expect([test.state().status, test.findings()]).toEqual(['stopped', []]);
  });

  it('is not searched for by an instance that has never run', async () => {
    const test = await new TestInstance().provisioned({ start: false });
    await test.lookTwice();
    expect(
      ['observeMachine', 'findMachine', 'listOwned'].map((call) => test.world.calls.includes(call as never)),
    ).toEqual([false, false, false]);
    expect(test.world.countOf('observeVolume')).toBe(2);
  });
});

describe('machines that are several', () => {
  it('are a finding with their ids; none is deleted, and it goes when one is left', async () => {
    const test = await new TestInstance().provisioned();
    test.world.machines.push(twinOf(test.machine, 'machine_twin'));
    await looked(test);
    const [finding] = test.state().drift;
    expect(finding).toMatchObject({
      kind: 'duplicate_machines',
      details: { machineIds: [test.machine.id, 'machine_twin'] },
    });
    expect([test.world.machines.length, test.registry.row?.driftKinds]).toEqual([2, ['duplicate_machines']]);
    test.world.machines.length = 1;
    await test.runAlarm();
    expect(test.findings()).toEqual([]);
    expect(test.operations()).toHaveLength(1);
  });
});

describe('the size of a running machine', () => {
  const sizedOtherwise = (test: TestInstance) => {
    test.machine.spec = { ...test.machine.spec, size: LARGER };
  };

  it('that is not the one it was started with is a finding, and gone when it is that one again', async () => {
    const test = await new TestInstance().provisioned();
    const { size } = test.machine.spec;
    sizedOtherwise(test);
    await looked(test);
    const finding = test.state().drift.find(({ kind }) => kind === 'size_differs');
    expect(finding?.details).toEqual({ appliedSize: size, observedSize: LARGER });
    expect(test.state().machineSize).toEqual(size);
    expect(test.registry.row?.driftKinds).toEqual(['size_differs']);
    test.machine.spec = { ...test.machine.spec, size };
    await looked(test);
    expect(test.findings()).toEqual([]);
  });

  it('is compared with nothing while the machine is at rest; its next start gives it its own again', async () => {
    const test = await new TestInstance().stopped();
    const { size } = test.machine.spec;
    sizedOtherwise(test);
    await looked(test);
    expect(test.findings()).toEqual([]);
    accepted(await test.change('start'));
    await test.settle();
    expect([test.machine.spec.size, test.state().applied?.given]).toEqual([size, size]);
  });

  it('is its own again after a restart', async () => {
    const test = await new TestInstance().provisioned();
    const { size } = test.machine.spec;
    sizedOtherwise(test);
    await looked(test);
    accepted(await test.change('restart'));
    await test.settle();
    expect(test.machine.spec.size).toEqual(size);
    await looked(test);
    expect(test.findings()).toEqual([]);
  });

  it('does not differ by a CPU kind that cannot be observed', async () => {
    const test = await new TestInstance().provisioned();
    const size = { ...test.machine.spec.size, cpu_kind: 'shared' } as const;
    test.machine.told = { size };
    test.world.capabilities = { ...A_CLOUD, cpuKindsObservable: false };
    await looked(test);
    expect(test.findings()).toEqual([]);
    test.world.capabilities = A_CLOUD;
    await looked(test);
    expect(test.findings()).toEqual(['size_differs']);
  });

  it('leaves the word of a start without room as it is', async () => {
    const test = await new TestInstance().stopped();
    accepted(await test.resize('perf-4-8'));
    await test.settle();
    test.world.fail('startMachine', { kind: 'before', error: 'host_full' });
    accepted(await test.change('start'));
    await test.settle();
    const because = () => test.state().drift.find(({ kind }) => kind === 'size_differs')?.details;
    expect(because()).toMatchObject({ because: 'no_room' });
    await looked(test);
    expect(because()).toMatchObject({ because: 'no_room' });
    const { size } = test.machine.spec;
    sizedOtherwise(test);
    await looked(test);
    expect(because()).toMatchObject({ observedSize: LARGER });
    test.machine.spec = { ...test.machine.spec, size };
    await looked(test);
    expect(because()).toMatchObject({ because: 'no_room' });
  });
});

describe('a machine that is not on its volume', () => {
  it('is a finding, and gone when it is on it', async () => {
    const test = await new TestInstance().provisioned();
    const volumeId = test.volume.id;
    test.machine.mountedVolumeId = 'vol_other';
    await looked(test);
    const [finding] = test.state().drift;
    expect(finding).toMatchObject({
      kind: 'volume_not_mounted',
      details: { mountedVolumeId: 'vol_other', volumeId },
    });
    test.machine.mountedVolumeId = volumeId;
    await looked(test);
    expect(test.findings()).toEqual([]);
  });

  it('is known by the volume where that is what tells, and by neither where it leaves it out', async () => {
    const test = await new TestInstance().provisioned();
    test.machine.told = { mountedVolumeId: null };
    const findingsWhereTold = async (mountedOn: readonly string[] | null) => {
      test.volume.told = { mountedOn };
      await looked(test);
      return test.findings();
    };
    expect(await findingsWhereTold([test.machine.id])).toEqual([]);
    expect(await findingsWhereTold(['another'])).toEqual(['volume_not_mounted']);
    expect(await findingsWhereTold(null)).toEqual(['volume_not_mounted']);
    expect(await findingsWhereTold([test.machine.id])).toEqual([]);
    expect(await findingsWhereTold(null)).toEqual([]);
  });

  it('is one that tells no volume, but not one that tells nothing', async () => {
    const test = await new TestInstance().provisioned();
    test.machine.told = { mountedVolumeId: null, size: null };
    await looked(test);
    expect(test.findings()).toEqual([]);
    test.machine.told = { mountedVolumeId: null };
    await looked(test);
    expect(test.findings()).toEqual(['volume_not_mounted']);
  });
});
