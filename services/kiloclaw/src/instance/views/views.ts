/** What the Instance shows of itself: pure projections of its stored state. */
import { effectiveMachineSize, resolveInstanceTypeFromState } from '@kiloclaw/instance-tiers';
import {
  type ActionPolicies,
  allGates,
  type DebugView,
  type GateFacts,
  isUnfinished,
  type OperationAnswer,
  ok,
  type ProviderCapabilities,
  type Result,
  type StatusView,
} from '@kiloclaw/platform-contract';
import { rfc3339, rfc3339OrNull } from '../../time.ts';
import { isPendingRestart } from '../hardware/pending-restart.ts';
import type { Operation } from '../operations/operation.ts';
import type { InstanceState, Observation } from '../state.ts';
import { actionPolicies } from './action-policies.ts';
import { customersKindOf, customersStepOf } from './customer-words.ts';
import { appliedView, whyThisSize } from './why-this-size.ts';

/** The customer's view: nothing in it depends on an override. */
export function statusView(state: InstanceState, current: Operation | null): StatusView {
  return {
    userId: state.userId,
    instanceId: state.instanceId,
    sandboxId: state.sandboxId,
    name: state.name,
    provider: state.provider,
    region: state.region,
    status: state.status,
    instanceType: resolveInstanceTypeFromState(state),
    machineSize: state.machineSize,
    volumeSizeGb: state.volumeSizeGb,
    endpoint: state.endpoint,
    createdAt: rfc3339(state.createdAt),
    startedAt: rfc3339OrNull(state.startedAt),
    stoppedAt: rfc3339OrNull(state.stoppedAt),
    operation: current === null ? null : customerOperation(current),
  };
}

function customerOperation(current: Operation): StatusView['operation'] {
  const kind = customersKindOf(current.kind);
  const step = current.steps[current.position]?.name ?? null;
  return {
    id: current.id,
    kind,
    step: step === null ? null : customersStepOf(step),
    startedAt: rfc3339(current.startedAt),
  };
}

export interface DebugFacts {
  readonly current: Operation | null;
  readonly newestObservation: Observation | null;
  readonly auditRowsWaiting: number;
  readonly nextAlarmAt: number | null;
  readonly capabilities: ProviderCapabilities;
  readonly now: number;
}

/** The admins’ view: the customer’s, and everything behind it. */
export function debugView(state: InstanceState, facts: DebugFacts): DebugView {
  const effectiveSize = effectiveMachineSize({ ...state, now: facts.now });
  const { capabilities } = facts;
  const gateFacts: GateFacts = {
    status: state.status,
    runningOperation: facts.current,
    stateError: null,
    capabilities,
  };
  const observation = newer(state.lastObservation, facts.newestObservation);
  const status = statusView(state, facts.current);
  return {
    ...status,
    operation: facts.current === null ? null : operationInView(facts.current),
    sizeOverride: state.adminMachineSizeOverride,
    effectiveSize,
    applied: state.applied === null ? null : appliedView(state.applied),
    pendingRestart: isPendingRestart(state, facts.now),
    whyThisSize: whyThisSize(state, status.instanceType, observation, facts.now),
    actions: actionsView(gateFacts, actionPolicies(state, capabilities)),
    capabilities,
    providerState: state.resources,
    lastObservation:
      observation === null ? null : { ...observationView(observation), at: rfc3339(observation.at) },
    lastOutOfMemoryAt: rfc3339OrNull(state.lastOutOfMemory?.at ?? null),
    drift: state.drift.map(({ kind, since, details }) => ({ kind, since: rfc3339(since), details })),
    registry: {
      version: state.registryVersion,
      syncedVersion: state.registrySyncedVersion,
      auditRowsWaiting: facts.auditRowsWaiting,
      trackedImageTag: state.trackedImageTag,
      updatedAt: rfc3339(state.updatedAt),
      destroyedAt: rfc3339OrNull(state.destroyedAt),
    },
    generation: state.generation,
    nextAlarmAt: rfc3339OrNull(facts.nextAlarmAt),
    stateError: null,
  };
}

/** The admins' view of it: as it is. */
function operationInView(current: Operation): StatusView['operation'] {
  const { id, kind } = current;
  const step = current.steps[current.position]?.name ?? null;
  return { id, kind, step, startedAt: rfc3339(current.startedAt) };
}

function observationView({ machineState, machineSize, volumeSizeGb }: Observation) {
  return { machineState, machineSize, volumeSizeGb };
}

function newer(stored: Observation | null, seen: Observation | null): Observation | null {
  if (stored === null || seen === null) return seen ?? stored;
  return seen.at >= stored.at ? seen : stored;
}

function actionsView(facts: GateFacts, policies: ActionPolicies): DebugView['actions'] {
  const gates = allGates(facts, policies);
  const entries = Object.entries(gates).map(([action, answer]) => [
    action,
    answer.allowed
      ? { allowed: true, reason: null, message: null }
      : { allowed: false, reason: answer.reason, message: answer.message },
  ]);
  return Object.fromEntries(entries) as DebugView['actions'];
}

export function operationResult(result: Result<Operation>): Result<OperationAnswer> {
  return result.ok ? ok(operationAnswer(result.value)) : result;
}

export function operationAnswer(operation: Operation): OperationAnswer {
  return {
    operation: {
      id: operation.id,
      kind: operation.kind,
      status: operation.status,
      steps: operation.steps.map((step) => ({
        name: step.name,
        status: step.status,
        startedAt: rfc3339OrNull(step.startedAt),
        endedAt: rfc3339OrNull(step.endedAt),
        ...(step.status === 'running' && { progressPercent: step.progressPercent }),
      })),
      actor: operation.actor,
      startedAt: rfc3339(operation.startedAt),
      endedAt: rfc3339OrNull(operation.endedAt),
      error: isUnfinished(operation.status) && operation.status !== 'stuck' ? null : operation.error,
    },
    result: operation.result,
  };
}
