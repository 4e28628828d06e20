/** Conditions that an operation puts on steps which it shares with others. */
import type { Step, StepScope } from './step.ts';

/** The step, if the condition holds as well as its own. */
export function onlyIf(condition: (scope: StepScope) => boolean, step: Step): Step {
  return { ...step, applies: (scope) => condition(scope) && (step.applies?.(scope) ?? true) };
}

/** What was stopped stays stopped: a new size, or a new machine, waits for the next start. */
export function ifItRan(step: Step): Step {
  return onlyIf(({ operation }) => operation.facts.wasRunning === true, step);
}
