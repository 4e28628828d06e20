/** Every writer of the record put through all that it may do. */
import type { Result } from '@kiloclaw/platform-contract';
import { expect, vi } from 'vitest';
import { createVault } from '../../vault.ts';
import { recall } from '../restore.ts';
import { sealingOf } from '../sealing.ts';
import { ADMIN_ID, accepted, INSTANCE_ID, OWNER_ID, TestInstance } from './test-instance.ts';
import type { WorldMachine } from './world.ts';

const OLD_KEY = { id: 'old', secret: new Uint8Array(32).fill(1) };
const RED = { env: { COLOUR: 'red' }, image: 'example/image:2' };

/** Time goes on with every look at the clock, so that what is dated differs. */
function newInstance(): TestInstance {
  const test = new TestInstance();
  const now = test.clock.now.bind(test.clock);
  vi.spyOn(test.clock, 'now').mockImplementation(() => {
    test.clock.advance(1);
    return now();
  });
  return test;
}

async function done(test: TestInstance, begun: Promise<Result<unknown>>): Promise<void> {
  accepted(await begun);
  expect(await test.settle()).toBe(true);
}

const changed = (test: TestInstance, kind: 'start' | 'stop' | 'restart' | 'destroy') =>
  done(test, test.change(kind));

const configured = (test: TestInstance, asked: Parameters<TestInstance['provision']>[0]) =>
  done(test, test.provision(asked));

/** Replaces the machine behind the instance's back by another of the same name. */
function replaceMachine({ world }: TestInstance): void {
  const machine = world.machines.pop();
  if (machine === undefined) throw new Error('no machine');
  world.machines.push({ ...machine, id: world.nextId('machine_') });
}

function machineOf({ world }: TestInstance): WorldMachine {
  const machine = world.machineOf(INSTANCE_ID);
  if (machine === null) throw new Error('no machine');
  return machine;
}

/** As a record of an older release lacks it; nobody here saves that. */
function forgetHardware({ instance }: TestInstance): void {
  instance.deps.storage.exec(
    "UPDATE record SET state = json_set(state, '$.machineSize', json('null'), '$.instanceType', json('null'))",
  );
}

async function looked(test: TestInstance, machineState: 'running' | 'stopped'): Promise<void> {
  machineOf(test).state = machineState;
  for (let look = 0; look < 2; look += 1) await test.instance.look();
  expect(test.state().status).toBe(machineState);
}

const unmount = (test: TestInstance) => {
  machineOf(test).mountedVolumeId = 'vol_other';
};
const loseVolume = ({ world }: TestInstance) => {
  world.volumes.length = 0;
};
const remounted = (test: TestInstance) => test.repair('volume_not_mounted', 'remount');

/** Decides a finding, with a look before the decision that tells no size: the operation itself has to learn it. */
async function decidedInTheDark(
  test: TestInstance,
  find: (test: TestInstance) => void,
  decide: (test: TestInstance) => Promise<Result<unknown>>,
): Promise<void> {
  machineOf(test).sizeSource = null;
  find(test);
  await test.lookTwice();
  machineOf(test).sizeSource = 'tier';
  test.world.fail('observeMachine', { kind: 'before', error: 'unavailable' });
  await done(test, decide(test));
}

/** Loses the storage under a row without a label; the machine says where its size came from. */
async function restoredUnlabelled(test: TestInstance, sizeSource: 'tier' | null): Promise<void> {
  if (test.registry.row === null) throw new Error('no row');
  test.registry.row = { ...test.registry.row, instanceType: null };
  machineOf(test).sizeSource = sizeSource;
  await test.loseStorage();
  expect(await recall(test.instance, test.caller(), 'status')).toEqual({ kind: 'present' });
  expect(await test.settle()).toBe(true);
  expect(test.state().machineSize === null).toBe(sizeSource === null);
}

