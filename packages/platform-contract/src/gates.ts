/**
 * What may be done in which state, and why not. One pure function an action, used by the Instance when it
 * accepts, by its views (`actions`), and by every client that draws a button.
 */
import type { ErrorCode } from './errors.ts';
import type { InstanceStatus, OperationKind } from './states.ts';

/** The facts that a gate looks at; all of them are in the instance's own record. */
export interface GateFacts {
  readonly status: InstanceStatus;
  readonly runningOperation: { readonly id: string; readonly kind: OperationKind } | null;
  /** Why the stored record can't be trusted, or null. */
  readonly stateError: string | null;
}

export type GateReason = Extract<
  ErrorCode,
  'state_invalid' | 'instance_not_provisioned' | 'instance_destroying' | 'operation_in_progress'
>;

export type GateAnswer =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly reason: GateReason; readonly message: string };

export const GATED_ACTIONS = ['update_config', 'start', 'stop', 'restart', 'destroy'] as const;
export type GatedAction = (typeof GATED_ACTIONS)[number];

const ALLOWED: GateAnswer = { allowed: true };

const MESSAGES: Record<GateReason, (facts: GateFacts) => string> = {
  state_invalid: () =>
    'The stored record of this instance is damaged. It is kept as it is; see stateError in debug-status.',
  instance_not_provisioned: () => 'The instance is still being provisioned. Wait for its provision to end.',
  instance_destroying: (facts) =>
    facts.status === 'destroyed'
      ? 'The instance has been destroyed. Its id is never used again: provision a new one.'
      : 'The instance is being destroyed.',
  operation_in_progress: (facts) =>
    `Another operation is under way (${facts.runningOperation?.kind ?? 'unknown'}). Wait for it to end, then try again.`,
};

type Check = (facts: GateFacts) => GateReason | null;

const recordIsSound: Check = (facts) => (facts.stateError === null ? null : 'state_invalid');
const isNotBeingDestroyed: Check = (facts) =>
  facts.status === 'destroying' || facts.status === 'destroyed' ? 'instance_destroying' : null;
const noOperationRuns: Check = (facts) => (facts.runningOperation === null ? null : 'operation_in_progress');
/** Only a record whose first operation was lost rests here: with one running, that answer comes first. */
const hasBeenProvisioned: Check = (facts) =>
  facts.status === 'provisioning' ? 'instance_not_provisioned' : null;

/** The one order of refusal: an action leaves checks out, it never changes their order. */
const CHANGES: readonly Check[] = [recordIsSound, isNotBeingDestroyed, noOperationRuns, hasBeenProvisioned];

const CHECKS: Record<GatedAction, readonly Check[]> = {
  update_config: CHANGES,
  start: CHANGES,
  stop: CHANGES,
  restart: CHANGES,
  // Outranks whatever runs, and is a success when it has happened already.
  destroy: [recordIsSound],
};

/** Whether `action` may be taken; the first check that objects gives the reason. */
export function gate(action: GatedAction, facts: GateFacts): GateAnswer {
  for (const check of CHECKS[action]) {
    const reason = check(facts);
    if (reason !== null) return { allowed: false, reason, message: MESSAGES[reason](facts) };
  }
  return ALLOWED;
}

/** Every gated action with its answer: the `actions` of debug-status. */
export function allGates(facts: GateFacts): Record<GatedAction, GateAnswer> {
  const entries = GATED_ACTIONS.map((action) => [action, gate(action, facts)] as const);
  return Object.fromEntries(entries) as Record<GatedAction, GateAnswer>;
}
