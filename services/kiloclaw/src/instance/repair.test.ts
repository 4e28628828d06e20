import { describe, expect, it } from 'vitest';
import { recall } from './restore.ts';
import { accepted, refusal, TestInstance } from './testing/test-instance.ts';

async function unmounted(prepare: (test: TestInstance) => unknown = () => undefined): Promise<TestInstance> {
  const test = await new TestInstance().provisioned();
  await prepare(test);
  test.machine.mountedVolumeId = 'vol_other';
  return test;
}

async function stop(test: TestInstance): Promise<void> {
  accepted(await test.change('stop'));
  await test.settle();
}

async function withTwins(): Promise<TestInstance> {
  const test = await new TestInstance().provisioned();
  for (const id of ['machine_twin', 'machine_third']) test.world.machines.push({ ...test.machine, id });
  return test;
}

async function withoutVolume(prepare: (test: TestInstance) => unknown = () => undefined) {
  const test = await new TestInstance().provisioned();
  await prepare(test);
  const volumes = test.world.volumes.splice(0);
  await test.lookTwice();
  await test.settle();
  return { test, volumes };
}

const idsOf = (items: readonly { readonly id: string }[]) => items.map(({ id }) => id);

describe('a repair of what was not found', () => {
  it.each([
    ['volume_not_mounted', 'remount'],
    ['duplicate_machines', 'keep:machine_2'],
    ['retired_volume', 'delete:vol_1'],
  ] as const)('is refused: %s', async (finding, choice) => {
    const test = await new TestInstance().provisioned();
    const { code, message, details } = refusal(await test.repair(finding, choice));
    expect([code, details]).toEqual(['invalid_request', { path: 'finding', finding }]);
    expect(message).toContain(finding);
    expect(test.operations()).toHaveLength(1);
  });

  it('is refused where it was mended since, and the finding is gone', async () => {
    const test = await unmounted();
    await test.lookTwice();
    expect(test.findings()).toEqual(['volume_not_mounted']);
    test.machine.mountedVolumeId = test.volume.id;
    expect(refusal(await test.repair('volume_not_mounted', 'remount')).code).toBe('invalid_request');
    expect(test.findings()).toEqual([]);
  });

  it.each([
    ['volume_not_mounted', 'remount:now'],
    ['volume_not_mounted', 'keep:machine_2'],
  ] as const)('by a choice that it does not have is refused: %s %s', async (finding, choice) => {
    const test = await unmounted();
    const { code, details } = refusal(await test.repair(finding, choice));
    expect([code, details]).toEqual(['invalid_request', { path: 'choice', offered: ['remount'] }]);
    expect(test.world.countOf('deleteMachine')).toBe(0);
  });

  it('waits for the operation that runs', async () => {
    const test = await unmounted();
    test.world.fail('stopMachine', { kind: 'hold', at: 'before', until: new Promise(() => {}) });
    accepted(await test.change('stop'));
    await test.quiet();
    expect(refusal(await test.repair('volume_not_mounted', 'remount')).code).toBe('operation_in_progress');
  });

  it('is one operation under one key', async () => {
    const test = await unmounted();
    const idempotencyKey = 'one-key';
    const first = accepted(await test.repair('volume_not_mounted', 'remount', { idempotencyKey }));
    await test.settle();
    const again = accepted(await test.repair('volume_not_mounted', 'remount', { idempotencyKey }));
    expect([again.id, test.world.countOf('deleteMachine')]).toEqual([first.id, 1]);
  });
});

describe('remount', () => {
  it('leaves what was stopped stopped; its next start makes the machine on its own volume', async () => {
    const test = await unmounted(stop);
    accepted(await test.repair('volume_not_mounted', 'remount'));
    await test.settle();
    expect([test.state().status, test.world.machines, test.findings()]).toEqual(['stopped', [], []]);
    expect(test.newestOperation().result).toMatchObject({ needsStart: true });
    accepted(await test.change('start'));
    await test.settle();
    expect([test.state().status, test.machine.mountedVolumeId]).toEqual(['running', test.volume.id]);
  });

  it('takes nothing away where the new machine could not be made', async () => {
    const test = await unmounted();
    await test.store({ configuration: null });
    accepted(await test.repair('volume_not_mounted', 'remount'));
    await test.settle();
    const { status, error } = test.newestOperation();
    expect([status, error?.code]).toEqual(['failed', 'configuration_unknown']);
    expect([test.machine.state, test.world.countOf('stopMachine')]).toEqual(['running', 0]);
  });

  it('makes the machine on the size that counts, and learns an unknown one while it can', async () => {
    const test = await unmounted();
    await test.store({ machineSize: null, instanceType: null });
    test.world.fail('observeMachine', { kind: 'before', error: 'unavailable' });
    await test.instance.look();
    accepted(await test.setOverride('perf-4-16'));
    accepted(await test.repair('volume_not_mounted', 'remount'));
    await test.settle();
    expect(test.machine.spec).toMatchObject({ sizeSource: 'override', size: { cpus: 4, memory_mb: 16_384 } });
    expect(test.state().applied).toMatchObject({ source: 'override' });
  });
});

