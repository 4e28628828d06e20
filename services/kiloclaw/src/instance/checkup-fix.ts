/** Puts right of an instance, on somebody's word, what loses nothing: its alarm, its row, an operation that should run. */
import { type CheckupFix, ok, type Result } from '@kiloclaw/platform-contract';
import { noteAlarmRepairs } from './alarm-repairs.ts';
import { fixRow } from './audit.ts';
import { REGISTRY_WAIT_MS } from './bounds.ts';
import { findingOf } from './findings.ts';
import type { Instance } from './instance.ts';
import type { CheckupFixCall, FixAnswer } from './instance-rpc.ts';
import { unfinishedOperation } from './storage/operation-store.ts';
import { appendToOutbox } from './storage/outbox.ts';
import { passRow } from './sweep.ts';

/**
 * The alarm is set first, so that all the rest is gone on with should the process die here. A row that is not the
 * object's is overwritten; none at all is written. Waits for the registry a while.
 */
export async function fixInstance(
  instance: Instance,
  { caller, row }: CheckupFixCall,
): Promise<Result<FixAnswer>> {
  const authorized = instance.authorize(caller, 'checkup_fix');
  if (!authorized.ok) return authorized;
  const { deps } = instance;
  const at = deps.clock.now();
  const entry = { id: deps.random.id(at), actor: caller.actor, requestId: caller.requestId };
  appendToOutbox(deps.storage, fixRow(authorized.value, entry, at, null));
  const done: CheckupFix[] = [];
  if (await instance.repairAlarm()) done.push('alarm_set');
  const isRewritten = deps.storage.transaction(() => {
    if (noteAlarmRepairs(deps)) done.push('alarm_repairs_noted');
    return passRow(instance, row);
  });
  const operation = unfinishedOperation(deps.storage);
  // A stuck one waits for its own word, `POST /operations/:id/retry`.
  if (operation?.status === 'running' && operation.nextAttemptAt <= at) {
    instance.begin();
    done.push('operation_resumed');
  }
  const isPaid = await instance.payNow(REGISTRY_WAIT_MS);
  const after = instance.authorize(caller, 'checkup_fix');
  if (!after.ok) return after;
  const isRejected = findingOf(after.value.drift, 'registry_rejected') !== null;
  if (isRewritten && isPaid && !isRejected) done.push('row_rewritten');
  appendToOutbox(deps.storage, fixRow(after.value, entry, deps.clock.now(), done));
  instance.settleDebt();
  instance.arm();
  return ok({ status: after.value.status, done, isPaid: isPaid && !isRejected });
}
