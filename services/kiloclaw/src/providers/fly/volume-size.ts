/** The size of the instance's volume: told, and grown. Volumes at Fly never shrink. */
import { getLogger } from '@logtape/logtape';
import type { VolumeExtended, VolumeObservation } from '../provider.ts';
import type { Fly } from './apps.ts';
import { flyError } from './errors.ts';
import type { FlyResources } from './names.ts';
import { ROUTES } from './routes.ts';
import { ExtendedVolumeSchema, VolumeSizeGbSchema } from './schemas.ts';
import { getVolume, isGoneVolume } from './volumes.ts';

const log = getLogger(['kiloclaw', 'fly']);

/** The size that a volume's `size_gb` tells; null, and a log line, where it does not parse. Parsed, never cast. */
export function parseVolumeSizeGb(sizeGb: unknown): number | null {
  const parsed = VolumeSizeGbSchema.safeParse(sizeGb);
  if (parsed.success) return parsed.data;
  log.warn('Fly told a volume size that does not parse; it is ignored', {
    event: 'fly_volume_size_ignored',
  });
  return null;
}

/** Null: no volume is recorded, Fly says 404, or its deletion is accepted. */
export async function observeVolume(fly: Fly, own: FlyResources): Promise<VolumeObservation | null> {
  if (own.volumeId === null) return null;
  const volume = await getVolume(fly, own.appName, own.volumeId);
  if (volume === null || isGoneVolume(volume)) return null;
  return { volumeId: volume.id, sizeGb: parseVolumeSizeGb(volume.size_gb) };
}

/**
 * Grows the recorded volume to `sizeGb` in all. Fly refuses a size that is there already, so that the volume is read
 * first: an earlier call, whose answer may be lost, can have grown it, and then its word on the restart is lost too.
 */
export async function extendVolume(fly: Fly, own: FlyResources, sizeGb: number): Promise<VolumeExtended> {
  const volume = await observeVolume(fly, own);
  if (volume === null) {
    const which = own.volumeId === null ? 'No volume is recorded' : `The volume ${own.volumeId} is gone`;
    throw flyError('not_found', `${which} at Fly: there is nothing to extend.`);
  }
  const { volumeId, sizeGb: presentGb } = volume;
  if (presentGb === null) {
    const message = `Fly does not tell the size of the volume ${volumeId} in a form that can be read: it was not extended.`;
    throw flyError('unavailable', message, { details: { volumeId } });
  }
  if (presentGb >= sizeGb) return { sizeGb: presentGb, needsRestart: true };
  const extended = await fly.client.call(ROUTES.extendVolume, {
    params: { app: own.appName, volume: volumeId },
    body: { size_gb: sizeGb },
    schema: ExtendedVolumeSchema,
  });
  return { sizeGb: extended.volume.size_gb, needsRestart: extended.needs_restart };
}
