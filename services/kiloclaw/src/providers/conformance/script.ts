/** A whole life as steps, each as the instance takes it: an act, a look that finds what a lost act has made, a proof. */
import assert from 'node:assert/strict';
import type { MachineObservation, ResourcesLearned } from '../provider.ts';
import { mayPass, ProviderError } from '../provider-error.ts';
import { type Life, pause } from './life.ts';

export interface Step {
  /** The call of the contract that it is about. */
  readonly name: string;
  readonly act: (life: Life) => Promise<ResourcesLearned | null>;
  /** Finds what an act whose answer was lost has made; null where there is nothing yet. */
  readonly look?: (life: Life) => Promise<ResourcesLearned | null>;
  /** Waits until the act has come to its end at the provider, and proves what came of it. */
  readonly prove?: (life: Life) => Promise<unknown>;
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
const findVolume: Act = ({ provider, tags, resources }) => provider.findVolume(tags, resources);
const findMachine: Act = ({ provider, tags, resources }) => provider.findMachine(tags, resources);
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
const IMAGE: Step = { name: 'ensureImage', act: ensureImage, leaves: VOLUME };
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
const GROWN: Step = {
  name: 'extendVolume',
  act: extendVolume,
  prove: async (life) => {
    const seen = await life.provider.observeVolume(life.tags, life.resources);
    assert.equal(seen?.sizeGb, grownSizeGb(life.subject.volume.sizeGb), 'GB of the volume that was grown');
  },
  leaves: BOTH,
};
const NO_MACHINE: Step = {
  name: 'deleteMachines',
  act: deleteMachines,
  prove: (life) => life.untilNone('machine'),
  leaves: VOLUME,
};
const NO_VOLUME: Step = {
  name: 'deleteVolumes',
  act: deleteVolumes,
  prove: (life) => life.untilNone('volume'),
  leaves: NOTHING,
};
const NO_HOME: Step = {
  name: 'deleteHome',
  act: deleteHome,
  prove: async (life) => assert.deepEqual(await life.owned(), [], 'what is still listed after the home went'),
  leaves: NOTHING,
};

/** Everything up to a machine that runs: one that was adopted half made may be at rest, so that it is started too. */
export const PROVISION: readonly Step[] = [HOME, NEW_VOLUME, IMAGE, NEW_MACHINE, START];
/** Everything until nothing is left. */
export const DESTROY: readonly Step[] = [NO_MACHINE, NO_VOLUME, NO_HOME];

/** The steps of a whole life, in the order that the provider's capabilities ask for. */
export function wholeLife({ provider: { capabilities } }: Life): readonly Step[] {
  const change = [HOLD, LARGER, RELEASE, ...(capabilities.extendVolume ? [GROWN] : [])];
  const isStoppedFirst = capabilities.resizeNeedsStop;
  return [...PROVISION, ...(isStoppedFirst ? [STOP, ...change] : [...change, STOP]), START, ...DESTROY];
}

/** What can be asked of a machine that is there, without changing it; null is an absence, and an empty list is one too. */
export const READS: readonly { readonly name: string; readonly read: (life: Life) => Promise<unknown> }[] = [
  { name: 'findVolume', read: findVolume },
  { name: 'findMachine', read: findMachine },
  { name: 'observeMachine', read: (life): Promise<MachineObservation | null> => life.observe() },
  { name: 'observeVolume', read: ({ provider, tags, resources }) => provider.observeVolume(tags, resources) },
  { name: 'listOwned', read: async (life) => (await life.owned())[0] ?? null },
  {
    name: 'listFleet',
    read: async ({ provider, tags }) => (await provider.listFleet(tags.fleetId))[0] ?? null,
  },
];

/** Takes the step as often as its passing errors ask for, looking first where something may have been done before. */
export async function take(life: Life, step: Step, { lookFirst = false } = {}): Promise<void> {
  const { pace } = life.subject;
  let mustLook = lookFirst;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const found = mustLook && step.look !== undefined ? await step.look(life) : null;
      life.learn(found ?? (await step.act(life)));
      return;
    } catch (error) {
      if (!(error instanceof ProviderError && mayPass(error)) || attempt >= pace.triesMost) throw error;
      mustLook = true;
      await pause(pace);
    }
  }
}

/** Takes the step to its end, and counts what there is then. */
export async function takeAndProve(life: Life, step: Step, options?: { lookFirst: boolean }): Promise<void> {
  await take(life, step, options);
  await step.prove?.(life);
  await requireCounts(life, step);
}

export async function requireCounts(life: Life, { name, leaves }: Step): Promise<void> {
  const { machines, volumes } = await life.inventory();
  const counts = { machines: machines.length, volumes: volumes.length };
  assert.deepEqual(counts, leaves, `what there is after ${name}`);
}

export async function takeAll(life: Life, steps: readonly Step[]): Promise<void> {
  for (const step of steps) await takeAndProve(life, step);
}

/** Takes away whatever there is of it. */
export async function destroy(life: Life): Promise<void> {
  for (const step of DESTROY) {
    await take(life, step);
    await step.prove?.(life);
  }
}
