/** What the web changes by itself has its rows in the audit log, written straight to Postgres: no row, no action. */
import { randomUUID } from 'node:crypto';
import { type AuditRow, appendAudit } from '@kiloclaw/db';
import { PlatformApiError } from '@kiloclaw/platform-contract';
import { ControlPlaneUnavailable } from './control-plane.ts';
import { log } from './log.ts';
import type { ProcedureContext } from './trpc/context.ts';
import { Refusal } from './trpc/failures.ts';

const OUTCOME_ATTEMPTS_MAX = 3;

export interface AuditedAct {
  /** In the log's own spelling: `change_role`. */
  readonly action: string;
  readonly targetUserId?: string;
  readonly instanceId?: string;
  readonly before?: AuditRow['before'];
  readonly after?: AuditRow['after'];
  /** Ids, codes and counts alone: never an address, a name, or what somebody wrote. */
  readonly metadata?: Readonly<Record<string, string | number | boolean | null>>;
}

export type AuditContext = Pick<ProcedureContext, 'registry' | 'requestId' | 'ip'> & {
  readonly user: { readonly userId: string; readonly role: AuditRow['actorKind'] };
};

/**
 * Does `work` between its two audit rows. Without the first nothing is done; the second tells what came of it, and
 * what `work` threw is thrown on.
 */
export async function audited<Value>(
  context: AuditContext,
  act: AuditedAct,
  work: () => Promise<Value>,
): Promise<Value> {
  const actId = randomUUID();
  await appendAudit(context.registry.db, [rowOf(context, act, actId, 'requested')]);
  try {
    const value = await work();
    await appendOutcome(context, rowOf(context, act, actId, 'succeeded'));
    return value;
  } catch (error) {
    const told = { ...act, metadata: { ...act.metadata, code: codeOf(error) } };
    await appendOutcome(context, rowOf(context, told, actId, 'failed'));
    throw error;
  }
}

/** Of an act whose answer was lost nobody knows here what became of it: the control plane's own rows tell. */
function codeOf(error: unknown): string {
  if (error instanceof Refusal) return error.failure.code;
  if (error instanceof PlatformApiError) return error.code;
  return error instanceof ControlPlaneUnavailable ? 'control_plane_unavailable' : 'internal_error';
}

/** The act is done, or has failed: a database that goes away now changes nothing about it, and the log says so. */
async function appendOutcome({ registry, requestId }: AuditContext, row: AuditRow): Promise<void> {
  for (let attempt = 1; attempt <= OUTCOME_ATTEMPTS_MAX; attempt += 1) {
    try {
      return await appendAudit(registry.db, [row]);
    } catch {
      // A lost connection is made anew by the next statement; the row's id keeps it from standing there twice.
    }
  }
  log.error('an act has no outcome in the audit log', { requestId, row: row.id, outcome: row.outcome });
}

/** A row of an act; its request has an id of its own, and whatever came of it another. */
export function rowOf(
  { user, requestId, ip }: AuditContext,
  act: AuditedAct,
  actId: string,
  outcome: AuditRow['outcome'],
): AuditRow {
  return {
    // Within one millisecond the log is sorted by id: what came of it stands above what was asked.
    id: `${actId}:${outcome === 'requested' ? 'requested' : 'result'}`,
    at: Date.now(),
    actorId: user.userId,
    actorKind: user.role,
    action: act.action,
    targetUserId: act.targetUserId ?? null,
    instanceId: act.instanceId ?? null,
    operationId: null,
    requestId,
    outcome,
    before: act.before ?? null,
    after: outcome === 'succeeded' ? (act.after ?? null) : null,
    metadata: act.metadata ?? null,
    ip,
  };
}
