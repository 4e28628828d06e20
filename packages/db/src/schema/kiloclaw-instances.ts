import { INSTANCE_TYPES } from '@kiloclaw/instance-tiers';
import { sql } from 'drizzle-orm';
import { bigint, check, index, integer, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { instant } from './instant.ts';
import { newestFirst } from './newest-first.ts';
import { overrideActorId, overrideSetAt } from './override-fields.ts';
import { users } from './users.ts';

/** A CHECK takes no parameters, so the catalog's keys are written into it. */
const instanceTypeLiterals = sql.raw(INSTANCE_TYPES.map((instanceType) => `'${instanceType}'`).join(', '));

/**
 * One row per instance: the index over what the Instance objects hold, for search, audit and restore.
 * The Instance owns its row; the deletion of a person is the only other writer. `created_at` and `updated_at`
 * are the Instance's times, and `registry_version` its count of changes to the row.
 */
export const kiloclawInstances = pgTable(
  'kiloclaw_instances',
  {
    id: uuid('id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id),
    sandboxId: text('sandbox_id').notNull(),
    provider: text('provider').notNull(),
    name: text('name'),
    region: text('region'),
    instanceType: text('instance_type'),
    adminSizeOverride: jsonb('admin_size_override'),
    status: text('status').notNull(),
    cpus: integer('cpus'),
    memoryMb: integer('memory_mb'),
    cpuKind: text('cpu_kind'),
    volumeSizeGb: integer('volume_size_gb'),
    machineId: text('machine_id'),
    driftKinds: text('drift_kinds').array().notNull().default([]),
    trackedImageTag: text('tracked_image_tag'),
    registryVersion: bigint('registry_version', { mode: 'number' }).notNull(),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
    destroyedAt: instant('destroyed_at'),
  },
  (table) => [
    check('kiloclaw_instances_instance_type_known', sql`${table.instanceType} IN (${instanceTypeLiterals})`),
    check(
      'kiloclaw_instances_machine_size_whole',
      sql`num_nulls(${table.cpus}, ${table.memoryMb}, ${table.cpuKind}) IN (0, 3)`,
    ),
    index('kiloclaw_instances_created_at_idx').on(...newestFirst(table.createdAt, table.id)),
    index('kiloclaw_instances_user_id_idx').on(table.userId, ...newestFirst(table.createdAt, table.id)),
    index('kiloclaw_instances_instance_type_idx')
      .on(table.instanceType, ...newestFirst(table.createdAt, table.id))
      .where(sql`${table.instanceType} IS NOT NULL AND ${table.destroyedAt} IS NULL`),
    index('kiloclaw_instances_override_idx')
      .on(...newestFirst(table.createdAt, table.id))
      .where(sql`${table.adminSizeOverride} IS NOT NULL AND ${table.destroyedAt} IS NULL`),
    index('kiloclaw_instances_active_idx')
      .on(...newestFirst(table.createdAt, table.id))
      .where(sql`${table.destroyedAt} IS NULL`),
    // Of all rows: the closed ones are listed by their status.
    index('kiloclaw_instances_status_idx').on(table.status, ...newestFirst(table.createdAt, table.id)),
    index('kiloclaw_instances_provider_idx')
      .on(table.provider, ...newestFirst(table.createdAt, table.id))
      .where(sql`${table.destroyedAt} IS NULL`),
    index('kiloclaw_instances_drift_idx')
      .on(...newestFirst(table.createdAt, table.id))
      .where(sql`${table.driftKinds} <> '{}' AND ${table.destroyedAt} IS NULL`),
    index('kiloclaw_instances_unknown_type_idx')
      .on(...newestFirst(table.createdAt, table.id))
      .where(sql`${table.instanceType} IS NULL AND ${table.destroyedAt} IS NULL`),
    index('kiloclaw_instances_updated_at_idx')
      .on(...newestFirst(table.updatedAt, table.id))
      .where(sql`${table.destroyedAt} IS NULL`),
    // What was destroyed of late: written once an instance.
    index('kiloclaw_instances_closed_updated_at_idx')
      .on(...newestFirst(table.updatedAt, table.id))
      .where(sql`${table.status} = 'destroyed'`),
    index('kiloclaw_instances_override_set_at_idx')
      .on(overrideSetAt(table.adminSizeOverride), table.id)
      .where(sql`${table.adminSizeOverride} IS NOT NULL AND ${table.destroyedAt} IS NULL`),
    index('kiloclaw_instances_override_actor_idx')
      .on(overrideActorId(table.adminSizeOverride))
      .where(sql`${table.adminSizeOverride} IS NOT NULL AND ${table.destroyedAt} IS NULL`),
    index('kiloclaw_instances_machine_id_idx').on(table.machineId),
    index('kiloclaw_instances_sandbox_id_trgm_idx').using('gin', table.sandboxId.op('gin_trgm_ops')),
    index('kiloclaw_instances_name_trgm_idx').using('gin', table.name.op('gin_trgm_ops')),
  ],
);
