/**
 * How release 0.1.0 reads what an object stores: its schemas of the record, of an operation and of an audit row on its
 * way, with every word that it knows. Frozen, and never changed: what is written today must pass, or 0.1.0 could not
 * be gone back to.
 */
import { z } from 'zod';

/** It takes a record of any version for one of its own, and saves it under this number. */
export const STATE_VERSION = 3;

export const WORDS = {
  provider: ['fly', 'docker-local', 'northflank'],
  instanceStatus: ['provisioning', 'provisioned', 'running', 'stopped', 'destroying', 'destroyed'],
  instanceType: ['perf-1-3', 'perf-4-8', 'perf-4-16', 'shared-2-3', 'shared-2-4', 'custom'],
  preset: ['perf-4-8', 'perf-4-16'],
  cpuKind: ['shared', 'performance'],
  operationKind: [
    'provision',
    'start',
    'stop',
    'restart',
    'destroy',
    'resize',
    'set_override',
    'clear_override',
    'extend_volume',
    'replace_volume',
    'update_config',
    'repair',
    'restore',
  ],
  operationStatus: ['running', 'succeeded', 'failed', 'superseded', 'stuck'],
  stepStatus: ['pending', 'running', 'succeeded', 'skipped', 'failed'],
  actorKind: ['admin', 'customer', 'api', 'system'],
  auditOutcome: ['requested', 'succeeded', 'failed', 'denied'],
  repairableFinding: ['volume_not_mounted', 'duplicate_machines', 'retired_volume'],
  errorCode: [
    'invalid_request',
    'unauthorized',
    'instance_not_found',
    'operation_not_found',
    'not_found',
    'operation_in_progress',
    'instance_not_provisioned',
    'instance_not_stopped',
    'instance_not_running',
    'instance_destroying',
    'use_resize',
    'plan_stale',
    'configuration_unknown',
    'idempotency_key_reused',
    'state_invalid',
    'payload_too_large',
    'tier_not_offered',
    'volume_would_shrink',
    'memory_would_shrink',
    'cpu_would_shrink',
    'not_an_upgrade',
    'override_not_larger',
    'preset_not_allowed',
    'volume_size_out_of_range',
    'volume_not_larger',
    'provider_unsupported',
    'host_too_small',
    'volume_mismatch',
    'rate_limited',
    'internal_error',
    'provider_error',
    'provider_capacity',
    'registry_unavailable',
    'overloaded',
    'provider_timeout',
  ],
} as const;

const InstantMs = z.int().nonnegative();
const MachineSize = z.strictObject({
  cpus: z.int().positive().max(128),
  memory_mb: z.int().positive().max(1_048_576),
  cpu_kind: z.enum(WORDS.cpuKind),
});
const SizeSource = z.enum(['tier', 'override']);
const InstanceType = z.enum(WORDS.instanceType);

const Override = z
  .strictObject({
    machineSize: MachineSize,
    preset: z.enum(WORDS.preset).optional(),
    reason: z.string().trim().min(1).max(500).optional(),
    actorId: z
      .string()
      .min(1)
      .max(128)
      .regex(/^[^@]*$/),
    setAt: z.iso.datetime({ offset: true }),
    expiresAt: z.iso.datetime({ offset: true }).optional(),
    restored: z.boolean().optional(),
  })
  .refine(({ reason, actorId }) => reason !== undefined || actorId === 'deleted admin');

const Built = z.looseObject({
  size: MachineSize,
  asked: MachineSize,
  sizeSource: SizeSource,
  configurationFingerprint: z.string().nullable(),
});

export const State = z.looseObject({
  fleetId: z.uuid(),
  instanceId: z.uuid(),
  userId: z.string(),
  sandboxId: z.string(),
  provider: z.enum(WORDS.provider),
  name: z.string().nullable(),
  region: z.string().nullable(),
  createdAt: InstantMs,
  updatedAt: InstantMs,
  startedAt: InstantMs.nullable(),
  stoppedAt: InstantMs.nullable(),
  destroyedAt: InstantMs.nullable(),
  restoredAt: InstantMs.nullable(),
  status: z.enum(WORDS.instanceStatus),
  instanceType: InstanceType.nullable(),
  machineSize: MachineSize.nullable(),
  volumeSizeGb: z.int().positive().nullable(),
  adminMachineSizeOverride: Override.nullable(),
  applied: z
    .looseObject({
      asked: MachineSize,
      given: MachineSize,
      source: SizeSource,
      shortfall: z.enum(['clamped', 'no_room']).nullable(),
    })
    .nullable(),
  built: Built.nullable(),
  resources: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
  configuration: z
    .looseObject({
      image: z.string(),
      mountPath: z.string(),
      port: z.int(),
      sealedEnv: z.string().nullable(),
      sealedSecrets: z.string().nullable(),
      fingerprint: z.string(),
    })
    .nullable(),
  endpoint: z.string().nullable(),
  trackedImageTag: z.string().nullable(),
  lastObservation: z
    .looseObject({
      at: InstantMs,
      machineState: z.string(),
      machineSize: MachineSize.nullable(),
      volumeSizeGb: z.int().nullable(),
    })
    .nullable(),
  lastOutOfMemory: z.looseObject({ at: InstantMs, machineSize: MachineSize.nullable() }).nullable(),
  doubts: z
    .looseObject({ generation: InstantMs, counts: z.record(z.string(), z.int().positive()) })
    .nullable(),
  drift: z.array(
    z.looseObject({ kind: z.string(), since: InstantMs, details: z.record(z.string(), z.unknown()) }),
  ),
  generation: z.int().nonnegative(),
  registryVersion: z.int().nonnegative(),
  registrySyncedVersion: z.int().nonnegative(),
  unsyncedEmail: z.string().nullable(),
});

