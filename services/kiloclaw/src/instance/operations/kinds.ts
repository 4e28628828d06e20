/** Every kind of operation that the Instance runs: its steps, and what becomes of it when they can't go on. */
import type { OperationKind } from '@kiloclaw/platform-contract';
import type { InstanceState } from '../state.ts';
import { DESTROY_STEPS } from './destroy.ts';
import { releaseMachine } from './hold.ts';
import type { Operation, OperationParams } from './operation.ts';
import { RESTART_STEPS, START_STEPS, STOP_STEPS } from './power.ts';
import { PROVISION_STEPS } from './provision.ts';
import { repairResult, repairSteps } from './repair.ts';
import { REPLACE_VOLUME_STEPS, replaceVolumeResult } from './replace-volume.ts';
import { givesUpUndo, isResized, RESIZE_STEPS, resizeResult, UNDO_RESIZE_STEPS } from './resize.ts';
import { RESTORE_STEPS } from './restore.ts';
import {
  APPLY_SIZE_STEPS,
  clearOverrideResult,
  hangsInRollout,
  setOverrideResult,
  UNDO_APPLY_STEPS,
} from './size-override.ts';
import type { Step, StepScope } from './step.ts';
import { EXTEND_STEPS, extendResult } from './volume-steps.ts';

/**
 * What happens when a step can't go on. `fail`: it ends, and what has been reached stays. `undo`: the way back is
 * taken, then it has failed. `persist`: there is no way back; it is tried until it succeeds.
 */
type GivesUp = 'fail' | 'undo' | 'persist';

export interface OperationDefinition {
  readonly steps: readonly Step[] | ((params: OperationParams) => readonly Step[]);
  readonly givesUp: GivesUp | ((operation: Operation) => GivesUp);
  /** The way back, and what the state shows while it is taken. */
  readonly undo?: {
    readonly steps: readonly Step[];
    readonly begin: (state: InstanceState) => InstanceState;
    /** `persist` where it isn't given. */
    readonly givesUp?: (operation: Operation) => Exclude<GivesUp, 'undo'>;
  };
  /** What the operation answers when it has succeeded; pure. */
  readonly result?: (scope: StepScope) => Record<string, unknown>;
}

/** The way back of what ends where it is, and has kept others from its machine. */
const LET_GO: readonly Step[] = [releaseMachine];

const asItIs = (state: InstanceState) => state;

const APPLY_SIZE: OperationDefinition = {
  steps: APPLY_SIZE_STEPS,
  givesUp: (operation) => (hangsInRollout(operation) ? 'undo' : 'fail'),
  undo: { steps: UNDO_APPLY_STEPS, begin: asItIs, givesUp: givesUpUndo },
};

const DEFINITIONS = {
  provision: {
    steps: PROVISION_STEPS,
    givesUp: ({ facts }) => (facts.mayExist === true ? 'fail' : 'undo'),
    undo: { steps: DESTROY_STEPS, begin: (state) => ({ ...state, status: 'destroying' }) },
  },
  start: { steps: START_STEPS, givesUp: 'fail' },
  stop: { steps: STOP_STEPS, givesUp: 'fail' },
  restart: { steps: RESTART_STEPS, givesUp: 'fail' },
  destroy: { steps: DESTROY_STEPS, givesUp: 'persist' },
  update_config: { steps: START_STEPS, givesUp: 'fail' },
  resize: {
    steps: RESIZE_STEPS,
    givesUp: (operation) => (isResized(operation) ? 'fail' : 'undo'),
    undo: { steps: UNDO_RESIZE_STEPS, begin: asItIs, givesUp: givesUpUndo },
    result: resizeResult,
  },
  set_override: { ...APPLY_SIZE, result: setOverrideResult },
  clear_override: { ...APPLY_SIZE, result: clearOverrideResult },
  restore: { steps: RESTORE_STEPS, givesUp: 'persist' },
  extend_volume: { steps: EXTEND_STEPS, givesUp: 'fail', result: extendResult },
  replace_volume: { steps: REPLACE_VOLUME_STEPS, givesUp: 'fail', result: replaceVolumeResult },
  repair: { steps: repairSteps, givesUp: 'fail', result: repairResult },
} as const satisfies Partial<Record<OperationKind, OperationDefinition>>;

export type SupportedOperationKind = keyof typeof DEFINITIONS;
export const SUPPORTED_OPERATION_KINDS = Object.keys(DEFINITIONS) as SupportedOperationKind[];

/** Throws for a kind that this release does not run. */
export function definitionOf(kind: OperationKind): OperationDefinition {
  const definition: OperationDefinition | undefined = (
    DEFINITIONS as Partial<Record<OperationKind, OperationDefinition>>
  )[kind];
  if (definition === undefined) throw new Error(`no steps are defined for operations of kind ${kind}`);
  return definition;
}

/** The steps of the phase that an operation is in. */
export function stepsOf({
  kind,
  phase,
  params,
  facts = {},
}: Pick<Operation, 'kind' | 'phase' | 'params'> & Partial<Pick<Operation, 'facts'>>): readonly Step[] {
  const { steps, undo } = definitionOf(kind);
  if (phase === 'undo') return facts.onlyLetsGo === true ? LET_GO : (undo?.steps ?? []);
  return typeof steps === 'function' ? steps(params) : steps;
}

/** What becomes of the operation where its step can’t go on; from its way back there is no way. */
export function givesUp(operation: Operation): GivesUp {
  const { givesUp: way, undo } = definitionOf(operation.kind);
  if (operation.facts.onlyLetsGo === true) return 'fail';
  if (operation.phase === 'undo') return undo?.givesUp?.(operation) ?? 'persist';
  return typeof way === 'function' ? way(operation) : way;
}
