/** Conditions that an operation puts on steps which it shares with others. */
import type { OperationFacts } from './operation.ts';
import type { Step, StepScope } from './step.ts';

/** Whether the machine is as one of these says, by what was last known of it. */
export const machineIs = (scope: StepScope, ...known: string[]) =>
  known.includes(scope.operation.facts.machine ?? 'unknown');

/** Whether the machine's size may be changed as it is: at rest, or running where the provider restarts it by itself. */
export function canBeSized(scope: StepScope): boolean {
  const { appliesAtOnce } = scope.operation.facts;
  return machineIs(scope, 'stopped') || (machineIs(scope, 'running') && appliesAtOnce === true);
}

/** What follows from a size that was given to the machine: how far the provider is with it. */
export function sizedFacts(scope: StepScope): OperationFacts {
  return machineIs(scope, 'running') ? { rollsOut: true } : { isUnsettled: true };
}

/** The step, if the condition holds as well as its own. */
export function onlyIf(condition: (scope: StepScope) => boolean, step: Step): Step {
  return { ...step, applies: (scope) => condition(scope) && (step.applies?.(scope) ?? true) };
}

/** What was stopped stays stopped: a new size, or a new machine, waits for the next start. */
export function ifItRan(step: Step): Step {
  return onlyIf(({ operation }) => operation.facts.wasRunning === true, step);
}
