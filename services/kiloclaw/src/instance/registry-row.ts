/** What the registry shows of an instance. */
import { isDeepStrictEqual } from 'node:util';
import type { InstanceRow } from '@kiloclaw/db';
import { resolveInstanceTypeFromState } from '@kiloclaw/instance-tiers';
import { toJson } from './json.ts';
import { type InstanceState, machineIdOf } from './state.ts';

/** Everything of the row but its version and time: a difference here is what makes a debt. Pure. */
export function registryProjection(state: InstanceState): Omit<InstanceRow, 'registryVersion' | 'updatedAt'> {
  return {
    id: state.instanceId,
    userId: state.userId,
    sandboxId: state.sandboxId,
    provider: state.provider,
    name: state.name,
    region: state.region,
    instanceType: resolveInstanceTypeFromState(state),
    adminSizeOverride: toJson(state.adminMachineSizeOverride),
    status: state.status,
    machineSize: state.machineSize,
    volumeSizeGb: state.volumeSizeGb,
    machineId: machineIdOf(state),
    driftKinds: state.drift.map((finding) => finding.kind),
    trackedImageTag: state.trackedImageTag,
    createdAt: state.createdAt,
    destroyedAt: state.destroyedAt,
  };
}

/** The whole row, with the version that it is owed as. */
export function registryRow(state: InstanceState): InstanceRow {
  return { ...registryProjection(state), registryVersion: state.registryVersion, updatedAt: state.updatedAt };
}

/** Id and creation are never written twice; version and time are of the writing, and not of what is shown. */
const NOT_COMPARED: ReadonlySet<string> = new Set(['id', 'createdAt', 'registryVersion', 'updatedAt']);

/** What a row shows otherwise than the object would write it. The order of keys in JSON is Postgres's own. Pure. */
export function differingFields(
  row: InstanceRow,
  own: ReturnType<typeof registryProjection>,
): (keyof typeof own)[] {
  const fields = Object.keys(own) as (keyof typeof own)[];
  return fields.filter(
    (field) => !NOT_COMPARED.has(field) && !isDeepStrictEqual(toJson(row[field] ?? null), toJson(own[field])),
  );
}
