/** Learns hardware that nobody has recorded, from machine and volume in one look. */
import { backfilled, isHardwareUnknown, soundMachine, soundVolume } from '../backfill.ts';
import { tagsOf } from './machine-spec.ts';
import type { Step } from './step.ts';

export const learnHardware: Step = {
  name: 'learn_hardware',
  applies: ({ state }) => isHardwareUnknown(state),
  async act({ state }, { provider }) {
    const tags = tagsOf(state);
    const machine = soundMachine(await provider.observeMachine(tags, state.resources));
    const volume = soundVolume(await provider.observeVolume(tags, state.resources));
    const seen = { machine, volume };
    return {
      kind: 'done',
      commit: (current, now) => backfilled(current, seen, provider.capabilities, now),
    };
  },
};
