import { z } from 'zod';
import type { AppDocument, VolumeRecord } from './documents.ts';
import { failedPrecondition, invalidArgument, notFound } from './errors.ts';
import { type Call, parseBody, pathParam, type Reply, type Simulation } from './route.ts';

const MIN_SIZE_GB = 1;
const MAX_SIZE_GB = 500;
const BLOCK_BYTES = 4096;
const BLOCKS_PER_GB = 2 ** 30 / BLOCK_BYTES;

/** Whole GB. */
export const sizeGbSchema = z
  .int()
  .min(MIN_SIZE_GB, `volume size must be between ${MIN_SIZE_GB} and ${MAX_SIZE_GB} GB`)
  .max(MAX_SIZE_GB, `volume size must be between ${MIN_SIZE_GB} and ${MAX_SIZE_GB} GB`);

/** The backup settings, as creation and update take them. */
export const backupShape = {
  snapshot_retention: z.int().min(1).max(60).optional(),
  auto_backup_enabled: z.boolean().optional(),
};

const updateSchema = z.looseObject(backupShape);
const extendSchema = z.looseObject({ size_gb: sizeGbSchema });

// All 0 until a machine mounts the volume.
function blocksOf({ attachedMachineId, sizeGb, usedGb }: VolumeRecord): Record<string, number> {
  const isMounted = attachedMachineId !== null;
  const blocks = isMounted ? sizeGb * BLOCKS_PER_GB : 0;
  const free = isMounted ? Math.max(0, Math.floor((sizeGb - usedGb) * BLOCKS_PER_GB)) : 0;
  return { blocks, block_size: isMounted ? BLOCK_BYTES : 0, blocks_free: free, blocks_avail: free };
}

/** A volume as the wire shows it. */
export function volumeView(volume: VolumeRecord): Record<string, unknown> {
  return {
    id: volume.id,
    name: volume.name,
    state: volume.state,
    size_gb: volume.sizeGb,
    region: volume.region,
    zone: volume.zone,
    encrypted: volume.encrypted,
    fstype: volume.fstype,
    attached_machine_id: volume.attachedMachineId,
    attached_alloc_id: null,
    created_at: new Date(volume.createdAtMs).toISOString(),
    ...blocksOf(volume),
    snapshot_retention: volume.snapshotRetention,
    auto_backup_enabled: volume.autoBackupEnabled,
    host_status: 'ok',
  };
}

/** The volume with this id; 404 if there is none (any more). */
export function requireVolume(document: Readonly<AppDocument>, volumeId: string): VolumeRecord {
  const volume = document.volumes.find((candidate) => candidate.id === volumeId);
  if (!volume) throw notFound('volume not found');
  return volume;
}

/** 412 unless the volume may now be acted upon. */
export function requireUsable(volume: VolumeRecord, verb: string): void {
  if (volume.state !== 'created') {
    throw failedPrecondition(`unable to ${verb} volume from current state: '${volume.state}'`);
  }
}

/** GET /v1/apps/{app}/volumes: those being destroyed too. */
export function listVolumes(sim: Simulation, call: Call): Reply {
  const { volumes } = sim.store.glimpse(pathParam(call, 'app'));
  return { status: 200, body: sim.settings().emptyLists ? [] : volumes.map(volumeView) };
}

/** GET /v1/apps/{app}/volumes/{volume} */
export function getVolume(sim: Simulation, call: Call): Reply {
  const volume = requireVolume(sim.store.glimpse(pathParam(call, 'app')), pathParam(call, 'volume'));
  return { status: 200, body: volumeView(volume) };
}

/** PUT /v1/apps/{app}/volumes/{volume}: only the backup settings; anything else that is sent is ignored. */
export function updateVolume(sim: Simulation, call: Call): Reply {
  const body = parseBody(call, updateSchema);
  const volume = sim.store.change(pathParam(call, 'app'), (draft) => {
    const updated = requireVolume(draft, pathParam(call, 'volume'));
    requireUsable(updated, 'update');
    updated.snapshotRetention = body.snapshot_retention ?? updated.snapshotRetention;
    updated.autoBackupEnabled = body.auto_backup_enabled ?? updated.autoBackupEnabled;
    updated.updatedAtMs = sim.clock.nowMs();
    return updated;
  });
  return { status: 200, body: volumeView(volume) };
}

/**
 * PUT .../extend: `size_gb` is the new total and must be larger (400 else). The answer to an equal size is not
 * documented; refusing it keeps callers from relying on it.
 */
export function extendVolume(sim: Simulation, call: Call): Reply {
  const body = parseBody(call, extendSchema);
  const volume = sim.store.change(pathParam(call, 'app'), (draft) => {
    const extended = requireVolume(draft, pathParam(call, 'volume'));
    requireUsable(extended, 'extend');
    if (body.size_gb <= extended.sizeGb) {
      throw invalidArgument(
        `size_gb: volumes only grow, ${body.size_gb} GB is not larger than ${extended.sizeGb} GB`,
      );
    }
    extended.sizeGb = body.size_gb;
    extended.updatedAtMs = sim.clock.nowMs();
    return extended;
  });
  return {
    status: 200,
    body: { needs_restart: sim.settings().extendNeedsRestart, volume: volumeView(volume) },
  };
}

/** DELETE /v1/apps/{app}/volumes/{volume}: soft; 412 while any machine, also a stopped one, binds it. */
export function deleteVolume(sim: Simulation, call: Call): Reply {
  const volume = sim.store.change(pathParam(call, 'app'), (draft) => {
    const deleted = requireVolume(draft, pathParam(call, 'volume'));
    if (deleted.attachedMachineId !== null) {
      throw failedPrecondition(`volume is currently bound to machine: ${deleted.attachedMachineId}`);
    }
    if (deleted.goneAtMs !== null) return deleted;
    deleted.state = 'pending_destroy';
    deleted.updatedAtMs = sim.clock.nowMs();
    deleted.goneAtMs = deleted.updatedAtMs + sim.settings().volumeDestroyMs;
    return deleted;
  });
  return { status: 200, body: volumeView(volume) };
}
