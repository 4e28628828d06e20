/**
 * What may be done in which state, and why not. One pure function for all actions, used by the Instance when it
 * accepts, by its plans and views (`actions`), and by every client that draws a button.
 */
import type { ProviderCapabilities } from './capabilities.ts';
import type { ErrorCode, Failure } from './errors.ts';
import type { InstanceStatus, OperationKind } from './states.ts';

/** The facts that a gate looks at; all of them are in the instance's own record. */
export interface GateFacts {
  readonly status: InstanceStatus;
  readonly runningOperation: { readonly id: string; readonly kind: OperationKind } | null;
  /** Why the stored record can't be trusted, or null. */
  readonly stateError: string | null;
  readonly capabilities: ProviderCapabilities;
}

/** What a caller of a gate adds for the action that it means. */
export interface GateOptions {
  /** The refusal of the policy, asked before; it takes its place in the one order. */
  readonly policy?: Failure | null;
  /** `now`: the operation stops and starts the machine itself, and so takes the slot. */
  readonly apply?: 'manual' | 'now';
}

export type GateReason = ErrorCode;

export type GateAnswer =
  | { readonly allowed: true }
  | {
      readonly allowed: false;
      readonly reason: GateReason;
      readonly message: string;
      readonly details?: Record<string, unknown> | undefined;
    };

export const GATED_ACTIONS = [
  'update_config',
  'start',
  'stop',
  'restart',
  'destroy',
  'resize',
  'set_override',
  'clear_override',
  'extend_volume',
  'replace_volume',
  'repair',
] as const;
export type GatedAction = (typeof GATED_ACTIONS)[number];

const ALLOWED: GateAnswer = { allowed: true };

type Check = (facts: GateFacts, options: GateOptions, action: GatedAction) => Failure | null;

const recordIsSound: Check = ({ stateError }) =>
  stateError === null
    ? null
    : {
        code: 'state_invalid',
        message:
          'The stored record of this instance is damaged. It is kept as it is; see stateError in debug-status.',
      };

const hasBeenProvisioned: Check = ({ status }) =>
  status === 'provisioning'
    ? {
        code: 'instance_not_provisioned',
        message: 'The instance is still being provisioned. Wait for its provision to end.',
      }
    : null;

const isNotBeingDestroyed: Check = ({ status }) => {
  if (status === 'destroying')
    return { code: 'instance_destroying', message: 'The instance is being destroyed.' };
  if (status !== 'destroyed') return null;
  return {
    code: 'instance_destroying',
    message: 'The instance has been destroyed. Its id is never used again: provision a new one.',
  };
};

const noOperationRuns: Check = ({ runningOperation }) =>
  runningOperation === null
    ? null
    : {
        code: 'operation_in_progress',
        message: `Another operation is under way (${runningOperation.kind.replaceAll('_', ' ')}). Wait for it to end, then try again.`,
        details: { operation: { id: runningOperation.id, kind: runningOperation.kind } },
      };

/** What is pure state may change while another operation runs; a resize decides over it itself. */
const nothingInTheWayOfPureState: Check = (facts, options, action) =>
  options.apply === 'now' || facts.runningOperation?.kind === 'resize'
    ? noOperationRuns(facts, options, action)
    : null;

const UNSUPPORTED: Partial<
  Record<GatedAction, { needs: 'resize' | 'sizeOverride' | 'extendVolume'; sentence: string }>
> = {
  resize: { needs: 'resize', sentence: 'This provider can’t change the size of an instance.' },
  set_override: { needs: 'sizeOverride', sentence: 'This provider can’t lend CPU and RAM.' },
  extend_volume: {
    needs: 'extendVolume',
    sentence: 'Volumes of this provider are the host’s disk: there is nothing to extend.',
  },
};

const providerCan: Check = ({ capabilities }, _options, action) => {
  const unsupported = UNSUPPORTED[action];
  if (unsupported === undefined || capabilities[unsupported.needs]) return null;
  return { code: 'provider_unsupported', message: unsupported.sentence };
};

const policyAllows: Check = (_facts, { policy }) => policy ?? null;

/** 'Stopped', where an action needs it, is also what has no machine yet. */
const isStoppedWhereNeeded: Check = ({ status, capabilities }, { apply }) => {
  if (!capabilities.resizeNeedsStop || apply === 'now' || status !== 'running') return null;
  return {
    code: 'instance_not_stopped',
    message:
      'The instance is running. Stop it first, or ask with apply: "now" to have it stopped and started.',
  };
};

/** The one order of refusal: an action leaves checks out, it never changes their order. */
const CHANGES: readonly Check[] = [
  recordIsSound,
  hasBeenProvisioned,
  isNotBeingDestroyed,
  noOperationRuns,
  providerCan,
  policyAllows,
];
const PURE_STATE: readonly Check[] = CHANGES.map((check) =>
  check === noOperationRuns ? nothingInTheWayOfPureState : check,
);

const CHECKS: Record<GatedAction, readonly Check[]> = {
  update_config: CHANGES,
  start: CHANGES,
  stop: CHANGES,
  restart: CHANGES,
  // Outranks whatever runs, and is a success when it has happened already.
  destroy: [recordIsSound],
  resize: [...CHANGES, isStoppedWhereNeeded],
  set_override: PURE_STATE,
  clear_override: PURE_STATE,
  extend_volume: CHANGES,
  replace_volume: CHANGES,
  repair: CHANGES,
};

/** Whether `action` may be taken; the first check that objects gives the reason. */
export function gate(action: GatedAction, facts: GateFacts, options: GateOptions = {}): GateAnswer {
  for (const check of CHECKS[action]) {
    const failure = check(facts, options, action);
    if (failure === null) continue;
    const { code, message, details } = failure;
    return { allowed: false, reason: code, message, details };
  }
  return ALLOWED;
}

/** What the policies say to actions that have one. */
export type ActionPolicies = Partial<Record<GatedAction, Failure | null>>;

/** Every gated action with its answer: the `actions` of debug-status. */
export function allGates(facts: GateFacts, policies: ActionPolicies = {}): Record<GatedAction, GateAnswer> {
  const entries = GATED_ACTIONS.map(
    (action) => [action, gate(action, facts, { policy: policies[action] ?? null })] as const,
  );
  return Object.fromEntries(entries) as Record<GatedAction, GateAnswer>;
}
