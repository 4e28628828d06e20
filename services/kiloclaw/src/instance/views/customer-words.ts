/** What a customer may read of what is under way. Pure. */
import type { OperationKind } from '@kiloclaw/platform-contract';

const OF_AN_OVERRIDE: readonly OperationKind[] = ['set_override', 'clear_override'];

/** A lent size shows in no word: setting and clearing read as the restart that they are. */
export function customersKindOf(kind: OperationKind): OperationKind {
  return OF_AN_OVERRIDE.includes(kind) ? 'restart' : kind;
}
