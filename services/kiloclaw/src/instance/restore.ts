/**
 * An object that has lost its storage while the registry has an active row of it: the first call of its owner brings
 * it back. What the registry does not hold is unknown afterwards, and nothing is made up for it.
 */
import type { InstanceRow } from '@kiloclaw/db';
import {
  type AdminSizeOverridePayload,
  AdminSizeOverridePayloadSchema,
  InstanceTypeSchema,
  isSizeOverrideActive,
  tierOf,
} from '@kiloclaw/instance-tiers';
import {
  type Failure,
  InstanceStatusSchema,
  type ProviderCapabilities,
  ProviderIdSchema,
  refuse,
} from '@kiloclaw/platform-contract';
import type { Provider } from '../providers/provider.ts';
import { deniedRow } from './audit.ts';
import { unconfiguredRefusal } from './configured-providers.ts';
import type { Deps } from './deps.ts';
import { withFinding } from './findings.ts';
import type { Instance } from './instance.ts';
import type { Caller } from './instance-rpc.ts';
import { acceptFirst } from './operations/accept.ts';
import { submittedBySystem } from './operations/submission.ts';
import type { InstanceState } from './state.ts';

export type Recall =
  /** There is a record, found or just restored. */
  | { readonly kind: 'present' }
  /** Nobody knows of such an instance. */
  | { readonly kind: 'none' }
  /** It is somebody else's. */
  | { readonly kind: 'foreign' }
  /** It was destroyed: its id is never used again. */
  | { readonly kind: 'closed' }
  | { readonly kind: 'unavailable' }
  | { readonly kind: 'refused'; readonly failure: Failure };

/**
 * Looks for the row of an object without a record, and restores it for its owner; anyone else is refused before, and
 * `action` is what was tried.
 */
export async function recall(instance: Instance, caller: Caller, action: string): Promise<Recall> {
  if (instance.hasRecord()) return { kind: 'present' };
  const { deps } = instance;
  const found = await deps.registry.find(caller.instanceId);
  // While the registry was asked, another call may have brought it back or made it.
  if (instance.hasRecord()) return { kind: 'present' };
  if (found.kind === 'none' || found.kind === 'unavailable') return found;
  if (found.row.userId !== caller.userId) return foreign(deps, found.row, caller, action);
  return found.kind === 'closed' ? { kind: 'closed' } : restore(instance, found.row);
}

/** What a call gets of an object that could not be brought back. */
export function notRecalled(recalled: Extract<Recall, { kind: 'refused' | 'unavailable' }>) {
  if (recalled.kind === 'refused') return { ok: false, error: recalled.failure } as const;
  return refuse(
    'registry_unavailable',
    'The registry does not answer just now, so that nobody can tell whether there is such an instance. Try again soon.',
  );
}

/** The attempt is journaled as well as can be: there is no object here that could owe it. */
function foreign(
  deps: Deps,
  row: InstanceRow,
  { userId: askedUserId, actor, requestId }: Caller,
  action: string,
): Recall {
  const at = deps.clock.now();
  const attempt = { id: deps.random.id(at), at, actor, askedUserId, requestId };
  const denied = deniedRow(
    { instanceId: row.id, userId: row.userId },
    { ...attempt, action, code: 'instance_not_found' },
  );
  deps.background(deps.registry.deliver({ user: null, row: null, audit: [denied] }));
  return { kind: 'foreign' };
}

function restore(instance: Instance, row: InstanceRow): Recall {
  const { deps } = instance;
  const providerId = ProviderIdSchema.safeParse(row.provider);
  const status = InstanceStatusSchema.safeParse(row.status);
  if (!providerId.success || !status.success) {
    const message =
      'The registry’s row of this instance has a provider or a status that this release does not know.';
    return { kind: 'refused', failure: { code: 'state_invalid', message } };
  }
  // Restored without a look, it would be a record of nothing: the row keeps all of it until the provider is back.
  const unconfigured = unconfiguredRefusal(deps, providerId.data);
  if (unconfigured !== null) return { kind: 'refused', failure: unconfigured };
  const provider = deps.provider(providerId.data);
  const state = restoredState(row, status.data, provider, { fleetId: deps.fleetId, now: deps.clock.now() });
  instance.prepareStorage();
  // What was being destroyed goes on being destroyed: everything of it is found by names and tags.
  const kind = state.status === 'destroying' ? 'destroy' : 'restore';
  acceptFirst(deps, state, submittedBySystem('restore', row.userId, { kind, params: {} }));
  deps.log.warn('instance restored from the registry', { instanceId: row.id, version: row.registryVersion });
  instance.begin();
  return { kind: 'present' };
}

function restoredState(
  row: InstanceRow,
  status: InstanceState['status'],
  provider: Provider,
  { fleetId, now }: { readonly fleetId: string; readonly now: number },
): InstanceState {
  const {
    id: instanceId,
    userId,
    sandboxId,
    name,
    region,
    createdAt,
    trackedImageTag,
    registryVersion,
  } = row;
  const tags = { fleetId, instanceId, userId, sandboxId };
  const override = restoredOverride(row.adminSizeOverride, now);
  const unreadable = override === 'unreadable';
  return {
    ...tags,
    provider: provider.id,
    name,
    region,
    createdAt,
    updatedAt: now,
    startedAt: null,
    stoppedAt: null,
    destroyedAt: null,
    restoredAt: now,
    // What was being made is found, or is not there: the first operation is not under way any more.
    status: status === 'provisioning' ? 'provisioned' : status,
    ...restoredHardware(row.instanceType, provider.capabilities),
    adminMachineSizeOverride: unreadable ? null : override,
    applied: null,
    built: null,
    resources: provider.nameResources(tags),
    configuration: null,
    endpoint: null,
    trackedImageTag,
    lastObservation: null,
    lastOutOfMemory: null,
    doubts: null,
    drift: withFinding([], 'override_unreadable', unreadable ? {} : null, now),
    generation: 0,
    registryVersion,
    registrySyncedVersion: registryVersion,
    unsyncedEmail: null,
  };
}

/** A known tier gives its hardware from the catalog; anything else is unknown until it is observed. */
function restoredHardware(label: string | null, { volumesAreSized }: ProviderCapabilities) {
  const type = InstanceTypeSchema.safeParse(label);
  if (!type.success || type.data === 'custom') {
    return { instanceType: type.data ?? null, machineSize: null, volumeSizeGb: null };
  }
  const { machineSize, volumeSizeGb } = tierOf(type.data);
  return {
    instanceType: type.data,
    machineSize: { ...machineSize },
    volumeSizeGb: volumesAreSized ? volumeSizeGb : null,
  };
}

/** The lent size, marked for an admin to confirm; one that has ended is gone. */
function restoredOverride(payload: unknown, now: number): AdminSizeOverridePayload | null | 'unreadable' {
  if (payload === null) return null;
  const parsed = AdminSizeOverridePayloadSchema.safeParse(payload);
  if (!parsed.success) return 'unreadable';
  return isSizeOverrideActive(parsed.data, now) ? { ...parsed.data, restored: true } : null;
}
