import { AdminSizeOverridePayloadSchema, InstanceTypeSchema } from '@kiloclaw/instance-tiers';
import type { ListedInstance as ListedInstanceView } from '@kiloclaw/platform-contract';
import type { InstanceRow } from '../rows.ts';

export type ListedInstance = {
  readonly row: InstanceRow;
  /** The owner's address: the one they sign in with, else the one that the API gave. */
  readonly userEmail: string | null;
};

/** A row of the registry as the platform API answers it. What this release can't read of it spoils nothing beside it. */
export function listedInstanceView({ row, userEmail }: ListedInstance): ListedInstanceView {
  const override = AdminSizeOverridePayloadSchema.safeParse(row.adminSizeOverride);
  return {
    instanceId: row.id,
    userId: row.userId,
    userEmail,
    sandboxId: row.sandboxId,
    name: row.name,
    provider: row.provider,
    region: row.region,
    status: row.status,
    instanceType: InstanceTypeSchema.safeParse(row.instanceType).data ?? null,
    machineSize: row.machineSize,
    volumeSizeGb: row.volumeSizeGb,
    sizeOverride: override.data ?? null,
    sizeOverrideUnreadable: row.adminSizeOverride !== null && !override.success,
    driftKinds: row.driftKinds,
    machineId: row.machineId,
    imageTag: row.trackedImageTag,
    registryVersion: row.registryVersion,
    createdAt: rfc3339(row.createdAt),
    updatedAt: rfc3339(row.updatedAt),
    destroyedAt: row.destroyedAt === null ? null : rfc3339(row.destroyedAt),
  };
}

function rfc3339(atMs: number): string {
  return new Date(atMs).toISOString();
}
