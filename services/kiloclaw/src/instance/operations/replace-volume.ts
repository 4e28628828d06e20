/** A new, empty volume where the old one is gone: asked for by an admin, and only while it really is gone. */
import { volumeFindings } from '../hardware/record.ts';
import { retiredVolumeIds } from '../retired-volumes.ts';
import { volumeIdOf } from '../state.ts';
import { ifItRan } from './conditions.ts';
import { fetchImage } from './fetch-image.ts';
import { learnHardware } from './learn-hardware.ts';
import { tagsOf } from './machine-spec.ts';
import { locateMachine } from './machine-steps.ts';
import { BRING_DOWN } from './power.ts';
import { BUILD_ANEW, checkRebuild, deleteMachine } from './rebuild-steps.ts';
import { type Step, StepRefusal, type StepScope } from './step.ts';
import { createVolume } from './volume-steps.ts';

/** What is there is never replaced, and what bears our name already is never taken for the new one. */
const confirmVolumeGone: Step = {
  name: 'confirm_volume_gone',
  async act({ state }, { provider }) {
    const tags = tagsOf(state);
    if ((await provider.observeVolume(tags, state.resources)) !== null) {
      throw new StepRefusal({
        code: 'invalid_request',
        message:
          'The volume is there after all, with its data. Nothing was changed: look at debug-status again.',
      });
    }
    if (state.volumeSizeGb === null && provider.capabilities.volumesAreSized) {
      throw new StepRefusal({
        code: 'configuration_unknown',
        message: 'The size of the volume that is gone was never known, so that none can be made like it.',
      });
    }
    const owned = await provider.listOwned(tags, state.resources);
    const listed = owned.flatMap(({ kind, id }) => (kind === 'volume' ? [id] : []));
    // What is gone may come back, and holds the data then.
    const goneId = volumeIdOf(state);
    return { kind: 'done', facts: { volumesBefore: goneId === null ? listed : [...listed, goneId] } };
  },
};

/** Else the old id would be what the new volume is looked for by. */
const forgetVolume: Step = {
  name: 'forget_volume',
  applies: ({ state }) => typeof state.resources.volumeId === 'string',
  async act() {
    return { kind: 'done', learned: { volumeId: null } };
  },
};

const createNewVolume: Step = {
  ...createVolume,
  commit: ({ now }, state) => ({ ...state, drift: volumeFindings(state, state.volumeSizeGb, now) }),
};

/** An answer that was lost for longer than anyone waits could have left a second one; what was there before stays. */
const removeSecondVolume: Step = {
  name: 'remove_second_volume',
  applies: ({ operation }) => operation.facts.ambiguousAt !== undefined,
  async act({ state, operation }, { provider }) {
    const tags = tagsOf(state);
    const { volumesBefore = [] } = operation.facts;
    const kept = [...volumesBefore, ...retiredVolumeIds(state), ...Object.values(state.resources)];
    for (const { kind, id } of await provider.listOwned(tags, state.resources)) {
      if (kind === 'volume' && !kept.includes(id)) await provider.deleteVolume(tags, state.resources, id);
    }
    return { kind: 'done' };
  },
};

export const REPLACE_VOLUME_STEPS: readonly Step[] = [
  confirmVolumeGone,
  locateMachine,
  learnHardware,
  checkRebuild,
  ifItRan(fetchImage),
  ...BRING_DOWN,
  deleteMachine,
  forgetVolume,
  createNewVolume,
  ...BUILD_ANEW,
  removeSecondVolume,
];

/** The result of a replaced volume, as the platform API answers it. Whole GB. */
export function replaceVolumeResult({ state }: Pick<StepScope, 'state'>) {
  return { volumeSizeGb: state.volumeSizeGb, needsStart: state.status !== 'running' };
}