/** By what happens in it. */
export const WRITER_RUNS: Readonly<Record<string, () => Promise<void>>> = {
  'a whole life': async () => {
    const test = await newInstance().provisioned();
    await changed(test, 'stop');
    await changed(test, 'start');
    await changed(test, 'restart');
    await changed(test, 'destroy');
  },
  'a provision that is undone when its machine runs': async () => {
    const test = newInstance();
    test.registry.mode = 'rejects';
    test.world.fail('createVolume', { kind: 'lost' });
    test.world.fail('removeSurplusVolumes', { kind: 'before', error: 'invalid' });
    await test.provisioned();
    expect([test.newestOperation().status, test.state().status]).toEqual(['failed', 'destroyed']);
  },
  'a destroy of all that there can be': async () => {
    const test = await newInstance().provisioned();
    await done(test, test.setOverride());
    test.registry.mode = 'rejects';
    await configured(test, { name: 'refused' });
    await changed(test, 'destroy');
  },
  'a machine that another configuration waits for': async () => {
    const test = await newInstance().stopped();
    await configured(test, RED);
    await changed(test, 'start');
    await configured(test, { env: {}, name: 'new', image: 'example/image:3' });
    await changed(test, 'restart');
    await changed(test, 'stop');
    await configured(test, { ...RED, start: true });
    await configured(test, { image: 'example/image:4' });
    await done(test, test.setOverride('perf-4-8', { apply: 'now' }));
    await configured(test, { image: 'example/image:5' });
    await done(test, test.clearOverride({ apply: 'now' }));
    await configured(test, { image: 'example/image:6' });
    await done(test, test.resize('perf-4-8', { apply: 'now' }));
    await changed(test, 'destroy');
  },
  'a machine that is not the one on record': async () => {
    const test = await newInstance().provisioned();
    replaceMachine(test);
    await changed(test, 'stop');
    replaceMachine(test);
    await changed(test, 'start');
    replaceMachine(test);
    await changed(test, 'restart');
    replaceMachine(test);
    await configured(test, { ...RED, start: true });
  },
  'an override that could not be read': async () => {
    for (const decide of [
      (test: TestInstance) => test.setOverride(),
      (test: TestInstance) => test.clearOverride(),
    ]) {
      const test = await newInstance().provisioned();
      if (test.registry.row === null) throw new Error('no row');
      test.registry.row = { ...test.registry.row, adminSizeOverride: {} };
      await test.loseStorage();
      expect(await recall(test.instance, test.caller(), 'status')).toEqual({ kind: 'present' });
      await test.settle();
      await done(test, decide(test));
    }
  },
  'hardware that is changed for good and lent': async () => {
    const test = await newInstance().provisioned();
    await done(test, test.setOverride('perf-4-8', { apply: 'now' }));
    await done(test, test.clearOverride({ apply: 'now' }));
    await done(test, test.setOverride('perf-4-16', { apply: 'now' }));
    await done(test, test.resize('perf-4-8', { apply: 'now' }));
    await done(test, test.extend(40));
  },
  'a resize that is refused when its size has been put': async () => {
    const test = await newInstance().provisioned();
    test.world.fail('extendVolume', { kind: 'before', error: 'invalid' });
    await done(test, test.resize('perf-4-8', { apply: 'now' }));
    expect([test.newestOperation().status, test.state().status]).toEqual(['failed', 'running']);
  },
  'a machine that is not the one on record, at each change of its size': async () => {
    const test = await newInstance().provisioned();
    replaceMachine(test);
    await done(test, test.setOverride('perf-4-8', { apply: 'now' }));
    replaceMachine(test);
    await done(test, test.clearOverride({ apply: 'now' }));
    replaceMachine(test);
    await done(test, test.resize('perf-4-8', { apply: 'now' }));
  },
  'sizes that wait for a start': async () => {
    const test = await newInstance().provisioned();
    await done(test, test.setOverride('perf-4-8'));
    await changed(test, 'restart');
    await done(test, test.clearOverride());
    await changed(test, 'stop');
    await changed(test, 'start');
    await done(test, test.setOverride('perf-4-8'));
    await changed(test, 'stop');
    await configured(test, { ...RED, start: true });
  },
  'a host that has less, and then enough': async () => {
    const test = newInstance();
    test.world.host = { cpus: 1, memory_mb: 2048 };
    await test.provisioned();
    test.world.host = null;
    await changed(test, 'restart');
    await changed(test, 'stop');
    test.world.host = { cpus: 1, memory_mb: 2048 };
    await changed(test, 'start');
    await changed(test, 'stop');
    test.world.host = { cpus: 2, memory_mb: 4096 };
    await configured(test, { ...RED, start: true });
    await done(test, test.setOverride('perf-4-8', { apply: 'now' }));
    await done(test, test.clearOverride({ apply: 'now' }));
  },
  'a host that is full, so that the instance moves': async () => {
    const full = { kind: 'before', error: 'host_full' } as const;
    const begins: ((test: TestInstance) => Promise<unknown>)[] = [
      (test) => changed(test, 'restart'),
      (test) => changed(test, 'stop').then(() => changed(test, 'start')),
      (test) => changed(test, 'stop').then(() => configured(test, { ...RED, start: true })),
      (test) => done(test, test.setOverride('perf-4-8', { apply: 'now' })),
      (test) => done(test, test.resize('perf-4-8', { apply: 'now' })),
      async (test) => {
        await done(test, test.setOverride('perf-4-8', { apply: 'now' }));
        test.world.fail('startMachine', full);
        await done(test, test.clearOverride({ apply: 'now' }));
      },
      async (test) => {
        unmount(test);
        await test.lookTwice();
        await done(test, remounted(test));
      },
      async (test) => {
        loseVolume(test);
        await test.lookTwice();
        await done(test, test.replaceVolume());
      },
    ];
    for (const begin of begins) {
      const test = await newInstance().provisioned();
      test.world.addHost('host_2', 'fra');
      test.world.fail('startMachine', full, { times: 2 });
      test.world.fail('createMachine', full);
      await begin(test);
      test.world.heal();
      if (test.state().status === 'stopped') await changed(test, 'start');
    }
  },
  'an instance that is made where there is room': async () => {
    const test = newInstance();
    test.world.fill('host_1');
    test.world.addHost('host_2', 'fra');
    await test.provisioned();
  },
  'a volume that waits for a restart': async () => {
    const test = await newInstance().provisioned();
    test.world.extendNeedsRestart = true;
    await done(test, test.extend(15));
    await done(test, test.resize('perf-4-8', { apply: 'now' }));
  },
  'an object that is restored, of which only its machine tells': async () => {
    const test = await newInstance().provisioned();
    await restoredUnlabelled(test, 'tier');
  },
  'an object that is restored, which has lost its volume and was stopped meanwhile': async () => {
    const test = await newInstance().provisioned();
    test.world.volumes.length = 0;
    machineOf(test).state = 'stopped';
    await restoredUnlabelled(test, null);
  },
  'hardware that is learned late': async () => {
    const begins: ((test: TestInstance) => Promise<unknown>)[] = [
      (test) => changed(test, 'restart'),
      (test) => changed(test, 'start'),
      (test) => configured(test, { ...RED, start: true }),
      (test) => done(test, test.clearOverride({ apply: 'now' })),
      (test) => done(test, test.resize('perf-4-8', { apply: 'now' })),
      (test) => done(test, test.extend(40)),
      (test) => decidedInTheDark(test, unmount, remounted),
      (test) => decidedInTheDark(test, loseVolume, (missing) => missing.replaceVolume()),
    ];
    for (const begin of begins) {
      const test = await newInstance().provisioned();
      await restoredUnlabelled(test, null);
      machineOf(test).sizeSource = 'tier';
      await begin(test);
    }
  },
  'looks that contradict': async () => {
    const test = await newInstance().provisioned();
    await looked(test, 'stopped');
    await looked(test, 'running');
  },
  'what a look finds changed behind our back': async () => {
    const test = await newInstance().provisioned();
    const [volume] = test.world.volumes;
    if (volume === undefined) throw new Error('no volume');
    volume.sizeGb = 15;
    machineOf(test).told = { outOfMemoryAtMs: test.clock.now() };
    await test.instance.look('thorough');
    forgetHardware(test);
    await test.instance.look('thorough');
    machineOf(test).mountedVolumeId = 'vol_other';
    await test.instance.look('thorough');
    await configured(test, { image: 'example/image:2' });
    await done(test, test.repair('volume_not_mounted', 'remount'));
    await configured(test, { image: 'example/image:3' });
    test.world.volumes.length = 0;
    for (let look = 0; look < 2; look += 1) await test.instance.look('thorough');
    await done(test, test.replaceVolume());
    test.world.machines.length = 0;
    for (let look = 0; look < 2; look += 1) await test.instance.look('thorough');
    expect(test.state()).toMatchObject({ status: 'stopped', built: null });
  },
  'two machines of which one is kept': async () => {
    const test = await newInstance().provisioned();
    const machine = machineOf(test);
    test.world.machines.push({ ...machine, id: test.world.nextId('machine_'), state: 'stopped' });
    await test.instance.look('thorough');
    const other = test.world.machines[1]?.id ?? '';
    await done(test, test.repair('duplicate_machines', `keep:${other}`));
    expect(test.state()).toMatchObject({ status: 'stopped', resources: { machineId: other } });
  },
  'an admin and an owner who are deleted': async () => {
    const test = newInstance();
    test.registry.mode = 'unavailable';
    await test.provisioned({ name: 'named' });
    accepted(await test.setOverride());
    accepted(await test.scrub(ADMIN_ID));
    accepted(await test.scrub(OWNER_ID));
    test.registry.mode = 'stores';
    await changed(test, 'destroy');
  },
  'an alarm that was lost, and somebody who takes note of it': async () => {
    const test = await newInstance().provisioned();
    test.storage.alarmAt = null;
    accepted(await test.checkUp());
    accepted(await test.fix());
  },
  'another key for the encryption at rest': async () => {
    const test = newInstance();
    test.vault = createVault([OLD_KEY]);
    await test.provisioned(RED);
    test.vault = createVault([{ ...OLD_KEY, id: 'new' }, OLD_KEY]);
    accepted(await sealingOf(test.instance, { caller: test.caller(), reseal: true }));
  },
  'a registry that refuses, and one that is ahead': async () => {
    const test = await newInstance().provisioned();
    test.registry.mode = 'rejects';
    await configured(test, { name: 'refused' });
    test.registry.mode = 'stores';
    test.registry.currentVersion = 40;
    await configured(test, { name: 'stored' });
  },
};
