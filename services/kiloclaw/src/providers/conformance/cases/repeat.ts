/** Calls that come twice, and calls for what is not there. */
import assert from 'node:assert/strict';
import type { Case } from '../case.ts';
import type { Life } from '../life.ts';
import { livesAt, requireCounts, take, takeAndProve } from '../script.ts';
import { HOME, NEW_VOLUME, type Step } from '../steps.ts';
import { endOf, thrownBy } from '../thrown.ts';

async function twice(life: Life, step: Step): Promise<void> {
  const recorded = life.resources;
  await takeAndProve(life, step);
  const once = life.resources;
  if (step.movesOn) life.resources = recorded;
  // Again in the same process, by one that forgot what it learned, and by a new one.
  await takeAndProve(life, step, { lookFirst: true });
  assert.deepEqual(Object.keys(life.resources).sort(), Object.keys(once).sort());
}

const everyCallTwice: Case = {
  name: 'every call that is made twice has one effect and one outcome',
  group: 'plain',
  async run(stage) {
    for (const steps of livesAt(stage.newLife())) {
      const life = stage.newLife();
      for (const step of steps) await twice(life, step);
    }
  },
};

const crashAfterEachCall: Case = {
  name: 'a crash after any call, before anything of it is recorded, comes to one machine and one volume',
  group: 'plain',
  async run(stage) {
    for (const steps of livesAt(stage.newLife())) {
      const life = stage.newLife();
      for (const step of steps) {
        const recorded = life.resources;
        await take(life, step);
        life.crash(recorded);
        await takeAndProve(life, step, { lookFirst: true });
      }
    }
  },
};

const idsAreFoundAgain: Case = {
  name: 'machine and volume are found again by name and tag alone',
  group: 'plain',
  async run(stage) {
    const life = await stage.provisioned();
    const known = life.resources;
    const { provider, tags } = life;
    const named = provider.nameResources(tags);
    const volume = { ...named, ...(await provider.findVolume(tags, named)) };
    const found = { ...volume, ...(await provider.findMachine(tags, volume)) };
    for (const [key, value] of Object.entries(found)) {
      if (key.endsWith('Id')) assert.equal(value, known[key], key);
    }
    life.resources = found;
    assert.equal((await life.observe())?.state, 'running');
  },
};

const surplusGoes: Case = {
  name: 'of two volumes made by two blind calls, the recorded one stays',
  group: 'plain',
  async run(stage) {
    const life = stage.newLife();
    await takeAndProve(life, HOME);
    const { provider, tags, subject } = life;
    await provider.createVolume(tags, life.resources, subject.volume).then((learned) => life.learn(learned));
    const { resources } = life;
    await provider.createVolume(tags, provider.nameResources(tags), subject.volume);
    const kept = await provider.observeVolume(tags, resources);
    await provider.removeSurplusVolumes(tags, resources);
    await provider.removeSurplusVolumes(tags, resources);
    await requireCounts(life, NEW_VOLUME);
    assert.deepEqual(await provider.observeVolume(tags, resources), kept);
  },
};

const absentThings: Case = {
  name: 'of what is not there, looks tell null and deletions are a success',
  group: 'plain',
  async run(stage) {
    const never = stage.newLife();
    const gone = await stage.provisioned();
    await requireAbsence(never);
    const { provider, tags, resources } = gone;
    const succeeds = async (call: () => Promise<unknown>) =>
      assert.equal(await endOf(stage.subject.pace, call), null);
    await succeeds(() => provider.deleteMachines(tags, resources));
    await gone.untilNone('machine');
    await succeeds(() => provider.deleteMachines(tags, resources));
    await succeeds(() => provider.stopMachine(tags, resources));
    await succeeds(() => provider.releaseMachine(tags, resources));
    assert.equal(await gone.observe(), null);
    const start = await endOf(stage.subject.pace, () => provider.startMachine(tags, resources));
    assert.equal(start?.kind, 'not_found');
    await succeeds(() => provider.deleteVolumes(tags, resources));
    await gone.untilNone('volume');
    await succeeds(() => provider.deleteVolumes(tags, resources));
    await succeeds(() => provider.deleteHome(tags, resources));
    // By its names alone: shortly after its making, a home that is gone may count as not to be seen yet.
    gone.resources = provider.nameResources(tags);
    await requireAbsence(gone);
  },
};

async function requireAbsence(life: Life): Promise<void> {
  const { provider, tags, resources } = life;
  assert.equal(await provider.findVolume(tags, resources), null);
  assert.equal(await provider.findMachine(tags, resources), null);
  assert.equal(await provider.observeVolume(tags, resources), null);
  assert.equal(await life.observe(), null);
  assert.deepEqual(await life.owned(), []);
  await provider.stopMachine(tags, resources);
  await provider.releaseMachine(tags, resources);
  await provider.removeSurplusVolumes(tags, resources);
  await provider.deleteMachines(tags, resources);
  await provider.deleteVolumes(tags, resources);
  await provider.deleteHome(tags, resources);
}

const noMachineWithoutItsVolume: Case = {
  name: 'no machine is made where its volume is missing',
  group: 'plain',
  async run(stage) {
    const life = stage.newLife();
    await takeAndProve(life, HOME);
    const { provider, tags, resources } = life;
    const error = await thrownBy(provider.createMachine(tags, resources, await life.machineSpec()));
    assert.ok(error, 'a machine was made without its volume');
    await requireCounts(life, HOME);
  },
};

export const REPEAT_CASES: readonly Case[] = [
  everyCallTwice,
  crashAfterEachCall,
  idsAreFoundAgain,
  surplusGoes,
  absentThings,
  noMachineWithoutItsVolume,
];
