/** The image of a machine that may have to be made, fetched before anything is stopped or made for it. */
import { IMAGE_LOOK_AGAIN_MS } from '../bounds.ts';
import { machineIs, onlyIf } from './conditions.ts';
import { tagsOf } from './machine-spec.ts';
import type { Step } from './step.ts';

/** Goes on from where it was after a crash: what has come of an image stays at its host. */
export const fetchImage: Step = {
  name: 'fetch_image',
  applies: ({ state }) => state.configuration !== null,
  async act({ state }, { provider }) {
    if (state.configuration === null) return { kind: 'done' };
    const image = await provider.ensureImage(tagsOf(state), state.resources, state.configuration.image);
    if (image.ready) return { kind: 'done' };
    return { kind: 'not_yet', afterMs: IMAGE_LOOK_AGAIN_MS, progressPercent: image.percent };
  },
};

/** What runs needs no image. */
export const fetchImageUnlessRunning = onlyIf((scope) => !machineIs(scope, 'running'), fetchImage);
