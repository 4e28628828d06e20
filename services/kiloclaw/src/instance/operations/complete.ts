/** The end of an operation: its outcome and its audit row in the segment that ends it. */
import type { Failure } from '@kiloclaw/platform-contract';
import { outcomeRow } from '../audit.ts';
import type { Deps } from '../deps.ts';
import type { InstanceState } from '../state.ts';
import { saveOperation } from '../storage/operation-store.ts';
import { appendToOutbox } from '../storage/outbox.ts';
import { saveState } from '../storage/record-store.ts';
import { definitionOf } from './kinds.ts';
import { hardwareOf, type Operation } from './operation.ts';
import { hasLaunched, withApplied } from './power-steps.ts';

function end(deps: Deps, state: InstanceState, operation: Operation, now: number): Operation {
  const ended = { ...operation, after: hardwareOf(state), endedAt: now };
  saveOperation(deps.storage, ended);
  appendToOutbox(deps.storage, outcomeRow(state, ended, now));
  deps.facts.operationEnded({
    kind: ended.kind,
    outcome: ended.status,
    durationMs: now - ended.startedAt,
  });
  deps.traces.operationEnded(ended, state.instanceId);
  deps.log.info('operation ended', {
    instanceId: state.instanceId,
    operationId: ended.id,
    requestId: ended.requestId,
    kind: ended.kind,
    status: ended.status,
    code: ended.error?.code,
  });
  return ended;
}

/** Ends it as succeeded, with the result of its kind. */
export function completeOperation(
  deps: Deps,
  state: InstanceState,
  operation: Operation,
  now: number,
): Operation {
  const result = definitionOf(operation.kind).result?.({ state, operation, now }) ?? operation.result;
  return end(deps, state, { ...operation, status: 'succeeded', result }, now);
}

/** Ends it as failed; what it reached stays on record. */
export function failOperation(
  deps: Deps,
  state: InstanceState,
  operation: Operation,
  failure: Failure,
  now: number,
): Operation {
  // What it started may run by now, though nobody saw it come up: the looks that find it running go by this.
  const launched = hasLaunched(operation)
    ? {
        ...withApplied({ state, operation, now }, state, now),
        generation: state.generation + 1,
      }
    : state;
  const kept = atRest(launched);
  if (kept !== state) saveState(deps.storage, state, kept, now);
  return end(deps, kept, { ...operation, status: 'failed', error: failure }, now);
}

/** A provision that may remove nothing leaves what can be started and destroyed; looks tell what of it is there. */
function atRest(state: InstanceState): InstanceState {
  if (state.status !== 'provisioning') return state;
  return { ...state, status: 'provisioned', generation: state.generation + 1 };
}

/** A destroy takes the slot; the step in flight is still awaited, and what it learns is recorded. */
export function supersede(deps: Deps, state: InstanceState, operation: Operation, now: number): Operation {
  const message = 'The instance was destroyed before this operation had ended.';
  return end(
    deps,
    state,
    { ...operation, status: 'superseded', error: { code: 'instance_destroying', message } },
    now,
  );
}
