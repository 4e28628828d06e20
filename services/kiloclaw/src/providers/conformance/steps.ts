/** What is done in a life, each as the instance does it: an act, a look that finds what a lost act has made, a proof. */
import assert from 'node:assert/strict';
import type { MachineSpec, ResourcesLearned } from '../provider.ts';
import { type Life, pause } from './life.ts';

export interface Step {
  /** The call of the contract that it is about. */
  readonly name: string;
  readonly act: (life: Life) => Promise<ResourcesLearned | null>;
  /** Finds what an act whose answer was lost has made; null where there is nothing yet. */
  readonly look?: (life: Life) => Promise<ResourcesLearned | null>;
  /** Waits until the act has come to its end at the provider, and proves what came of it. */
  readonly prove?: (life: Life) => Promise<unknown>;
  /** It works on what is recorded, and changes the record: the same call again is the one with the record as it was. */
  readonly movesOn?: true;
  /** How many machines and volumes there are from then on. */
  readonly leaves: Counts;
}

interface Counts {
  readonly machines: number;
  readonly volumes: number;
}

const NOTHING: Counts = { machines: 0, volumes: 0 };
const VOLUME: Counts = { machines: 0, volumes: 1 };
const BOTH: Counts = { machines: 1, volumes: 1 };

/** GB by which the life's volume grows. */
const GROWTH_GB = 5;

type Act = Step['act'];
const done = (call: Promise<unknown>) => call.then(() => null);

const ensureHome: Act = ({ provider, tags, resources }) => provider.ensureHome(tags, resources);
const createVolume: Act = ({ provider, tags, resources, subject }) =>
  provider.createVolume(tags, resources, subject.volume);
export const findVolume: Act = ({ provider, tags, resources }) => provider.findVolume(tags, resources);
export const findMachine: Act = ({ provider, tags, resources }) => provider.findMachine(tags, resources);
const createMachine: Act = async (life) =>
  life.provider.createMachine(life.tags, life.resources, await life.machineSpec());
const startMachine: Act = ({ provider, tags, resources }) => provider.startMachine(tags, resources);
const ensureImage: Act = async (life) => {
  const { provider, tags, resources, subject } = life;
  for (let look = 1; look <= subject.pace.triesMost; look += 1) {
    if ((await provider.ensureImage(tags, resources, subject.machine.image)).ready) return null;
    await pause(subject.pace);
  }
  assert.fail(`the image ${subject.machine.image} is never ready`);
};
const stopMachine: Act = ({ provider, tags, resources }) => done(provider.stopMachine(tags, resources));
const holdMachine: Act = ({ provider, tags, resources }) => provider.holdMachine(tags, resources);
const releaseMachine: Act = ({ provider, tags, resources }) => provider.releaseMachine(tags, resources);
const changeMachineSize: Act = async (life) => {
  const { size } = await life.machineSpec(life.subject.largerSize);
  return life.provider.changeMachineSize(life.tags, life.resources, { size, sizeSource: 'tier' });
};
const extendVolume: Act = ({ provider, tags, resources, subject }) =>
  done(provider.extendVolume(tags, resources, grownSizeGb(subject.volume.sizeGb)));
/** The machine as it is asked for later: in its first size, and built from something else. */
export function laterSpec(life: Life): Promise<MachineSpec> {
  return life.machineSpec().then((spec) => ({ ...spec, configurationFingerprint: 'as-asked-later' }));
}
const updateMachine: Act = async (life) =>
  life.provider.updateMachine(life.tags, life.resources, await laterSpec(life));
const forkVolume: Act = ({ provider, tags, resources, subject }) =>
  provider.forkVolume(tags, resources, { ...subject.volume, machineSize: subject.largerSize });
const removeSurplusVolumes: Act = ({ provider, tags, resources }) =>
  done(provider.removeSurplusVolumes(tags, resources));
const deleteMachines: Act = ({ provider, tags, resources }) => done(provider.deleteMachines(tags, resources));
const deleteVolumes: Act = ({ provider, tags, resources }) => done(provider.deleteVolumes(tags, resources));
const deleteHome: Act = ({ provider, tags, resources }) => done(provider.deleteHome(tags, resources));

/** What the life's volume is grown to, whole GB. */
export function grownSizeGb(sizeGb: number | null): number {
  return (sizeGb ?? 0) + GROWTH_GB;
}

export const HOME: Step = { name: 'ensureHome', act: ensureHome, leaves: NOTHING };
export const NEW_VOLUME: Step = {
  name: 'createVolume',
  act: createVolume,
  look: findVolume,
  leaves: VOLUME,
};
export const IMAGE: Step = { name: 'ensureImage', act: ensureImage, leaves: VOLUME };
export const NEW_MACHINE: Step = {
  name: 'createMachine',
  act: createMachine,
  look: findMachine,
  leaves: BOTH,
};
export const STOP: Step = {
  name: 'stopMachine',
  act: stopMachine,
  prove: (life) => life.until('stopped'),
  leaves: BOTH,
};
export const START: Step = {
  name: 'startMachine',
  act: startMachine,
  prove: (life) => life.until('running'),
  leaves: BOTH,
};
export const HOLD: Step = { name: 'holdMachine', act: holdMachine, leaves: BOTH };
export const RELEASE: Step = { name: 'releaseMachine', act: releaseMachine, leaves: BOTH };
export const LARGER: Step = {
  name: 'changeMachineSize',
  act: changeMachineSize,
  prove: async (life) => {
    const { size } = await life.machineSpec(life.subject.largerSize);
    await life.untilSized(size);
  },
  leaves: BOTH,
};
export const GROWN: Step = {
  name: 'extendVolume',
  act: extendVolume,
  prove: async (life) => {
    const seen = await life.provider.observeVolume(life.tags, life.resources);
    assert.equal(seen?.sizeGb, grownSizeGb(life.subject.volume.sizeGb), 'GB of the volume that was grown');
  },
  leaves: BOTH,
};
export const NO_MACHINE: Step = {
  name: 'deleteMachines',
  act: deleteMachines,
  prove: (life) => life.untilNone('machine'),
  leaves: VOLUME,
};
export const NO_VOLUME: Step = {
  name: 'deleteVolumes',
  act: deleteVolumes,
  prove: (life) => life.untilNone('volume'),
  leaves: NOTHING,
};
export const NO_HOME: Step = {
  name: 'deleteHome',
  act: deleteHome,
  prove: async (life) => assert.deepEqual(await life.owned(), [], 'what is still listed after the home went'),
  leaves: NOTHING,
};
export const UPDATED: Step = {
  name: 'updateMachine',
  act: updateMachine,
  prove: async (life) => {
    const { size, configurationFingerprint } = await laterSpec(life);
    await life.untilSized(size);
    assert.equal((await life.observe())?.configurationFingerprint, configurationFingerprint);
  },
  leaves: BOTH,
};
/** The volume is copied; the source stays beside it from then on. */
export const FORK: Step = {
  name: 'forkVolume',
  act: forkVolume,
  movesOn: true,
  leaves: { machines: 1, volumes: 2 },
};
/** Of a life in which nothing is too much. */
export const NO_SURPLUS: Step = { name: 'removeSurplusVolumes', act: removeSurplusVolumes, leaves: BOTH };

/** The step, where a retired volume stands beside. */
export function besideRetired({ leaves: { machines, volumes }, ...step }: Step): Step {
  return { ...step, leaves: { machines, volumes: volumes + 1 } };
}
