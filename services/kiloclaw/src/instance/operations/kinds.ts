/** Every kind of operation that the Instance runs: its steps, and what becomes of it when they can't go on. */
import type { OperationKind } from '@kiloclaw/platform-contract';
import { DESTROY_STEPS } from './destroy.ts';
import type { Operation } from './operation.ts';
import { RESTART_STEPS, START_STEPS, STOP_STEPS } from './power.ts';
import { PROVISION_STEPS } from './provision.ts';
import type { Step } from './step.ts';

export interface OperationDefinition {
  readonly steps: readonly Step[];
  /**
   * What happens when a step can't go on. `fail`: it ends, and what has been reached stays. `undo`: what was
   * made is removed, then it has failed. `persist`: there is no way back; it is tried until it succeeds.
   */
  readonly givesUp: 'fail' | 'undo' | 'persist';
}

const DEFINITIONS = {
  provision: { steps: PROVISION_STEPS, givesUp: 'undo' },
  start: { steps: START_STEPS, givesUp: 'fail' },
  stop: { steps: STOP_STEPS, givesUp: 'fail' },
  restart: { steps: RESTART_STEPS, givesUp: 'fail' },
  destroy: { steps: DESTROY_STEPS, givesUp: 'persist' },
  update_config: { steps: START_STEPS, givesUp: 'fail' },
} as const satisfies Partial<Record<OperationKind, OperationDefinition>>;

export type SupportedOperationKind = keyof typeof DEFINITIONS;
export const SUPPORTED_OPERATION_KINDS = Object.keys(DEFINITIONS) as SupportedOperationKind[];

function definitionOf(kind: OperationKind): OperationDefinition {
  const definition: OperationDefinition | undefined = (
    DEFINITIONS as Partial<Record<OperationKind, OperationDefinition>>
  )[kind];
  if (definition === undefined) throw new Error(`no steps are defined for operations of kind ${kind}`);
  return definition;
}

/** The steps of the phase that an operation is in. */
export function stepsOf(operation: Pick<Operation, 'kind' | 'phase'>): readonly Step[] {
  return operation.phase === 'undo' ? DESTROY_STEPS : definitionOf(operation.kind).steps;
}

export function givesUp(operation: Pick<Operation, 'kind' | 'phase'>): OperationDefinition['givesUp'] {
  return operation.phase === 'undo' ? 'persist' : definitionOf(operation.kind).givesUp;
}
