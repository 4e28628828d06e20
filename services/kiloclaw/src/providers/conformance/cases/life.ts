/** What an instance is at a provider: its names, its whole life, what its capabilities promise. */
import assert from 'node:assert/strict';
import { sameMachineSize } from '@kiloclaw/instance-tiers';
import type { FleetResource } from '../../provider.ts';
import type { Case } from '../case.ts';
import type { Life } from '../life.ts';
import { livesAt, READS, takeAll, takeAndProve } from '../script.ts';
import { besideRetired, grownSizeGb, LARGER, NEW_MACHINE, NO_MACHINE, START, STOP } from '../steps.ts';
import { kindOf } from '../thrown.ts';

const namesArePure: Case = {
  name: 'names are the same for one instance, differ between two, and cost no call',
  group: 'plain',
  async run(stage) {
    const [one, other] = [stage.newLife(), stage.newLife()];
    const named = one.provider.nameResources(one.tags);
    assert.deepEqual(one.provider.nameResources({ ...one.tags }), named);
    one.crash();
    assert.deepEqual(one.provider.nameResources(one.tags), named);
    assert.deepEqual(JSON.parse(JSON.stringify(named)), named, 'names are flat JSON');
    assert.notDeepEqual(other.provider.nameResources(other.tags), named);
    one.provider.defaultRegion();
    assert.equal(stage.bench.faults.calls.length, 0);
  },
};

const wholeLifeLeavesNothing: Case = {
  name: 'a whole life goes from nothing to nothing, with one machine on one volume in between',
  group: 'plain',
  async run(stage) {
    for (const steps of livesAt(stage.newLife())) {
      const life = stage.newLife();
      await takeAll(life, steps);
      assert.deepEqual(await life.provider.listFleet(stage.fleetId), []);
      assert.equal(await life.observe(), null);
    }
  },
};

/** Whichever of the two it is that tells. */
async function requireMounted(life: Life): Promise<void> {
  const volume = await life.provider.observeVolume(life.tags, life.resources);
  const machine = await life.observe();
  assert.ok(volume && machine);
  const isMounted =
    machine.mountedVolumeId === volume.volumeId || volume.mountedOn?.includes(machine.machineId) === true;
  assert.ok(isMounted, `the machine is on ${machine.mountedVolumeId}, the volume on ${volume.mountedOn}`);
}

const machineIsAsAsked: Case = {
  name: 'a new machine runs in the size given, on its volume, and tells what it was built from',
  group: 'plain',
  async run(stage) {
    const life = await stage.provisioned();
    const spec = await life.machineSpec();
    const seen = await life.until('running');
    const volume = await life.provider.observeVolume(life.tags, life.resources);
    const { cpuKindsObservable, volumesAreSized } = life.provider.capabilities;
    assert.ok(seen.size && sameMachineSize(seen.size, spec.size, { cpuKindObservable: cpuKindsObservable }));
    assert.equal(seen.sizeSource, spec.sizeSource);
    assert.equal(seen.configurationFingerprint, spec.configurationFingerprint);
    await requireMounted(life);
    assert.equal(seen.outOfMemoryAtMs, null);
    assert.equal(volume?.sizeGb, volumesAreSized ? stage.subject.volume.sizeGb : null);
  },
};

const readsChangeNothing: Case = {
  name: 'looking changes nothing, and a look costs what it promises',
  group: 'plain',
  async run(stage) {
    const life = await stage.provisioned();
    life.crash();
    const before = stage.bench.faults.calls.length;
    await life.observe();
    const look = stage.bench.faults.calls.slice(before);
    assert.ok(
      look.length <= stage.subject.callsOfALook,
      `a look cost ${look.map(({ what }) => what).join(', ')}`,
    );
    for (const { name, read } of READS) assert.ok(await read(life), `${name} found nothing`);
    await life.provider.fitSize(stage.subject.largerSize);
    const effects = stage.bench.faults.calls.slice(before).filter(({ isEffect }) => isEffect);
    assert.deepEqual(effects, []);
  },
};

const listsTellWhatThereIs: Case = {
  name: 'the lists of an instance and of a fleet hold exactly what there is',
  group: 'plain',
  async run(stage) {
    const life = await stage.provisioned();
    const { machines, volumes } = await life.inventory();
    const { instanceId } = life.tags;
    const expected = [
      ...machines.map((id) => ({ kind: 'machine', id, instanceId })),
      ...volumes.map((id) => ({ kind: 'volume', id, instanceId })),
    ];
    const told = (found: readonly FleetResource[]) =>
      found.map(({ kind, id, instanceId: of }) => ({ kind, id, instanceId: of }));
    assert.deepEqual(told(await life.owned()), expected);
    assert.deepEqual(told(await life.provider.listFleet(stage.fleetId)), expected);
  },
};

const waitsAreBounded: Case = {
  name: 'a wait for what does not come ends, with what there is',
  group: 'plain',
  async run(stage) {
    const life = await stage.provisioned();
    const waitMs = 1_200;
    const mostMs = waitMs + 20_000;
    const startedAtMs = performance.now();
    const seen = await life.observe({ until: 'stopped', waitMs });
    assert.equal(seen?.state, 'running');
    assert.ok(performance.now() - startedAtMs < mostMs);
  },
};

