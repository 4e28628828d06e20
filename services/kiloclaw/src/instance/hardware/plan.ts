/** What a change of hardware would do: worked out before anything is done, and once more when it is accepted. Pure. */
import { createHash } from 'node:crypto';
import {
  type AdminSizeOverridePayload,
  effectiveMachineSize,
  type MachineSize,
  resolveInstanceTypeFromState,
} from '@kiloclaw/instance-tiers';
import {
  type Failure,
  type GatedAction,
  gate,
  type Plan,
  type ProviderCapabilities,
} from '@kiloclaw/platform-contract';
import type { Operation } from '../operations/operation.ts';
import type { InstanceState } from '../state.ts';

/** What the provider says to a size, asked before the decision: nothing is changed by it. */
export type Fit =
  | { readonly kind: 'given'; readonly size: MachineSize }
  | { readonly kind: 'refused'; readonly failure: Failure }
  /** It was not asked, or did not answer: the operation's own step asks again. */
  | { readonly kind: 'unknown' };

export interface PlanFacts {
  readonly state: InstanceState;
  readonly capabilities: ProviderCapabilities;
  readonly running: Operation | null;
  readonly fit: Fit;
  readonly now: number;
}

export type Apply = 'manual' | 'now';

export interface PlanDraft {
  readonly action: GatedAction;
  /** What was asked, as far as two plans for different wishes must not be taken for one. */
  readonly asked: unknown;
  readonly apply: Apply;
  readonly policy: Failure | null;
  /** The state as it is to become. */
  readonly after: InstanceState;
  readonly cleared: AdminSizeOverridePayload | null;
  readonly irreversible: Plan['irreversible'];
  readonly requires: Plan['requires'];
  readonly downtime: Plan['downtime'];
}

/** Completes a plan: its refusal by the one order, and its hash. */
export function drawPlan(facts: PlanFacts, draft: PlanDraft): Plan {
  const { state, capabilities, running, fit, now } = facts;
  const answer = gate(
    draft.action,
    { status: state.status, runningOperation: running, stateError: null, capabilities },
    { policy: draft.policy ?? fitRefusal(fit), apply: draft.apply },
  );
  const refusal = answer.allowed
    ? null
    : { code: answer.reason, message: answer.message, details: answer.details };
  const effectiveSize = effectiveMachineSize({ ...draft.after, now });
  const content = {
    before: hardwareView(state),
    after: hardwareView(draft.after),
    effectiveSize,
    givenSize: fit.kind === 'given' ? fit.size : null,
    irreversible: draft.irreversible,
    clears: { sizeOverride: draft.cleared },
  };
  const hash = planHash({
    ...content,
    action: draft.action,
    asked: draft.asked,
    clears: withoutTimes(draft.cleared),
  });
  const { requires, downtime } = draft;
  return { allowed: refusal === null, refusal, ...content, requires, downtime, hash };
}

function fitRefusal(fit: Fit): Failure | null {
  return fit.kind === 'refused' ? fit.failure : null;
}

function hardwareView(state: InstanceState): Plan['before'] {
  const { machineSize, volumeSizeGb } = state;
  return { instanceType: resolveInstanceTypeFromState(state), machineSize, volumeSizeGb };
}

function withoutTimes(override: AdminSizeOverridePayload | null) {
  if (override === null) return null;
  const { setAt: _setAt, expiresAt: _expiresAt, ...rest } = override;
  return rest;
}

/** Times, status and the age of observations are no part of it: they change by themselves. */
function planHash(content: unknown): string {
  return createHash('sha256').update(canonicalJson(content)).digest('base64url');
}

/** JSON with sorted keys: what was stored and what was just made compare alike. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
