/** What the Instance shows of itself: pure projections of its stored state. */
import {
  effectiveMachineSize,
  resolveInstanceTypeFromState,
  sameMachineSize,
} from '@kiloclaw/instance-tiers';
import {
  allGates,
  type DebugView,
  type GateFacts,
  isUnfinished,
  type OperationAnswer,
  type StatusView,
} from '@kiloclaw/platform-contract';
import type { Operation } from './operations/operation.ts';
import type { InstanceState, Observation } from './state.ts';

export function rfc3339(atMs: number): string {
  return new Date(atMs).toISOString();
}

function rfc3339OrNull(atMs: number | null): string | null {
  return atMs === null ? null : rfc3339(atMs);
}

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
    operation:
      current === null
        ? null
        : {
            id: current.id,
            kind: current.kind,
            step: current.steps[current.position]?.name ?? null,
            startedAt: rfc3339(current.startedAt),
          },
  };
}

export interface DebugFacts {
  readonly current: Operation | null;
  readonly newestObservation: Observation | null;
  readonly auditRowsWaiting: number;
  readonly nextAlarmAt: number | null;
  readonly now: number;
}

export function debugView(state: InstanceState, facts: DebugFacts): DebugView {
  const effectiveSize = effectiveMachineSize({ ...state, now: facts.now });
  const gateFacts: GateFacts = { status: state.status, runningOperation: facts.current, stateError: null };
  const observation = newer(state.lastObservation, facts.newestObservation);
  return {
    ...statusView(state, facts.current),
    effectiveSize,
    applied: state.applied === null ? null : appliedView(state.applied),
    pendingRestart: isPendingRestart(state, effectiveSize),
    actions: actionsView(gateFacts),
    providerState: state.resources,
    lastObservation:
      observation === null ? null : { ...observationView(observation), at: rfc3339(observation.at) },
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

function appliedView({ asked, given, source }: NonNullable<InstanceState['applied']>) {
  return { asked, given, source };
}

function observationView({ machineState, machineSize, volumeSizeGb }: Observation) {
  return { machineState, machineSize, volumeSizeGb };
}

function newer(stored: Observation | null, seen: Observation | null): Observation | null {
  if (stored === null || seen === null) return seen ?? stored;
  return seen.at >= stored.at ? seen : stored;
}

function isPendingRestart(state: InstanceState, effective: InstanceState['machineSize']): boolean {
  if (state.status !== 'running' || state.applied === null || effective === null) return false;
  return !sameMachineSize(state.applied.asked, effective);
}

function actionsView(facts: GateFacts): DebugView['actions'] {
  const gates = allGates(facts);
  const entries = Object.entries(gates).map(([action, answer]) => [
    action,
    answer.allowed
      ? { allowed: true, reason: null, message: null }
      : { allowed: false, reason: answer.reason, message: answer.message },
  ]);
  return Object.fromEntries(entries) as DebugView['actions'];
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
      })),
      actor: operation.actor,
      startedAt: rfc3339(operation.startedAt),
      endedAt: rfc3339OrNull(operation.endedAt),
      error: isUnfinished(operation.status) && operation.status !== 'stuck' ? null : operation.error,
    },
    result: operation.result,
  };
}
