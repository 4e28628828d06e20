/** A fresh instance: its home, its volume, and, unless it is not to start, its machine. */
import { onlyIf } from './conditions.ts';
import { fetchImage } from './fetch-image.ts';
import { regionOf, tagsOf } from './machine-spec.ts';
import { checkSize, createMachine } from './machine-steps.ts';
import { startMachine, waitRunning } from './power-steps.ts';
import type { Step } from './step.ts';
import { createVolume } from './volume-steps.ts';

const ensureHome: Step = {
  name: 'ensure_home',
  async act({ state }, { provider }) {
    return { kind: 'done', learned: await provider.ensureHome(tagsOf(state), state.resources, state.region) };
  },
};

/**
 * The repeat of a provision whose object was lost may meet what the first one made. Only where there is nothing of it
 * may this one remove what it makes.
 */
const findExisting: Step = {
  name: 'find_existing',
  applies: ({ operation: { facts } }) => facts.mayExist === true,
  async act({ state }, { provider }) {
    const tags = tagsOf(state);
    const volume = await provider.findVolume(tags, state.resources);
    const machine = await provider.findMachine(tags, state.resources);
    const mayExist = volume !== null || machine !== null;
    return { kind: 'done', learned: { ...volume, ...machine }, facts: { mayExist } };
  },
};

const createFirstVolume: Step = {
  ...createVolume,
  commit: (_scope, state) => ({ ...state, status: 'provisioned', region: regionOf(state) }),
};

/** An answer that was lost for longer than anyone waits could have left a second, empty volume. */
const removeSurplusVolumes: Step = {
  name: 'remove_surplus_volumes',
  applies: ({ operation: { facts } }) => facts.ambiguousAt !== undefined && facts.mayExist !== true,
  async act({ state }, { provider }) {
    await provider.removeSurplusVolumes(tagsOf(state), state.resources);
    return { kind: 'done' };
  },
};

const ifStarting = (step: Step) => onlyIf(({ operation }) => operation.params.start === true, step);

export const PROVISION_STEPS: readonly Step[] = [
  findExisting,
  checkSize,
  ifStarting(fetchImage),
  ensureHome,
  createFirstVolume,
  ifStarting(createMachine),
  ifStarting(startMachine),
  ifStarting(waitRunning),
  removeSurplusVolumes,
];
