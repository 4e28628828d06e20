/** The audit rows that an instance journals. */
import type { AuditRow } from '@kiloclaw/db';
import type { Actor, OperationKind } from '@kiloclaw/platform-contract';
import { toJson } from './json.ts';
import type { Operation } from './operations/operation.ts';
import type { InstanceState } from './state.ts';

/** Changes of hardware tell what was asked, and what came of it; neither holds anything secret. */
const TOLD_IN_FULL: ReadonlySet<OperationKind> = new Set([
  'resize',
  'set_override',
  'clear_override',
  'extend_volume',
]);

function rowOf(
  state: InstanceState,
  operation: Operation,
  outcome: 'requested' | 'succeeded' | 'failed',
  at: number,
): AuditRow {
  return {
    // Within one millisecond the log is sorted by id: what came of it stands above what was asked.
    id: `${operation.id}:${outcome === 'requested' ? 'requested' : 'result'}`,
    at,
    actorId: operation.actor.id,
    actorKind: operation.actor.kind,
    action: operation.kind,
    targetUserId: state.userId,
    instanceId: state.instanceId,
    operationId: operation.id,
    requestId: operation.requestId,
    outcome,
    before: toJson(operation.before),
    after: null,
    metadata: null,
    ip: null,
  };
}

/** Written by the very segment that accepts the operation, before any effect. */
export function requestedRow(state: InstanceState, operation: Operation): AuditRow {
  const row = rowOf(state, operation, 'requested', operation.startedAt);
  return TOLD_IN_FULL.has(operation.kind) ? { ...row, metadata: toJson({ asked: operation.params }) } : row;
}

/**
 * Written by the segment that ends it. A superseded operation has failed at what was asked, and says by what. Each tells
 * which size is lent afterwards: a resize that fails at the start has ended an override all the same.
 */
export function outcomeRow(state: InstanceState, operation: Operation, at: number): AuditRow {
  const lentSize = state.adminMachineSizeOverride?.machineSize ?? null;
  const outcome = operation.status === 'succeeded' ? 'succeeded' : 'failed';
  const row = { ...rowOf(state, operation, outcome, at), after: toJson({ ...operation.after, lentSize }) };
  if (operation.status !== 'succeeded') {
    return { ...row, metadata: { status: operation.status, code: operation.error?.code ?? null } };
  }
  return TOLD_IN_FULL.has(operation.kind) ? { ...row, metadata: toJson({ result: operation.result }) } : row;
}

/** Somebody had a stuck operation tried again: what comes of it is the operation's own outcome. */
export function retryRow(
  state: InstanceState,
  operation: Operation,
  { id, actor, requestId, at }: { id: string; actor: Actor; requestId: string; at: number },
): AuditRow {
  const row = rowOf(state, { ...operation, actor, requestId }, 'requested', at);
  return { ...row, id, action: 'retry', before: null };
}

/** Somebody had a checkup's findings put right: a row when that is asked for, one with what was done (`done`, no longer null). */
export function fixRow(
  { userId, instanceId }: Pick<InstanceState, 'userId' | 'instanceId'>,
  { id, actor, requestId }: { id: string; actor: Actor; requestId: string },
  at: number,
  done: readonly string[] | null,
): AuditRow {
  return {
    id: `${id}:${done === null ? 'requested' : 'result'}`,
    at,
    actorId: actor.id,
    actorKind: actor.kind,
    action: 'checkup_fix',
    targetUserId: userId,
    instanceId,
    operationId: null,
    requestId,
    outcome: done === null ? 'requested' : 'succeeded',
    before: null,
    after: null,
    metadata: done === null ? null : { done: [...done] },
    ip: null,
  };
}

/** An attempt that was not let through: whom it asked for, and whose the instance really is. */
export function deniedRow(
  state: { readonly instanceId: string; readonly userId: string },
  attempt: {
    id: string;
    action: string;
    actor: Actor;
    askedUserId: string;
    requestId: string | null;
    code: string;
    at: number;
  },
): AuditRow {
  return {
    id: attempt.id,
    at: attempt.at,
    actorId: attempt.actor.id,
    actorKind: attempt.actor.kind,
    action: attempt.action,
    targetUserId: state.userId,
    instanceId: state.instanceId,
    operationId: null,
    requestId: attempt.requestId,
    outcome: 'denied',
    before: null,
    after: null,
    metadata: { code: attempt.code, askedUserId: attempt.askedUserId },
    ip: null,
  };
}