const replacedMachineKeepsVolume: Case = {
  name: 'a machine made anew comes back on the same volume',
  group: 'plain',
  async run(stage) {
    const life = await stage.provisioned();
    const before = await life.inventory();
    await takeAndProve(life, NO_MACHINE);
    assert.equal(await life.observe(), null);
    life.learn({ machineId: null });
    await takeAll(life, [NEW_MACHINE, START]);
    const after = await life.inventory();
    assert.deepEqual(after.volumes, before.volumes);
    await requireMounted(life);
  },
};

const changesAreTold: Case = {
  name: 'a machine that is built as wanted needs no change, and another configuration does',
  group: 'plain',
  async run(stage) {
    const { machine, largerSize } = stage.subject;
    const { provider } = stage.newLife();
    assert.equal(provider.machineChange(machine, { ...machine }), 'none');
    assert.notEqual(provider.machineChange(machine, { ...machine, size: largerSize }), 'none');
    const otherwise = { ...machine, configurationFingerprint: 'another' };
    assert.notEqual(provider.machineChange(machine, otherwise), 'none');
  },
};

const refusesWhatItCannot: Case = {
  name: 'what the capabilities deny is refused as invalid, without any effect',
  group: 'plain',
  appliesTo: ({ capabilities }) => !capabilities.extendVolume || !capabilities.forksVolume,
  async run(stage) {
    const life = await stage.provisioned();
    const { provider, tags, resources } = life;
    const before = stage.bench.faults.calls.length;
    if (!provider.capabilities.extendVolume) {
      assert.equal(await kindOf(provider.extendVolume(tags, resources, grownSizeGb(null))), 'invalid');
    }
    if (!provider.capabilities.forksVolume) {
      assert.equal(await kindOf(provider.forkVolume(tags, resources, stage.subject.volume)), 'invalid');
    }
    assert.deepEqual(
      stage.bench.faults.calls.slice(before).filter(({ isEffect }) => isEffect),
      [],
    );
  },
};

const volumesNeverShrink: Case = {
  name: 'a volume asked for no more than it has stays as it is, and that is a success',
  group: 'plain',
  appliesTo: ({ capabilities }) => capabilities.extendVolume,
  async run(stage) {
    const life = await stage.provisioned();
    const { provider, tags, resources } = life;
    const sizeGb = stage.subject.volume.sizeGb ?? 0;
    for (const asked of [sizeGb, sizeGb - 1]) {
      assert.equal((await provider.extendVolume(tags, resources, asked)).sizeGb, sizeGb);
    }
    assert.equal((await provider.observeVolume(tags, resources))?.sizeGb, sizeGb);
  },
};

const forksKeepTheSource: Case = {
  name: 'a forked volume is the instance’s from then on; asked twice it is one copy, and the source is kept',
  group: 'plain',
  appliesTo: ({ capabilities }) => capabilities.forksVolume,
  async run(stage) {
    const life = await stage.provisioned();
    await takeAndProve(life, STOP);
    const { provider, tags, resources } = life;
    const [source] = (await life.inventory()).volumes;
    const fork = () => provider.forkVolume(tags, resources, stage.subject.volume);
    const learned = await fork();
    assert.deepEqual(await fork(), learned, 'the second fork');
    life.learn(learned);
    const { volumes } = await life.inventory();
    assert.equal(volumes.length, 2);
    assert.ok(source !== undefined && volumes.includes(source));
    const seen = await provider.observeVolume(tags, life.resources);
    assert.notEqual(seen?.volumeId, source);
    await provider.removeSurplusVolumes(tags, life.resources);
    life.learn(await provider.findVolume(tags, life.resources));
    assert.deepEqual(await provider.observeVolume(tags, life.resources), seen);
    assert.equal((await life.inventory()).volumes.length, 2, 'a retired volume is nobody’s surplus');
    await takeAll(life, [NO_MACHINE, NEW_MACHINE, START].map(besideRetired));
    await requireMounted(life);
  },
};

const raisesLive: Case = {
  name: 'a running machine is raised live, and goes on running',
  group: 'plain',
  appliesTo: ({ capabilities }) => capabilities.sizeAppliesAt === 'live_upwards',
  async run(stage) {
    const life = await stage.provisioned();
    const before = await life.observe();
    await takeAndProve(life, LARGER);
    const after = await life.observe();
    assert.equal(after?.state, 'running');
    assert.equal(after?.machineId, before?.machineId);
  },
};

export const LIFE_CASES: readonly Case[] = [
  namesArePure,
  wholeLifeLeavesNothing,
  machineIsAsAsked,
  readsChangeNothing,
  listsTellWhatThereIs,
  waitsAreBounded,
  replacedMachineKeepsVolume,
  changesAreTold,
  refusesWhatItCannot,
  volumesNeverShrink,
  forksKeepTheSource,
  raisesLive,
];
