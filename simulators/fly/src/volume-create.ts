import { z } from 'zod';
import { placeVolume } from './capacity.ts';
import type { AppDocument, VolumeRecord } from './documents.ts';
import { badRequest, invalidArgument, unprocessable } from './errors.ts';
import { checkGuest, guestSchema } from './guest-rules.ts';
import { hostOf } from './hosts.ts';
import { newVolumeId, zoneOf } from './ids.ts';
import { isRegion } from './regions.ts';
import { type Call, parseBody, pathParam, type Reply, type Simulation } from './route.ts';
import { backupShape, requireVolume, sizeGbSchema, volumeView } from './volumes.ts';

const MAX_VOLUMES_PER_APP = 1000;
const DEFAULT_SIZE_GB = 3;
const DEFAULT_SNAPSHOT_RETENTION_DAYS = 5;

const createSchema = z
  .looseObject({
    name: z.string().regex(/^[a-z0-9_]{1,30}$/, 'must be 1 to 30 lowercase letters, digits and underscores'),
    region: z.string().refine(isRegion, 'must be one concrete region'),
    size_gb: sizeGbSchema.optional(),
    encrypted: z.boolean().optional(),
    fstype: z.enum(['ext4', 'raw']).optional(),
    compute: guestSchema.optional(),
    require_unique_zone: z.boolean().optional(),
    snapshot_id: z.string().optional(),
    source_volume_id: z.string().optional(),
    ...backupShape,
  })
  .refine(({ snapshot_id, source_volume_id }) => !(snapshot_id && source_volume_id), {
    message: 'snapshot_id and source_volume_id exclude each other',
  })
  // What the service does with both is not documented: a fork has the size of its source.
  .refine(({ size_gb, source_volume_id }) => !(size_gb && source_volume_id), {
    path: ['size_gb'],
    message: 'leave it out with source_volume_id, a fork has the size of its source',
  });

type CreateRequest = z.infer<typeof createSchema>;

/** What a new volume begins with. */
interface Content {
  state: 'created' | 'hydrating' | 'restoring';
  sizeGb: number;
  usedGb: number;
  fstype: string;
  /** null = of no other volume. */
  sourceHostId: string | null;
}

function contentOf(draft: AppDocument, body: CreateRequest, nowMs: number): Content {
  if (body.source_volume_id) return forkOf(requireSource(draft, body.source_volume_id));
  if (body.snapshot_id) return restoreOf(draft, body, nowMs);
  const sizeGb = body.size_gb ?? DEFAULT_SIZE_GB;
  return { state: 'created', sizeGb, usedGb: 0, fstype: body.fstype ?? 'ext4', sourceHostId: null };
}

function requireSource(draft: AppDocument, volumeId: string): VolumeRecord {
  const source = requireVolume(draft, volumeId);
  if (source.state !== 'created') {
    throw badRequest(`unable to fork volume ${volumeId} in current state: '${source.state}'`);
  }
  return source;
}

function forkOf(source: VolumeRecord): Content {
  const { sizeGb, usedGb, fstype } = source;
  return { state: 'hydrating', sizeGb, usedGb, fstype, sourceHostId: hostOf(source) };
}

function restoreOf(draft: AppDocument, { snapshot_id, size_gb }: CreateRequest, nowMs: number): Content {
  for (const volume of draft.volumes) {
    const snapshot = volume.snapshots.find(({ id }) => id === snapshot_id);
    if (snapshot === undefined || snapshot.readyAtMs > nowMs) continue;
    const sizeGb = size_gb ?? snapshot.sizeGb;
    if (sizeGb < snapshot.sizeGb) {
      throw invalidArgument(
        `volume size (${sizeGb} GiB) is smaller than the snapshot size (${snapshot.sizeGb} GiB)`,
      );
    }
    return { state: 'restoring', sizeGb, usedGb: snapshot.usedGb, fstype: volume.fstype, sourceHostId: null };
  }
  throw badRequest('snapshot not found');
}

// A zone is a host here: volumes of one name lie apart where that is asked for.
function avoidedHosts(draft: AppDocument, body: CreateRequest): string[] {
  return body.require_unique_zone
    ? draft.volumes.filter(({ name }) => name === body.name).map((volume) => hostOf(volume))
    : [];
}

/**
 * POST /v1/apps/{app}/volumes: names may repeat, so a blind repeat makes a second volume. It lies on one host for good:
 * 400 where none has room for the machine that the hint `compute` tells of.
 */
export function createVolume(sim: Simulation, call: Call): Reply {
  const appName = pathParam(call, 'app');
  sim.store.read(appName);
  const body = parseBody(call, createSchema);
  const hint = body.compute && checkGuest(body.compute, 'compute');
  const volume = sim.store.change(appName, (draft) => {
    if (draft.volumes.length >= MAX_VOLUMES_PER_APP) {
      throw unprocessable(`app is limited to ${MAX_VOLUMES_PER_APP} volumes`);
    }
    const nowMs = sim.clock.nowMs();
    const { sourceHostId, ...content } = contentOf(draft, body, nowMs);
    const { region } = body;
    const hostId = placeVolume(sim, {
      region,
      hint,
      sourceHostId,
      avoidedHostIds: avoidedHosts(draft, body),
    });
    const created: VolumeRecord = {
      id: newVolumeId(),
      name: body.name,
      region,
      zone: zoneOf(hostId),
      hostId,
      ...content,
      filledAtMs: content.state === 'created' ? null : nowMs + sim.settings().volumeFillMs,
      encrypted: body.encrypted ?? true,
      snapshotRetention: body.snapshot_retention ?? DEFAULT_SNAPSHOT_RETENTION_DAYS,
      autoBackupEnabled: body.auto_backup_enabled ?? true,
      snapshots: [],
      attachedMachineId: null,
      unbindAtMs: null,
      goneAtMs: null,
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
    };
    draft.volumes.push(created);
    return created;
  });
  return { status: 200, body: volumeView(volume) };
}
