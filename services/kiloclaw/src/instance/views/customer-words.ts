/** What a customer may read of what is under way. Pure. */
import type { OperationKind } from '@kiloclaw/platform-contract';

const OF_AN_OVERRIDE: readonly OperationKind[] = ['set_override', 'clear_override'];

/** A lent size shows in no word: setting and clearing read as the restart that they are. */
export function customersKindOf(kind: OperationKind): OperationKind {
  return OF_AN_OVERRIDE.includes(kind) ? 'restart' : kind;
}

/** Steps that a start has only where the size changes: they would tell a lent one. */
const OF_ANOTHER_SIZE: readonly string[] = [
  'raise_live',
  'wait_rollout',
  'hold_before_stop',
  'hold_machine',
  'wait_settled',
  'release_machine',
];

/** What the machine is built with shows in no step: each of them reads as its update. */
export function customersStepOf(step: string): string {
  return OF_ANOTHER_SIZE.includes(step) ? 'update_machine' : step;
}
