/** What `apply: "now"` does after an override was set or cleared: raise the running machine, or restart it. */
import { effectiveMachineSize } from '@kiloclaw/instance-tiers';
import { isPendingRestart } from '../hardware/pending-restart.ts';
import { ifItRan, machineIs, onlyIf } from './conditions.ts';
import { fetchImage } from './fetch-image.ts';
import { learnHardware } from './learn-hardware.ts';
import { builtNow, tagsOf, wantedBuild } from './machine-spec.ts';
import { checkSize, locateMachine } from './machine-steps.ts';
import { BRING_DOWN_TO_BUILD, BRING_UP } from './power.ts';
import { withApplied } from './power-steps.ts';
import type { Step, StepScope } from './step.ts';

/**
 * Gives a running machine more CPU and RAM without a restart, where the provider can. Less of either is a restart
 * everywhere: a running process would be killed.
 */
const raiseLive: Step = {
  name: 'raise_live',
  applies: (scope) => machineIs(scope, 'running') && scope.state.built !== null,
  async act(scope, { provider }) {
    const { state } = scope;
    const wanted = wantedBuild(scope);
    const current = state.built?.size ?? wanted.size;
    const grows = wanted.size.cpus >= current.cpus && wanted.size.memory_mb >= current.memory_mb;
    if (provider.capabilities.sizeAppliesAt !== 'live_upwards' || !grows) return { kind: 'done' };
    const learned = await provider.changeMachineSize(tagsOf(state), state.resources, wanted);
    const built = {
      ...builtNow(scope),
      configurationFingerprint: state.built?.configurationFingerprint ?? null,
    };
    return {
      kind: 'done',
      learned,
      facts: { raisedLive: true },
      commit: (next, now) => withApplied(scope, { ...next, built }, now),
    };
  },
};

const unlessRaised = (step: Step) => onlyIf(({ operation }) => operation.facts.raisedLive !== true, step);

export const APPLY_SIZE_STEPS: readonly Step[] = [
  locateMachine,
  ...[
    learnHardware,
    checkSize,
    raiseLive,
    ...[fetchImage, ...BRING_DOWN_TO_BUILD, ...BRING_UP].map(unlessRaised),
  ].map(ifItRan),
];

/** The result of setting an override, as the platform API answers it. */
export function setOverrideResult({ state, operation, now }: StepScope) {
  return {
    override: operation.params.override ?? null,
    previousOverride: operation.params.previousOverride ?? null,
    effectiveSize: effectiveMachineSize({ ...state, now }),
    pendingRestart: isPendingRestart(state, now),
  };
}

/** The result of clearing one: what was cleared, or null. */
export function clearOverrideResult({ state, operation, now }: StepScope) {
  return {
    clearedOverride: operation.params.previousOverride ?? null,
    effectiveSize: effectiveMachineSize({ ...state, now }),
    pendingRestart: isPendingRestart(state, now),
  };
}
