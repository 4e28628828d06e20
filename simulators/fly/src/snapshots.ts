import type { VolumeRecord } from './documents.ts';
import { newSnapshotId } from './ids.ts';
import { type Call, pathParam, type Reply, type Simulation } from './route.ts';
import { requireUsable, requireVolume } from './volumes.ts';

const MAX_SNAPSHOTS = 60;
const DAY_MS = 24 * 60 * 60 * 1000;
const BYTES_PER_GB = 2 ** 30;

type Snapshot = VolumeRecord['snapshots'][number];

function snapshotView(snapshot: Snapshot, nowMs: number): Record<string, unknown> {
  return {
    id: snapshot.id,
    created_at: new Date(snapshot.createdAtMs).toISOString(),
    digest: snapshot.id.slice('vs_'.length),
    retention_days: snapshot.retentionDays,
    size: snapshot.usedGb * BYTES_PER_GB,
    status: snapshot.readyAtMs > nowMs ? 'creating' : 'created',
    volume_size: snapshot.sizeGb * BYTES_PER_GB,
  };
}

/** GET .../snapshots: those that retention has not ended, newest first. */
export function listSnapshots(sim: Simulation, call: Call): Reply {
  const { snapshots } = requireVolume(sim.store.glimpse(pathParam(call, 'app')), pathParam(call, 'volume'));
  const nowMs = sim.clock.nowMs();
  const kept = snapshots.filter(
    ({ createdAtMs, retentionDays }) => createdAtMs + retentionDays * DAY_MS > nowMs,
  );
  return { status: 200, body: kept.reverse().map((snapshot) => snapshotView(snapshot, nowMs)) };
}

/** POST .../snapshots: answers at once, in a wrapper of its own; the list tells when it is done. */
export function createSnapshot(sim: Simulation, call: Call): Reply {
  const nowMs = sim.clock.nowMs();
  const snapshot = sim.store.change(pathParam(call, 'app'), (draft) => {
    const volume = requireVolume(draft, pathParam(call, 'volume'));
    requireUsable(volume, 'snapshot');
    const taken: Snapshot = {
      id: newSnapshotId(),
      createdAtMs: nowMs,
      readyAtMs: nowMs + sim.settings().snapshotMs,
      sizeGb: volume.sizeGb,
      usedGb: volume.usedGb,
      retentionDays: volume.snapshotRetention,
    };
    volume.snapshots = [...volume.snapshots, taken].slice(-MAX_SNAPSHOTS);
    return taken;
  });
  return { status: 200, body: { Msg: { backup: snapshotView(snapshot, nowMs) } } };
}
