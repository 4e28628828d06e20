/** What is not this instance's: others' machines and volumes, other instances, other fleets. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Case } from '../case.ts';
import type { Life } from '../life.ts';
import { destroy, take, takeAll, takeAndProve } from '../script.ts';
import { HOLD, HOME, LARGER, NEW_VOLUME, RELEASE, STOP } from '../steps.ts';
import { endOf, eventually, kindOf, thrownBy } from '../thrown.ts';

const foreignHome: Case = {
  name: 'a home of our name that is not ours is refused as invalid, and never touched',
  group: 'plain',
  appliesTo: ({ bench }) => bench.tricks.foreignHome !== null,
  async run(stage) {
    const life = stage.newLife();
    const isUntouched = await stage.bench.tricks.foreignHome?.(life);
    const { provider, tags, resources } = life;
    assert.equal(await kindOf(provider.ensureHome(tags, resources)), 'invalid');
    await thrownBy(provider.deleteMachines(tags, resources));
    await thrownBy(provider.deleteVolumes(tags, resources));
    await thrownBy(provider.deleteHome(tags, resources));
    assert.equal(await isUntouched?.(), true);
  },
};

const foreignHold: Case = {
  name: 'while somebody else holds a machine, a hold and a change are a conflict, and succeed afterwards',
  group: 'plain',
  appliesTo: ({ bench }) => bench.tricks.foreignHold !== null,
  async run(stage) {
    const life = await stage.provisioned();
    await takeAndProve(life, STOP);
    const { provider, tags, resources } = life;
    const { size } = await life.machineSpec(stage.subject.largerSize);
    const letGo = await stage.bench.tricks.foreignHold?.(life);
    assert.equal(await kindOf(provider.holdMachine(tags, resources)), 'conflict');
    const change = provider.changeMachineSize(tags, resources, { size, sizeSource: 'tier' });
    assert.equal(await kindOf(change), 'conflict');
    await letGo?.();
    for (const step of [HOLD, LARGER, RELEASE]) await takeAndProve(life, step);
  },
};

const foreignMachine: Case = {
  name: 'a machine of our name that is not ours is refused as invalid, and never touched',
  group: 'plain',
  appliesTo: ({ bench }) => bench.tricks.foreignMachine !== null,
  async run(stage) {
    const life = stage.newLife();
    await takeAll(life, [HOME, NEW_VOLUME]);
    const isUntouched = await stage.bench.tricks.foreignMachine?.(life);
    const { provider, tags, resources } = life;
    assert.equal(await kindOf(provider.findMachine(tags, resources)), 'invalid');
    assert.equal(await kindOf(provider.createMachine(tags, resources, await life.machineSpec())), 'invalid');
    // Refused or passed over, as long as it stays.
    await endOf(stage.subject.pace, () => provider.deleteMachines(tags, resources));
    await endOf(stage.subject.pace, () => provider.deleteVolumes(tags, resources));
    await thrownBy(provider.deleteHome(tags, resources));
    assert.equal(await isUntouched?.(), true);
    await eventually(stage.subject.pace, async () =>
      assert.deepEqual(await life.provider.listFleet(stage.fleetId), []),
    );
  },
};

const foreignVolume: Case = {
  name: 'a volume of our name that is not ours is refused as invalid, and never touched',
  group: 'plain',
  appliesTo: ({ bench }) => bench.tricks.foreignVolume !== null,
  async run(stage) {
    const life = stage.newLife();
    await take(life, HOME);
    const isUntouched = await stage.bench.tricks.foreignVolume?.(life);
    const { provider, tags, resources, subject } = life;
    assert.equal(await kindOf(provider.findVolume(tags, resources)), 'invalid');
    assert.equal(await kindOf(provider.createVolume(tags, resources, subject.volume)), 'invalid');
    await thrownBy(provider.removeSurplusVolumes(tags, resources));
    await thrownBy(provider.deleteVolumes(tags, resources));
    await thrownBy(provider.deleteHome(tags, resources));
    assert.equal(await isUntouched?.(), true);
    await eventually(stage.subject.pace, async () =>
      assert.deepEqual(await life.provider.listFleet(stage.fleetId), []),
    );
  },
};

/** Every call that may delete or change anything, for one instance, aimed at the other's ids where it takes an id. */
async function trespass(by: Life, at: Life): Promise<void> {
  const { provider, tags } = by;
  const { machines, volumes } = await at.inventory();
  for (const resources of [by.resources, { ...by.resources, ...idsOf(at) }]) {
    for (const id of machines) await thrownBy(provider.deleteMachine(tags, resources, id));
    for (const id of volumes) await thrownBy(provider.deleteVolume(tags, resources, id));
    await thrownBy(provider.removeSurplusVolumes(tags, resources));
    await thrownBy(provider.deleteMachines(tags, resources));
    await thrownBy(provider.deleteVolumes(tags, resources));
    await thrownBy(provider.deleteHome(tags, resources));
  }
}

/** What a mistaken record could hold of another instance: its ids, and none of its names. */
function idsOf({ resources }: Life) {
  return Object.fromEntries(Object.entries(resources).filter(([key]) => key.endsWith('Id')));
}

const neighboursStay: Case = {
  name: 'no call of one instance touches another’s, of its own fleet or of another one',
  group: 'plain',
  async run(stage) {
    const otherFleet = randomUUID();
    const one = await stage.provisioned();
    const neighbour = await stage.provisioned();
    const stranger = await stage.provisioned(otherFleet);
    const before = [await neighbour.inventory(), await stranger.inventory()];
    await trespass(one, stranger);
    await trespass(one, neighbour);
    assert.deepEqual([await neighbour.inventory(), await stranger.inventory()], before);
    assert.equal((await neighbour.observe())?.state, 'running');
    assert.equal((await stranger.observe())?.state, 'running');
    const ofFleet = async (fleetId: string) =>
      new Set((await one.provider.listFleet(fleetId)).map(({ instanceId }) => instanceId));
    await destroy(one);
    assert.deepEqual(await ofFleet(stage.fleetId), new Set([neighbour.tags.instanceId]));
    assert.deepEqual(await ofFleet(otherFleet), new Set([stranger.tags.instanceId]));
  },
};

const recordedVolumeStays: Case = {
  name: 'the volume in use is not deleted as one of many, and its machine can be',
  group: 'plain',
  async run(stage) {
    const life = await stage.provisioned();
    const { provider, tags, resources } = life;
    const { machines, volumes } = await life.inventory();
    for (const id of volumes)
      assert.equal(await kindOf(provider.deleteVolume(tags, resources, id)), 'invalid');
    const { pace } = stage.subject;
    const deleteEach = async () => {
      for (const id of machines) {
        assert.equal(await endOf(pace, () => provider.deleteMachine(tags, resources, id)), null);
      }
    };
    await deleteEach();
    await life.untilNone('machine');
    await deleteEach();
    assert.deepEqual((await life.inventory()).volumes, volumes);
  },
};

export const OTHERS_CASES: readonly Case[] = [
  foreignHome,
  foreignHold,
  foreignMachine,
  foreignVolume,
  neighboursStay,
  recordedVolumeStays,
];
