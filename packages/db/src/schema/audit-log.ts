import { sql } from 'drizzle-orm';
import { check, index, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { instant } from './instant.ts';
import { newestFirst } from './newest-first.ts';

export const AUDIT_ACTOR_KINDS = ['admin', 'customer', 'api', 'system'] as const;
export const AUDIT_OUTCOMES = ['requested', 'succeeded', 'failed', 'denied'] as const;

/**
 * Append-only: triggers refuse UPDATE, DELETE and TRUNCATE to everyone. A row may be updated to what it would be stored as
 * now, and nothing else: without people who were deleted meanwhile. The writer makes the id, so that a
 * repeated delivery is stored once. No foreign keys: a denied attempt may name what does not exist, and the
 * log outlives what it speaks of.
 */
export const auditLog = pgTable(
  'audit_log',
  {
    id: text('id').primaryKey(),
    at: instant('at').notNull(),
    actorId: text('actor_id').notNull(),
    actorKind: text('actor_kind', { enum: AUDIT_ACTOR_KINDS }).notNull(),
    action: text('action').notNull(),
    targetUserId: text('target_user_id'),
    instanceId: uuid('instance_id'),
    operationId: text('operation_id'),
    requestId: text('request_id'),
    outcome: text('outcome', { enum: AUDIT_OUTCOMES }).notNull(),
    before: jsonb('before'),
    after: jsonb('after'),
    metadata: jsonb('metadata'),
    ip: text('ip'),
  },
  (table) => [
    check('audit_log_actor_kind_known', sql`${table.actorKind} IN ('admin', 'customer', 'api', 'system')`),
    check('audit_log_outcome_known', sql`${table.outcome} IN ('requested', 'succeeded', 'failed', 'denied')`),
    index('audit_log_instance_id_idx').on(table.instanceId, ...newestFirst(table.at, table.id)),
    index('audit_log_at_idx').on(...newestFirst(table.at, table.id)),
    index('audit_log_action_idx').on(table.action, ...newestFirst(table.at, table.id)),
    // What went well is met soon enough along the whole log.
    index('audit_log_unsuccessful_idx')
      .on(table.outcome, ...newestFirst(table.at, table.id))
      .where(sql`${table.outcome} IN ('failed', 'denied')`),
    index('audit_log_target_user_id_idx').on(table.targetUserId, ...newestFirst(table.at, table.id)),
    index('audit_log_operation_id_idx').on(table.operationId),
    index('audit_log_request_id_idx').on(table.requestId),
    index('audit_log_actor_id_idx').on(table.actorId, ...newestFirst(table.at, table.id)),
  ],
);