describe('keep', () => {
  it('deletes each other machine, by a list before each, and adopts the one that is kept', async () => {
    const test = await withTwins();
    await test.lookTwice();
    const lists = test.world.countOf('listOwned');
    accepted(await test.repair('duplicate_machines', 'keep:machine_twin'));
    expect(await test.settle()).toBe(true);
    expect([idsOf(test.world.machines), test.findings()]).toEqual([['machine_twin'], []]);
    expect(test.world.countOf('deleteMachine')).toBe(2);
    expect(test.world.countOf('listOwned') - lists).toBeGreaterThanOrEqual(3);
    expect(test.state()).toMatchObject({ status: 'running', resources: { machineId: 'machine_twin' } });
    expect(test.newestOperation()).toMatchObject({ kind: 'repair', status: 'succeeded' });
    expect(test.registry.row).toMatchObject({ machineId: 'machine_twin', driftKinds: [] });
  });

  it('takes the status of the one that is kept', async () => {
    const test = await withTwins();
    const twin = test.world.machines.find(({ id }) => id === 'machine_twin');
    if (twin !== undefined) twin.state = 'stopped';
    accepted(await test.repair('duplicate_machines', 'keep:machine_twin'));
    await test.settle();
    expect([test.state().status, test.state().endpoint]).toEqual(['stopped', null]);
  });

  it('gives out the address of the one that is kept, and not of the one that it has deleted', async () => {
    const test = await withTwins();
    accepted(await test.repair('duplicate_machines', 'keep:machine_twin'));
    await test.settle();
    expect(test.state()).toMatchObject({
      status: 'running',
      endpoint: 'https://machine_twin.example.com',
    });
  });

  it('deletes none where the one to keep is not there', async () => {
    const test = await withTwins();
    expect(refusal(await test.repair('duplicate_machines', 'keep:machine_ghost'))).toMatchObject({
      code: 'invalid_request',
      details: { path: 'choice' },
    });
    await test.lookTwice();
    test.world.fail('listOwned', { kind: 'before', error: 'unavailable' });
    const twin = test.world.machines.findIndex(({ id }) => id === 'machine_twin');
    test.world.machines.splice(twin, 1);
    accepted(await test.repair('duplicate_machines', 'keep:machine_twin'));
    await test.settle();
    expect(test.newestOperation().error?.code).toBe('invalid_request');
    expect([test.world.machines.length, test.world.countOf('deleteMachine')]).toEqual([2, 0]);
  });
});

describe('a retired volume', () => {
  it('is deleted when an admin lets it go, and only that one', async () => {
    const test = await new TestInstance().provisioned();
    const { instanceId } = test.volume;
    for (const id of ['vol_old', 'vol_older']) test.world.volumes.push({ id, instanceId, sizeGb: 10 });
    const details = { volumeIds: ['vol_old', 'vol_older'] };
    await test.store({ drift: [{ kind: 'retired_volume', since: test.clock.now(), details }] });
    const own = test.volume.id;
    expect(refusal(await test.repair('retired_volume', `delete:${own}`)).details?.path).toBe('choice');
    accepted(await test.repair('retired_volume', 'delete:vol_old'));
    await test.settle();
    expect(idsOf(test.world.volumes)).toEqual([own, 'vol_older']);
    expect(test.state().drift).toMatchObject([{ details: { volumeIds: ['vol_older'] } }]);
    accepted(await test.repair('retired_volume', 'delete:vol_older'));
    await test.settle();
    expect([idsOf(test.world.volumes), test.findings()]).toEqual([[own], []]);
  });
});

