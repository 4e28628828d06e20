/** The calls that change an instance as it stands: start, stop, restart, destroy, and the retry of a stuck operation. */
import { ok, type Result, refuse } from '@kiloclaw/platform-contract';
import { retryRow } from './audit.ts';
import type { Instance } from './instance.ts';
import type { Caller, ChangeCall } from './instance-rpc.ts';
import { acceptChange } from './operations/accept.ts';
import type { Operation } from './operations/operation.ts';
import { submittedByCaller } from './operations/submission.ts';
import type { InstanceState } from './state.ts';
import { operationById, saveOperation } from './storage/operation-store.ts';
import { appendToOutbox } from './storage/outbox.ts';

/** Accepts the change, or refuses it by the gate, and follows it for as long as the caller waits. */
export async function changeInstance(instance: Instance, call: ChangeCall): Promise<Result<Operation>> {
  const { deps } = instance;
  const fingerprints = await deps.vault.fingerprints(JSON.stringify([call.kind, call.caller.userId]));
  const authorized = instance.authorize(call.caller, call.kind);
  if (!authorized.ok) return authorized;
  const submission = submittedByCaller(call, { kind: call.kind, fingerprints, params: {} });
  const acceptance = acceptChange(deps, authorized.value, submission, {
    change: (state) => begun(state, call.kind),
  });
  return instance.follow(acceptance, call.waitMs);
}

/** What the acceptance itself changes: from here on nothing else is let in. */
function begun(state: InstanceState, kind: ChangeCall['kind']): InstanceState {
  const isGoing = kind === 'destroy' && state.status !== 'destroyed';
  return isGoing ? { ...state, status: 'destroying' } : state;
}

/** Tries a stuck operation now. One that is not stuck is left alone, and shown. */
export async function retryStuck(
  instance: Instance,
  caller: Caller,
  operationId: string,
  waitMs: number,
): Promise<Result<Operation>> {
  const { deps } = instance;
  const authorized = instance.authorize(caller, 'retry');
  if (!authorized.ok) return authorized;
  const operation = operationById(deps.storage, operationId);
  if (operation === null) return refuse('operation_not_found', 'This instance has no such operation.');
  if (operation.status !== 'stuck') return ok(operation);
  const now = deps.clock.now();
  deps.storage.transaction(() => {
    saveOperation(deps.storage, { ...operation, status: 'running', nextAttemptAt: now });
    const row = retryRow(authorized.value, operation, { ...caller, id: deps.random.id(now), at: now });
    appendToOutbox(deps.storage, row);
  });
  return instance.follow({ accepted: true, operation, repeated: true }, waitMs);
}
