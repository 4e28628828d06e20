import { z } from 'zod';
import { type InstanceTierKey, tierOf } from './catalog.ts';
import {
  CPU_KIND_OBSERVABLE,
  type CpuObservability,
  compareCpus,
  type MachineSize,
  MachineSizeSchema,
} from './machine-size.ts';

const OVERRIDE_PRESET_KEYS = ['perf-4-8', 'perf-4-16'] as const satisfies readonly InstanceTierKey[];

/** What an admin may choose to lend at the API and web boundary. An instance itself takes any machine size. */
export const OverridePresetSchema = z.enum(OVERRIDE_PRESET_KEYS).meta({ id: 'OverridePreset' });
export type OverridePreset = z.infer<typeof OverridePresetSchema>;

/** The machine size that each preset lends: that of the tier it is named after. */
export const OVERRIDE_PRESETS: Readonly<Record<OverridePreset, MachineSize>> = {
  'perf-4-8': tierOf('perf-4-8').machineSize,
  'perf-4-16': tierOf('perf-4-16').machineSize,
};

export const OVERRIDE_REASON_MAX_LENGTH = 500;

/** Why an admin lends the size: trimmed, never empty. */
export const OverrideReasonSchema = z.string().trim().min(1).max(OVERRIDE_REASON_MAX_LENGTH);

/** What stands for the actor's id once the admin who set an override was deleted. */
export const DELETED_ADMIN_ACTOR_ID = 'deleted admin';

const ACTOR_ID_MAX_LENGTH = 128;

// An id, never an address: a deletion is complete because no copy of a person was ever stored.
const ActorIdSchema = z
  .string()
  .min(1)
  .max(ACTOR_ID_MAX_LENGTH)
  .regex(/^[^@]*$/, 'Give the id of the actor, not an e-mail address.');

const Rfc3339Schema = z.iso.datetime({ offset: true });

/**
 * A size override as the instance and the registry store it. Times are RFC 3339 with an offset.
 * `reason` is absent only after the admin who gave it was deleted. `restored` marks an override that was
 * rebuilt from the registry and waits for an admin to confirm it.
 */
export const AdminSizeOverridePayloadSchema = z
  .strictObject({
    machineSize: MachineSizeSchema,
    preset: OverridePresetSchema.optional(),
    reason: OverrideReasonSchema.optional(),
    actorId: ActorIdSchema,
    setAt: Rfc3339Schema,
    expiresAt: Rfc3339Schema.optional(),
    restored: z.boolean().optional(),
  })
  .refine(({ reason, actorId }) => reason !== undefined || actorId === DELETED_ADMIN_ACTOR_ID, {
    path: ['reason'],
    error: 'Say why the size is lent.',
  })
  .meta({ id: 'StoredSizeOverride', description: 'A lent size as the registry has it.' });
export type AdminSizeOverridePayload = z.infer<typeof AdminSizeOverridePayloadSchema>;

/** Takes the person out of an override after their deletion; the lent size stays in force. */
export function withoutDeletedAdmin(override: AdminSizeOverridePayload): AdminSizeOverridePayload {
  const { reason: _reason, ...rest } = override;
  return { ...rest, actorId: DELETED_ADMIN_ACTOR_ID };
}

/** Whether an override still counts at `now` (ms since the epoch). At its expiry it no longer does. */
export function isSizeOverrideActive(
  override: Pick<AdminSizeOverridePayload, 'expiresAt'>,
  now: number,
): boolean {
  return override.expiresAt === undefined || now < Date.parse(override.expiresAt);
}

/**
 * The size that a machine is started with: the override's as long as it counts, else the instance's own;
 * null where neither is known. `now` is in ms since the epoch.
 */
export function effectiveMachineSize(state: {
  readonly machineSize: MachineSize | null;
  readonly adminMachineSizeOverride: Pick<AdminSizeOverridePayload, 'machineSize' | 'expiresAt'> | null;
  readonly now: number;
}): MachineSize | null {
  const { machineSize, adminMachineSizeOverride: override, now } = state;
  return override !== null && isSizeOverrideActive(override, now) ? override.machineSize : machineSize;
}

/**
 * Whether a lent size is larger than the instance's own in some dimension and smaller in none; where it
 * is not, the size override is refused with `override_not_larger`.
 */
export function overrideIsLarger(
  own: MachineSize,
  lent: MachineSize,
  observability: CpuObservability = CPU_KIND_OBSERVABLE,
): boolean {
  const memoryDifference = lent.memory_mb - own.memory_mb;
  const cpuDifference = compareCpus(lent, own, observability);
  if (memoryDifference < 0 || cpuDifference < 0) return false;
  return memoryDifference > 0 || cpuDifference > 0;
}
