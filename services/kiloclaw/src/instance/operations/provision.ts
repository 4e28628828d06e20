/** A fresh instance: its home, its volume, and, unless it is not to start, its machine. */
import { SETTLE_MS } from '../bounds.ts';
import { tagsOf, wantedSize } from './machine-spec.ts';
import { checkSize, createMachine } from './machine-steps.ts';
import { startMachine, waitRunning } from './power-steps.ts';
import type { Step, StepScope } from './step.ts';

const ensureHome: Step = {
  name: 'ensure_home',
  async act({ state }, { provider }) {
    return { kind: 'done', learned: await provider.ensureHome(tagsOf(state), state.resources) };
  },
};

/** Volume names may repeat at a provider: nothing but the look keeps a lost answer from making two. */
const createVolume: Step = {
  name: 'create_volume',
  settleMs: SETTLE_MS,
  look: ({ state }, { provider }) => provider.findVolume(tagsOf(state), state.resources),
  async act(scope, { provider }) {
    const { state } = scope;
    const learned = await provider.createVolume(tagsOf(state), state.resources, {
      sizeGb: state.volumeSizeGb,
      region: state.region,
      machineSize: wantedSize(scope).given,
    });
    return { kind: 'done', learned };
  },
  commit: (_scope, state) => ({ ...state, status: 'provisioned' }),
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

const ifStarting = (step: Step): Step => ({
  ...step,
  applies: (scope: StepScope) => scope.operation.params.start === true && (step.applies?.(scope) ?? true),
});

export const PROVISION_STEPS: readonly Step[] = [
  checkSize,
  ensureHome,
  createVolume,
  ifStarting(createMachine),
  ifStarting(startMachine),
  ifStarting(waitRunning),
  removeSurplusVolumes,
];
