/** The registry's list of instances. It answers from Postgres alone, and wakes no instance. */
import {
  formatInstanceCursor,
  type ListedInstance,
  parseInstanceCursor,
  RegistryUnavailable,
} from '@kiloclaw/db';
import { AdminSizeOverridePayloadSchema, InstanceTypeSchema } from '@kiloclaw/instance-tiers';
import {
  type InstancePage,
  type ListedInstance as ListedInstanceView,
  ROUTES,
} from '@kiloclaw/platform-contract';
import type { Hono } from 'hono';
import { ApiError } from '../http/api-error.ts';
import type { AppContext } from '../http/context.ts';
import { readInput } from '../http/input.ts';
import { searchRegistry } from '../registry/registry-reader.ts';
import { rfc3339, rfc3339OrNull } from '../time.ts';

export function instancesRoute(app: Hono<AppContext>): void {
  app.get(ROUTES.instances.path, async (c) => {
    const { cursor, limit, ...filter } = await readInput(c, 'instances');
    const after = cursor === undefined ? null : readCursor(cursor);
    const found = await searchRegistry(c.env, filter, { after, limit }).catch(refuseWithoutRegistry);
    const page: InstancePage = {
      items: found.items.map(listedInstanceView),
      nextCursor: found.next === null ? null : formatInstanceCursor(found.next),
      total: found.total,
      totalIsCapped: found.totalIsCapped,
    };
    return c.json(page);
  });
}

function readCursor(text: string) {
  const cursor = parseInstanceCursor(text);
  if (cursor !== null) return cursor;
  const message = 'must be the nextCursor of an earlier page; leave it out for the first one';
  throw new ApiError('invalid_request', `The request can't be used: cursor: ${message}.`, {
    fields: [{ path: 'cursor', message }],
  });
}

function refuseWithoutRegistry(error: unknown): never {
  if (!(error instanceof RegistryUnavailable)) throw error;
  throw new ApiError(
    'registry_unavailable',
    'The list of instances can’t be read: Postgres does not answer. Try again later; each instance goes on, and answers by its own id.',
  );
}

function listedInstanceView({ row, userEmail }: ListedInstance): ListedInstanceView {
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
    destroyedAt: rfc3339OrNull(row.destroyedAt),
  };
}
