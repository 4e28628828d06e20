/** The calls that only read: answered from the record at once, for its owner alone. */
import {
  type DebugView,
  type OperationAnswer,
  type OperationPage,
  ok,
  type Result,
  refuse,
  type StatusView,
} from '@kiloclaw/platform-contract';
import type { Instance } from './instance.ts';
import type { Caller } from './instance-rpc.ts';
import { operationById, operationPage, unfinishedOperation } from './storage/operation-store.ts';
import { countOutbox } from './storage/outbox.ts';
import { debugView, operationAnswer, statusView } from './views/views.ts';

/** The customer’s view, from the record; a look is sent off in the background. */
export function readStatus(instance: Instance, caller: Caller): Result<StatusView> {
  const authorized = instance.authorize(caller, 'status');
  if (!authorized.ok) return authorized;
  instance.looks.liveCheck();
  return ok(statusView(authorized.value, unfinishedOperation(instance.deps.storage)));
}

/** `live` waits for a look at the provider; without it one is sent off in the background. */
export async function readDebugState(
  instance: Instance,
  caller: Caller,
  { live }: { readonly live: boolean },
): Promise<Result<DebugView>> {
  const first = instance.authorize(caller, 'debug-status');
  if (!first.ok) return first;
  if (live) await instance.look('thorough');
  else instance.looks.liveCheck();
  const { deps, looks, nextAlarmAt } = instance;
  const authorized = instance.authorize(caller, 'debug-status');
  if (!authorized.ok) return authorized;
  const facts = {
    current: unfinishedOperation(deps.storage),
    newestObservation: looks.newest,
    auditRowsWaiting: countOutbox(deps.storage),
    nextAlarmAt,
    capabilities: deps.capabilities(authorized.value.provider),
    now: deps.clock.now(),
  };
  return ok(debugView(authorized.value, facts));
}

/** A page of the timeline, newest first. */
export function readOperations(
  instance: Instance,
  caller: Caller,
  page: { readonly cursor: string | null; readonly limit: number },
): Result<OperationPage> {
  const authorized = instance.authorize(caller, 'operations');
  if (!authorized.ok) return authorized;
  const cursor = page.cursor === null ? null : Number(page.cursor);
  if (cursor !== null && !Number.isSafeInteger(cursor)) {
    return refuse('invalid_request', 'cursor: take it from the nextCursor of the page before.', {
      path: 'cursor',
    });
  }
  const { items, nextCursor } = operationPage(instance.deps.storage, cursor, page.limit);
  return ok({
    items: items.map(operationAnswer),
    nextCursor: nextCursor === null ? null : String(nextCursor),
  });
}

/** One operation; `operation_not_found` where it is not kept any more. */
export function readOperation(
  instance: Instance,
  caller: Caller,
  operationId: string,
): Result<OperationAnswer> {
  const authorized = instance.authorize(caller, 'operations');
  if (!authorized.ok) return authorized;
  const operation = operationById(instance.deps.storage, operationId);
  if (operation === null) return refuse('operation_not_found', 'This instance has no such operation.');
  return ok(operationAnswer(operation));
}
