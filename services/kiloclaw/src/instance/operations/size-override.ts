/** What `apply: "now"` does after an override was set or cleared: change the running machine, or restart it. */
import { effectiveMachineSize } from '@kiloclaw/instance-tiers';
import { isPendingRestart } from '../hardware/pending-restart.ts';
import type { InstanceState } from '../state.ts';
import { ifItRan, machineIs, onlyIf } from './conditions.ts';
import { fetchImage } from './fetch-image.ts';
import { waitSettled } from './hold.ts';
import { learnHardware } from './learn-hardware.ts';
import { builtNow, tagsOf, wantedBuild } from './machine-spec.ts';
import { checkSize, locateMachine } from './machine-steps.ts';
import type { Operation } from './operation.ts';
import { BRING_DOWN_TO_BUILD, BRING_UP } from './power.ts';
import { waitRollout, withApplied } from './power-steps.ts';
import { restoreSize } from './resize.ts';
import type { Step, StepScope } from './step.ts';

/**
 * Gives a running machine its size in place, where the provider can: one that restarts it by itself takes any size, one
 * that changes it live only more. Less of either CPU or RAM would kill a running process.
 */
const raiseLive: Step = {
  name: 'raise_live',
  applies: (scope) => machineIs(scope, 'running') && scope.state.built !== null,
  async act(scope, { provider }) {
    const { state } = scope;
    const { sizeAppliesAt } = provider.capabilities;
    const wanted = wantedBuild(scope);
    const current = state.built?.size ?? wanted.size;
    const grows = wanted.size.cpus >= current.cpus && wanted.size.memory_mb >= current.memory_mb;
    const isLive = sizeAppliesAt === 'live_upwards' && grows;
    if (!isLive && sizeAppliesAt !== 'once') return { kind: 'done' };
    const learned = await provider.changeMachineSize(tagsOf(state), state.resources, wanted);
    const built = {
      ...builtNow(scope),
      configurationFingerprint: state.built?.configurationFingerprint ?? null,
    };
    if (isLive) {
      const commit = (next: InstanceState, now: number) => withApplied(scope, { ...next, built }, now);
      return { kind: 'done', learned, facts: { raisedLive: true }, commit };
    }
    const before = state.built !== null && { sizeBefore: state.built };
    const facts = { raisedLive: true, rollsOut: true, ...before };
    return { kind: 'done', learned, facts, commit: (next) => ({ ...next, built }) };
  },
};

const unlessRaised = (step: Step) => onlyIf(({ operation }) => operation.facts.raisedLive !== true, step);

export const APPLY_SIZE_STEPS: readonly Step[] = [
  locateMachine,
  ...[
    learnHardware,
    checkSize,
    raiseLive,
    waitRollout,
    ...[fetchImage, ...BRING_DOWN_TO_BUILD, ...BRING_UP].map(unlessRaised),
  ].map(ifItRan),
];

/** A machine that does not come up on its new size is given the one back that it had; what was lent stays lent. */
export const UNDO_APPLY_STEPS: readonly Step[] = [locateMachine, restoreSize, waitSettled, waitRollout];

/** Whether the provider was left to bring the machine up, and has not done so. */
export function hangsInRollout({ facts, steps }: Pick<Operation, 'facts' | 'steps'>): boolean {
  const isUp = steps.some(({ name, status }) => name === waitRollout.name && status === 'succeeded');
  return facts.rollsOut === true && !isUp;
}

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