describe('a volume beside the instance’s own', () => {
  async function withAnother() {
    const test = await new TestInstance().provisioned();
    const { instanceId } = test.volume;
    test.world.volumes.push({ id: 'vol_old', instanceId, sizeGb: 10 });
    await test.lookTwice();
    return test;
  }
  const found = (test: TestInstance) => test.state().drift.map(({ kind, details }) => [kind, details]);
  const OLD = ['retired_volume', { volumeIds: ['vol_old'] }];

  it('is found by a look at all that is there, and is an admin’s to let go', async () => {
    const test = await withAnother();
    expect(found(test)).toEqual([OLD]);
    accepted(await test.repair('retired_volume', 'delete:vol_old'));
    await test.settle();
    expect([idsOf(test.world.volumes), found(test)]).toEqual([[test.volume.id], []]);
  });

  it('is found again where the storage that knew of it was lost', async () => {
    const test = await withAnother();
    const { volumeId } = test.state().resources;
    await test.loseStorage();
    await recall(test.instance, test.caller(), 'status');
    await test.settle();
    await test.lookTwice();
    expect([test.state().resources.volumeId, found(test)]).toEqual([volumeId, [OLD]]);
  });

  it('is none of those where the machine is on it', async () => {
    const test = await withAnother();
    const { instanceId } = test.volume;
    test.world.volumes.push({ id: 'vol_mounted', instanceId, sizeGb: 10 });
    test.machine.mountedVolumeId = 'vol_mounted';
    await test.lookTwice();
    expect(test.findings().sort()).toEqual(['retired_volume', 'volume_not_mounted']);
    expect(found(test)).toContainEqual(OLD);
  });

  it('is not forgotten by a list in which the instance’s own is missing too', async () => {
    const test = await withAnother();
    const volumes = test.world.volumes.splice(0);
    await test.lookTwice();
    expect(found(test)).toContainEqual(OLD);
    test.world.volumes.push(...volumes.slice(0, 1));
    await test.lookTwice();
    expect(found(test)).toEqual([]);
  });
});

describe('a replaced volume', () => {
  it('is a new one of the recorded size, with its machine on it, running as before', async () => {
    const { test, volumes } = await withoutVolume();
    const operation = accepted(await test.replaceVolume());
    expect(await test.settle()).toBe(true);
    expect([test.volume.sizeGb, test.volume.id === volumes[0]?.id]).toEqual([10, false]);
    expect([test.machine.mountedVolumeId, test.machine.state]).toEqual([test.volume.id, 'running']);
    expect([test.findings(), test.state().instanceType]).toEqual([[], 'perf-1-3']);
    expect(test.state().resources).toMatchObject({ volumeId: test.volume.id, machineId: test.machine.id });
    expect(test.registry.auditOf(operation.id)).toEqual(['requested', 'succeeded']);
    await test.lookTwice();
    expect(test.findings()).toEqual([]);
  });

  it('leaves what was stopped stopped', async () => {
    const { test } = await withoutVolume(stop);
    accepted(await test.replaceVolume());
    await test.settle();
    expect([test.state().status, test.world.machines, test.volume.sizeGb]).toEqual(['stopped', [], 10]);
  });

  it('is refused where no volume is missed', async () => {
    const test = await new TestInstance().provisioned();
    const { code, message } = refusal(await test.replaceVolume());
    expect([code, test.world.volumes.length]).toEqual(['invalid_request', 1]);
    expect(message).toContain('volume_missing');
  });

  it('is refused where the volume is back, and the finding is gone', async () => {
    const { test, volumes } = await withoutVolume();
    test.world.volumes.push(...volumes);
    expect(refusal(await test.replaceVolume()).code).toBe('invalid_request');
    expect([test.findings(), idsOf(test.world.volumes)]).toEqual([[], idsOf(volumes)]);
  });

  it('is looked for once more by the operation itself: what comes back is kept', async () => {
    const { test, volumes } = await withoutVolume();
    test.world.fail('observeVolume', { kind: 'before', error: 'unavailable' });
    test.world.onFault = () => test.world.volumes.push(...volumes);
    accepted(await test.replaceVolume());
    await test.settle();
    expect(test.newestOperation()).toMatchObject({ status: 'failed', error: { code: 'invalid_request' } });
    expect([idsOf(test.world.volumes), test.machine.state]).toEqual([idsOf(volumes), 'running']);
    await test.lookTwice();
    expect(test.findings()).toEqual([]);
  });

  it('never takes an older volume of the instance for the new one, nor deletes it', async () => {
    const { test } = await withoutVolume();
    const { instanceId } = test.machine;
    test.world.volumes.push({ id: 'vol_old', instanceId, sizeGb: 10 });
    test.world.fail('createVolume', { kind: 'late' });
    accepted(await test.replaceVolume());
    await test.settle();
    expect(test.newestOperation().status).toBe('succeeded');
    const { volumeId } = test.state().resources;
    expect(idsOf(test.world.volumes)).toEqual(['vol_old', volumeId]);
    expect(volumeId).not.toBe('vol_old');
  });

  it('never deletes the one that was gone, should it come back meanwhile', async () => {
    const { test, volumes } = await withoutVolume();
    test.world.fail('createVolume', { kind: 'lost' });
    // After the new one, which the look then finds first.
    test.world.onFault = () => queueMicrotask(() => test.world.volumes.push(...volumes));
    accepted(await test.replaceVolume());
    await test.settle();
    expect(test.newestOperation().status).toBe('succeeded');
    expect(idsOf(test.world.volumes)).toEqual(expect.arrayContaining(idsOf(volumes)));
    expect(test.world.volumes).toHaveLength(2);
  });
});
