import type { AuditRow, InstanceRow } from '../rows.ts';

/** A complete row for tests. */
export function instanceRow(changes: Partial<InstanceRow> = {}): InstanceRow {
  return {
    id: crypto.randomUUID(),
    userId: 'owner',
    sandboxId: 'sandbox-1',
    provider: 'fly',
    name: 'An instance',
    region: 'ams',
    instanceType: 'perf-4-8',
    adminSizeOverride: { preset: 'perf-4-16', reason: 'Ünïcode "quoted"', nested: [1, null, true] },
    status: 'running',
    machineSize: { cpus: 4, memory_mb: 8192, cpu_kind: 'performance' },
    volumeSizeGb: 20,
    machineId: 'machine-1',
    driftKinds: ['size_mismatch', 'volume_missing'],
    trackedImageTag: 'v1',
    registryVersion: 1,
    createdAt: 1_767_225_600_123,
    updatedAt: 1_767_225_600_456,
    destroyedAt: null,
    ...changes,
  };
}

/** An audit row for tests. */
export function auditRow(changes: Partial<AuditRow> = {}): AuditRow {
  return {
    id: `${crypto.randomUUID()}:requested`,
    at: 1_767_225_600_789,
    actorId: 'alice',
    actorKind: 'admin',
    action: 'resize',
    targetUserId: 'owner',
    instanceId: crypto.randomUUID(),
    operationId: 'operation-1',
    requestId: 'request-1',
    outcome: 'requested',
    before: { instanceType: 'perf-1-3' },
    after: null,
    metadata: { text: 'a \\ backslash' },
    ip: '192.0.2.1',
    ...changes,
  };
}
