/** How an operation moves along its steps. Pure. */
import type { Operation, StepRecord } from './operation.ts';
import type { StepOutcome } from './step.ts';

export function pendingStep(name: string): StepRecord {
  return { name, status: 'pending', startedAt: null, endedAt: null, failures: 0, unresolvedSince: null };
}

/** With the step that is under way as it is now. */
export function withStep(operation: Operation, step: StepRecord): Operation {
  return {
    ...operation,
    steps: operation.steps.map((known, index) => (index === operation.position ? step : known)),
  };
}

/** On to the next step. */
export function advance(operation: Operation, step: StepRecord): Operation {
  return { ...withStep(operation, step), position: operation.position + 1 };
}

/** Back to the nearest step of that name; what came after it is to be done again, and counts as a failed try. */
export function rewound(operation: Operation, outcome: Extract<StepOutcome, { kind: 'rewind' }>): Operation {
  const position = operation.steps.findLastIndex(
    ({ name }, index) => name === outcome.to && index <= operation.position,
  );
  if (position < 0) throw new Error(`${operation.kind} has no step ${outcome.to} to go back to`);
  const steps = operation.steps.map((step, index) => {
    const failures = index === operation.position ? step.failures + 1 : step.failures;
    return index >= position ? { ...pendingStep(step.name), startedAt: step.startedAt, failures } : step;
  });
  return { ...operation, position, steps, facts: { ...operation.facts, ...outcome.facts } };
}
