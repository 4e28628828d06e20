import { z } from 'zod';
import type { AppDocument, VolumeRecord } from './documents.ts';
import { failedPrecondition, invalidArgument, notFound, unprocessable } from './errors.ts';
import { checkGuest, guestSchema } from './guest-rules.ts';
import { newVolumeId, newZone } from './ids.ts';
import { isRegion } from './regions.ts';
import { type Call, parseBody, pathParam, type Reply, type Simulation } from './route.ts';

const MAX_VOLUMES_PER_APP = 1000;
const MIN_SIZE_GB = 1;
const MAX_SIZE_GB = 500;
const DEFAULT_SIZE_GB = 3;
const DEFAULT_SNAPSHOT_RETENTION_DAYS = 5;

const sizeGbSchema = z
  .int()
  .min(MIN_SIZE_GB, `volume size must be between ${MIN_SIZE_GB} and ${MAX_SIZE_GB} GB`)
  .max(MAX_SIZE_GB, `volume size must be between ${MIN_SIZE_GB} and ${MAX_SIZE_GB} GB`);

const backupShape = {
  snapshot_retention: z.int().min(1).max(60).optional(),
  auto_backup_enabled: z.boolean().optional(),
};

const createSchema = z.looseObject({
  name: z.string().regex(/^[a-z0-9_]{1,30}$/, 'must be 1 to 30 lowercase letters, digits and underscores'),
  region: z.string().refine(isRegion, 'must be one concrete region'),
  size_gb: sizeGbSchema.optional(),
  encrypted: z.boolean().optional(),
  fstype: z.enum(['ext4', 'raw']).optional(),
  compute: guestSchema.optional(),
  // Refused rather than ignored: a volume that silently lacks the data that was asked for is the worst answer.
  snapshot_id: z.undefined('snapshots are not simulated').optional(),
  source_volume_id: z.undefined('forks are not simulated').optional(),
  ...backupShape,
});

const updateSchema = z.looseObject(backupShape);
const extendSchema = z.looseObject({ size_gb: sizeGbSchema });

/** A volume as the wire shows it. Block numbers stay 0, as on a volume that was never mounted. */
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
    blocks: 0,
    block_size: 0,
    blocks_free: 0,
    blocks_avail: 0,
    snapshot_retention: volume.snapshotRetention,
    auto_backup_enabled: volume.autoBackupEnabled,
    host_status: 'ok',
  };
}

function requireVolume(document: Readonly<AppDocument>, volumeId: string): VolumeRecord {
  const volume = document.volumes.find((candidate) => candidate.id === volumeId);
  if (!volume) throw notFound('volume not found');
  return volume;
}

function requireUsable(volume: VolumeRecord, verb: string): void {
  if (volume.state !== 'created') {
    throw failedPrecondition(`unable to ${verb} volume from current state: '${volume.state}'`);
  }
}

/** GET /v1/apps/{app}/volumes: those being destroyed too. */
export function listVolumes(sim: Simulation, call: Call): Reply {
  return { status: 200, body: sim.store.read(pathParam(call, 'app')).volumes.map(volumeView) };
}

/** POST /v1/apps/{app}/volumes: names may repeat, so a blind repeat makes a second volume. */
export function createVolume(sim: Simulation, call: Call): Reply {
  const appName = pathParam(call, 'app');
  sim.store.read(appName);
  const body = parseBody(call, createSchema);
  if (body.compute) checkGuest(body.compute, 'compute');
  const volume = sim.store.change(appName, (draft) => {
    if (draft.volumes.length >= MAX_VOLUMES_PER_APP) {
      throw unprocessable(`app is limited to ${MAX_VOLUMES_PER_APP} volumes`);
    }
    const created: VolumeRecord = {
      id: newVolumeId(),
      name: body.name,
      region: body.region,
      zone: newZone(),
      state: 'created',
      sizeGb: body.size_gb ?? DEFAULT_SIZE_GB,
      encrypted: body.encrypted ?? true,
      fstype: body.fstype ?? 'ext4',
      snapshotRetention: body.snapshot_retention ?? DEFAULT_SNAPSHOT_RETENTION_DAYS,
      autoBackupEnabled: body.auto_backup_enabled ?? true,
      attachedMachineId: null,
      unbindAtMs: null,
      goneAtMs: null,
      createdAtMs: sim.clock.nowMs(),
    };
    draft.volumes.push(created);
    return created;
  });
  return { status: 200, body: volumeView(volume) };
}

/** GET /v1/apps/{app}/volumes/{volume} */
export function getVolume(sim: Simulation, call: Call): Reply {
  const volume = requireVolume(sim.store.read(pathParam(call, 'app')), pathParam(call, 'volume'));
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
    deleted.goneAtMs = sim.clock.nowMs() + sim.settings().volumeDestroyMs;
    return deleted;
  });
  return { status: 200, body: volumeView(volume) };
}
