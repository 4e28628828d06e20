/** What a change of size on a machine is wrapped in: others are kept from it, and the provider is let finish. */
import { failureOf, ProviderError } from '../../providers/provider-error.ts';
import { HOLD_TRIES, MACHINE_LOOK_AGAIN_MS, MACHINE_WAIT_MS, RELEASE_TRIES } from '../bounds.ts';
import { machineIs } from './conditions.ts';
import { tagsOf } from './machine-spec.ts';
import { notYet, type Step, StepRefusal, type StepScope } from './step.ts';

/** Named by those that go back to it. */
export const HOLD_MACHINE = 'hold_machine';
const LOCATE_MACHINE = 'locate_machine';

/**
 * Held anew it is only refreshed. What a crash has left behind ends by itself, within the tries that a conflict is
 * given; somebody else who keeps it longer is named by the refusal.
 */
export const holdMachine: Step = {
  name: HOLD_MACHINE,
  applies: (scope) => machineIs(scope, 'stopped', 'running'),
  async act(scope, { provider }) {
    const { state } = scope;
    try {
      const learned = await provider.holdMachine(tagsOf(state), state.resources);
      return { kind: 'done', learned, facts: { isHeld: true } };
    } catch (error) {
      const isLast = failuresOf(scope) + 1 >= HOLD_TRIES;
      const isHeld = error instanceof ProviderError && error.kind === 'conflict';
      throw isHeld && isLast ? new StepRefusal(failureOf(error)) : error;
    }
  },
};

/** Before the machine is taken down for the change: who keeps it from us then costs no downtime. */
export const holdBeforeStop: Step = { ...holdMachine, name: 'hold_before_stop' };

/** A hold ends by itself: one that can't be let go of keeps nobody waiting for long. */
export const releaseMachine: Step = {
  name: 'release_machine',
  applies: ({ operation }) => operation.facts.isHeld === true,
  async act(scope, { provider }) {
    const facts = { isHeld: false };
    if (failuresOf(scope) >= RELEASE_TRIES) return { kind: 'done', facts };
    const { state } = scope;
    return { kind: 'done', learned: await provider.releaseMachine(tagsOf(state), state.resources), facts };
  },
};

function failuresOf({ operation: { steps, position } }: StepScope): number {
  return steps[position]?.failures ?? 0;
}

/** A machine that is still being changed would refuse its start, or take it and lose it. */
export const waitSettled: Step = {
  name: 'wait_settled',
  applies: ({ operation }) => operation.facts.isUnsettled === true,
  async act(scope, { provider }) {
    const { state } = scope;
    const wait = { until: 'settled', waitMs: MACHINE_WAIT_MS } as const;
    const seen = await provider.observeMachine(tagsOf(state), state.resources, wait);
    if (seen?.state === 'transient') return notYet(scope);
    const facts = { isUnsettled: false };
    if (seen !== null) return { kind: 'done', facts };
    return { kind: 'rewind', to: LOCATE_MACHINE, facts, afterMs: MACHINE_LOOK_AGAIN_MS };
  },
};
