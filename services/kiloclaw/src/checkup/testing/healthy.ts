/** An instance with which all is well: its row, and its object's own word. */
import type { InstanceRow } from '@kiloclaw/db';
import { sandboxIdOf } from '@kiloclaw/platform-contract';
import type { CheckupFacts } from '../../instance/instance-rpc.ts';

export const NOW = Date.UTC(2026, 0, 1);
const CREATED = NOW - 24 * 60 * 60_000;

/** An id for each index, in its order. */
export function idOf(index: number): string {
  return `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
}

export function healthyRow(id = idOf(1)): InstanceRow {
  return {
    id,
    userId: 'user_alice',
    sandboxId: sandboxIdOf(id),
    provider: 'fly',
    name: null,
    region: 'iad',
    instanceType: 'perf-1-3',
    adminSizeOverride: null,
    status: 'running',
    machineSize: { cpus: 1, memory_mb: 3_072, cpu_kind: 'performance' },
    volumeSizeGb: 10,
    machineId: 'machine-1',
    driftKinds: [],
    trackedImageTag: null,
    registryVersion: 3,
    createdAt: CREATED,
    updatedAt: CREATED,
    destroyedAt: null,
  };
}

export function healthyFacts(row: InstanceRow = healthyRow()): CheckupFacts {
  const { registryVersion: syncedVersion } = row;
  return {
    now: NOW,
    registry: { row, syncedVersion, auditRowsOwed: 0, owedSince: null },
    alarm: { at: NOW + 60_000, cadenceMs: 300_000, repairs: null },
    operation: null,
    drift: [],
    look: { outcome: 'taken', at: NOW },
    adopted: [],
  };
}
