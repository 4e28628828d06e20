import { z } from 'zod';
import type { AppDocument, MachineRecord, VolumeRecord } from './documents.ts';
import { badRequest, failedPrecondition, invalidArgument } from './errors.ts';
import { checkGuest, type GuestRequest, guestOfPreset, guestSchema } from './guest-rules.ts';

const mountSchema = z.looseObject({
  volume: z.string().min(1),
  path: z.string().startsWith('/'),
  extend_threshold_percent: z.union([z.literal(0), z.int().min(50).max(99)]).optional(),
  add_size_gb: z.int().min(0).max(100).optional(),
  size_gb_limit: z.int().min(0).max(500).optional(),
});

const serviceSchema = z.looseObject({
  autostart: z.boolean().optional(),
  autostop: z.union([z.boolean(), z.enum(['off', 'stop', 'suspend'])]).optional(),
});

/** The parts of a machine's config that have rules here; the rest is kept as it came. */
export const machineConfigSchema = z.looseObject({
  image: z.string().min(1),
  guest: guestSchema.optional(),
  size: z.string().optional(),
  env: z.record(z.string(), z.string()).optional(),
  metadata: z.record(z.string(), z.string()).optional(),
  mounts: z.array(mountSchema).optional(),
  services: z.array(serviceSchema).optional(),
  auto_destroy: z.boolean().optional(),
  restart: z
    .looseObject({
      policy: z.enum(['no', 'always', 'on-failure', 'spot-price']).optional(),
      max_retries: z.int().min(0).optional(),
    })
    .optional(),
});

export type MachineConfig = z.infer<typeof machineConfigSchema>;

/** The stored form of a config: size resolved into a checked guest, switches as the service answers them. */
export function normaliseConfig(config: MachineConfig): MachineConfig {
  const { size, guest, services, ...rest } = config;
  if ((config.mounts ?? []).length > 1)
    throw invalidArgument('config.mounts: a machine takes one mount at most');
  return {
    ...rest,
    ...(services ? { services: services.map(answeredService) } : {}),
    guest: resolveGuest(size, guest),
  };
}

function resolveGuest(size: string | undefined, guest: GuestRequest | undefined): GuestRequest {
  if (size !== undefined && guest !== undefined) {
    throw badRequest('invalid_argument: config.size and config.guest exclude each other');
  }
  if (guest !== undefined) return checkGuest(guest, 'config.guest');
  return guestOfPreset(size ?? 'shared-cpu-1x');
}

// The service answers booleans for off and stop, and the word for suspend.
function answeredService(service: z.infer<typeof serviceSchema>): z.infer<typeof serviceSchema> {
  if (service.autostop === 'off') return { ...service, autostop: false };
  if (service.autostop === 'stop') return { ...service, autostop: true };
  return service;
}

const mountsSchema = z.object({ mounts: z.tuple([z.object({ volume: z.string() })]) });

/** The volume that a config, sent or stored, mounts; or null. */
export function mountedVolumeId(config: Record<string, unknown>): string | null {
  const parsed = mountsSchema.safeParse(config);
  return parsed.success ? parsed.data.mounts[0].volume : null;
}

/** A volume that still fills with data may be mounted if it is a fork. */
const MOUNTABLE_STATES = ['created', 'hydrating'];

/**
 * Binds a new machine's volume to it and answers it; null = it mounts none. The volume must be usable (else 400, as for
 * one that was just deleted), in the machine's region (400) and free (412): one volume, one machine.
 */
export function attachVolume(
  draft: AppDocument,
  machine: MachineRecord,
  config: MachineConfig,
): VolumeRecord | null {
  const volumeId = mountedVolumeId(config);
  if (volumeId === null) return null;
  const volume = draft.volumes.find((candidate) => candidate.id === volumeId);
  if (volume?.state === 'restoring') {
    throw failedPrecondition(`unable to mount volume ${volume.id} in current state: 'restoring'`);
  }
  if (volume === undefined || !MOUNTABLE_STATES.includes(volume.state)) throw badRequest('volume not found');
  if (volume.region !== machine.region) {
    throw invalidArgument(
      `volume ${volume.id} is in region ${volume.region}, the machine in ${machine.region}`,
    );
  }
  if (volume.attachedMachineId !== null) {
    throw failedPrecondition(
      `volume ${volume.id} is already attached to machine: ${volume.attachedMachineId}`,
    );
  }
  volume.attachedMachineId = machine.id;
  return volume;
}
