/** The size of the instance's volume: told, and grown. Volumes at Northflank never shrink. */
import { getLogger } from '@logtape/logtape';
import type { VolumeExtended, VolumeObservation } from '../provider.ts';
import { northflankError } from './errors.ts';
import type { NorthflankResources } from './names.ts';
import type { Northflank } from './northflank.ts';
import { ROUTES } from './routes.ts';
import { StorageSizeMbSchema, type Volume } from './schemas.ts';
import { getVolume, MB_PER_GB } from './volumes.ts';

const log = getLogger(['kiloclaw', 'northflank']);

/** Looks after the growth was accepted, the waits before them doubled each time. */
const LOOKS_AFTER_MOST = 3;
const LOOK_AFTER_MS = 500;

/** The size that `spec.storageSize` tells, in GB; null, and a log line, where it does not parse. Parsed, never cast. */
export function parseVolumeSizeGb(storageSize: unknown): number | null {
  const parsed = StorageSizeMbSchema.safeParse(storageSize);
  if (parsed.success) return parsed.data / MB_PER_GB;
  log.warn('Northflank told a volume size that is no whole number of GB; it is ignored', {
    event: 'northflank_volume_size_ignored',
  });
  return null;
}

/** Null: no volume is recorded, or Northflank says 404. */
export async function observeVolume(
  northflank: Northflank,
  own: NorthflankResources,
): Promise<VolumeObservation | null> {
  if (own.volumeId === null) return null;
  const volume = await getVolume(northflank, own, own.volumeId);
  return volume === null ? null : observationOf(volume);
}

function observationOf({ id, spec, attachedObjects }: Volume): VolumeObservation {
  const services = attachedObjects?.filter(({ type }) => type === null || type === 'service');
  return {
    volumeId: id,
    sizeGb: parseVolumeSizeGb(spec?.storageSize),
    mountedOn: services?.map((service) => service.id) ?? null,
  };
}

/**
 * Grows the recorded volume to `sizeGb` in all. An answer says that the growth was accepted and nothing else, so that the
 * volume is looked at until it shows the new size. Whether a container sees it without a restart is not documented.
 */
export async function extendVolume(
  northflank: Northflank,
  own: NorthflankResources,
  sizeGb: number,
): Promise<VolumeExtended> {
  const { volumeId, sizeGb: presentGb } = await requireVolume(northflank, own);
  if (presentGb === null) {
    const message = `Northflank does not tell the size of the volume ${volumeId} in a form that can be read: it was not extended.`;
    throw northflankError('unavailable', message, { details: { volumeId } });
  }
  if (presentGb >= sizeGb) return { sizeGb: presentGb, needsRestart: true };
  await northflank.client.ask(ROUTES.updateVolume, {
    params: { project: own.projectId, volume: volumeId },
    body: { spec: { storageSize: sizeGb * MB_PER_GB } },
  });
  for (let look = 1; look <= LOOKS_AFTER_MOST; look += 1) {
    const grown = await requireVolume(northflank, own);
    if (grown.sizeGb !== null && grown.sizeGb >= sizeGb) return { sizeGb: grown.sizeGb, needsRestart: true };
    if (look < LOOKS_AFTER_MOST) await northflank.sleep(LOOK_AFTER_MS * 2 ** (look - 1));
  }
  const message = `Northflank accepted ${sizeGb} GB for the volume ${volumeId}, and does not show them yet.`;
  throw northflankError('precondition', message, { details: { volumeId } });
}

async function requireVolume(northflank: Northflank, own: NorthflankResources): Promise<VolumeObservation> {
  const volume = await observeVolume(northflank, own);
  if (volume !== null) return volume;
  const which = own.volumeId === null ? 'No volume is recorded' : `The volume ${own.volumeId} is gone`;
  throw northflankError('not_found', `${which} at Northflank: there is nothing to extend.`);
}
