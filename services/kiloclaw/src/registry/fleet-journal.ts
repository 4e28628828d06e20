/** The audit rows of an act on many instances or on none: one when it is asked for, one with what became of it. */
import type { Actor } from '@kiloclaw/platform-contract';
import type { Env } from '../env.ts';
import { toJson } from '../instance/json.ts';
import { appendAuditRows } from './registry-reader.ts';

export interface FleetAct {
  readonly action: 'delete_orphans' | 'reseal';
  readonly actor: Actor;
  readonly requestId: string;
  /** What was asked for: ids alone. */
  readonly asked: Readonly<Record<string, unknown>>;
}

export type Journal = (
  outcome: 'requested' | 'succeeded' | 'failed',
  facts: Readonly<Record<string, unknown>>,
) => Promise<void>;

/** Each outcome's row is stored once. Throws `RegistryUnavailable`. */
export function fleetJournal(env: Env, { action, actor, requestId, asked }: FleetAct): Journal {
  const entryId = crypto.randomUUID();
  return (outcome, facts) =>
    appendAuditRows(env, [
      {
        id: `${entryId}:${outcome === 'requested' ? 'requested' : 'result'}`,
        at: Date.now(),
        actorId: actor.id,
        actorKind: actor.kind,
        action,
        targetUserId: null,
        instanceId: null,
        operationId: null,
        requestId,
        outcome,
        before: null,
        after: null,
        metadata: toJson({ ...asked, ...facts }),
        ip: null,
      },
    ]);
}