const Hardware = z.looseObject({
  instanceType: z.string().nullable(),
  machineSize: MachineSize.nullable(),
  volumeSizeGb: z.int().nullable(),
});

const Step = z.looseObject({
  name: z.string(),
  status: z.enum(WORDS.stepStatus),
  startedAt: InstantMs.nullable(),
  endedAt: InstantMs.nullable(),
  failures: z.int().nonnegative(),
  unresolvedSince: InstantMs.nullable(),
  progressPercent: z.int().min(0).max(100).optional(),
});

const Facts = z.looseObject({
  machine: z.enum(['absent', 'stopped', 'running']).optional(),
  fit: z.looseObject({ asked: MachineSize, given: MachineSize, source: SizeSource }).optional(),
  mayExist: z.boolean().optional(),
  wasRunning: z.boolean().optional(),
  startTries: z.int().nonnegative().optional(),
  awayUntil: InstantMs.optional(),
  tookDown: z.boolean().optional(),
  sizeBefore: Built.optional(),
  fallback: z.looseObject({ size: MachineSize, source: SizeSource }).optional(),
  isHostFull: z.boolean().optional(),
  forkedFrom: z.string().optional(),
  isOnRetiredVolume: z.boolean().optional(),
  isHeld: z.boolean().optional(),
  onlyLetsGo: z.boolean().optional(),
  isUnsettled: z.boolean().optional(),
  appliesAtOnce: z.boolean().optional(),
  rollsOut: z.boolean().optional(),
  raisedLive: z.boolean().optional(),
  realVolumeSizeGb: z.int().positive().optional(),
  needsRestart: z.boolean().optional(),
  volumesBefore: z.array(z.string()).optional(),
  clearedOverride: Override.nullable().optional(),
  ambiguousAt: InstantMs.optional(),
});

const Actor = z.strictObject({
  kind: z.enum(WORDS.actorKind),
  id: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
});

const Params = z.looseObject({
  start: z.boolean().optional(),
  region: z.string().optional(),
  apply: z.enum(['manual', 'now']).optional(),
  targetTier: InstanceType.exclude(['custom']).optional(),
  targetSizeGb: z.int().positive().optional(),
  override: Override.nullable().optional(),
  previousOverride: Override.nullable().optional(),
  finding: z.enum(WORDS.repairableFinding).optional(),
  choice: z.string().optional(),
  adopted: z
    .array(
      z.looseObject({
        what: z.string(),
        from: z.union([z.string(), z.number(), z.null()]),
        to: z.union([z.string(), z.number(), z.null()]),
      }),
    )
    .optional(),
});

export const Operation = z.looseObject({
  id: z.uuid(),
  kind: z.enum(WORDS.operationKind),
  status: z.enum(WORDS.operationStatus),
  phase: z.enum(['forward', 'undo']),
  actor: Actor,
  requestId: z.string().nullable(),
  params: Params,
  idempotencyKey: z.string().nullable(),
  argumentsFingerprint: z.string(),
  position: z.int().nonnegative(),
  steps: z.array(Step),
  facts: Facts,
  nextAttemptAt: InstantMs,
  generation: z.int().nonnegative(),
  before: Hardware.nullable(),
  after: Hardware.nullable(),
  result: z.record(z.string(), z.unknown()).nullable(),
  error: z
    .looseObject({
      code: z.enum(WORDS.errorCode),
      message: z.string(),
      details: z.record(z.string(), z.unknown()).optional(),
    })
    .nullable(),
  startedAt: InstantMs,
  endedAt: InstantMs.nullable(),
});

/** Handed to Postgres as it is. */
export const AuditRow = z.strictObject({
  id: z.string().min(1),
  at: InstantMs,
  actorId: z.string(),
  actorKind: z.enum(WORDS.actorKind),
  action: z.string(),
  targetUserId: z.string().nullable(),
  instanceId: z.uuid().nullable(),
  operationId: z.string().nullable(),
  requestId: z.string().nullable(),
  outcome: z.enum(WORDS.auditOutcome),
  before: z.json().nullable(),
  after: z.json().nullable(),
  metadata: z.json().nullable(),
  ip: z.string().nullable(),
});

/** Its own tables, and what it asks and writes of them. */
export const TABLES = {
  record: ['only', 'schema_version', 'state'],
  operations: ['sequence', 'id', 'kind', 'status', 'body'],
  outbox: ['sequence', 'audit_id', 'payload'],
  storage_migrations: ['id'],
} as const;

export const STATEMENTS = [
  "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'storage_migrations'",
  'SELECT id FROM storage_migrations',
  'SELECT state, schema_version FROM record',
  `INSERT INTO record (only, schema_version, state) VALUES (1, ?, ?)
     ON CONFLICT (only) DO UPDATE SET schema_version = excluded.schema_version, state = excluded.state`,
  "SELECT sequence, body FROM operations WHERE status IN ('running', 'stuck')",
  'SELECT sequence, body FROM operations WHERE id = ?',
  'SELECT sequence, body FROM operations WHERE sequence < ? ORDER BY sequence DESC LIMIT ?',
  'INSERT INTO operations (id, kind, status, body) VALUES (?, ?, ?, ?)',
  'UPDATE operations SET status = ?, body = ? WHERE id = ?',
  'INSERT OR IGNORE INTO outbox (audit_id, payload) VALUES (?, ?)',
  'SELECT sequence, payload FROM outbox ORDER BY sequence LIMIT ?',
  'DELETE FROM outbox WHERE sequence = ?',
  'SELECT count(*) AS waiting FROM outbox',
] as const;
