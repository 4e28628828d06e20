import { z } from 'zod';
import type { AppDocument, VolumeRecord } from './documents.ts';

const MAX_STEPS = 500;

// In practice nothing happens unless all three are set.
const mountsSchema = z.object({
  mounts: z.tuple([
    z.object({
      extend_threshold_percent: z.int().min(50),
      add_size_gb: z.int().min(1),
      size_gb_limit: z.int().min(1),
    }),
  ]),
});

/**
 * Notes what the filesystem holds, and extends the volume behind its owner's back where the running machine that mounts
 * it asks for that: in steps, as long as it is fuller than the threshold and the limit allows another step.
 */
export function fillVolume(draft: AppDocument, volume: VolumeRecord, usedGb: number, nowMs: number): void {
  volume.usedGb = usedGb;
  const machine = draft.machines.find(({ id }) => id === volume.attachedMachineId);
  const config = mountsSchema.safeParse(machine?.config);
  if (machine?.state !== 'started' || !config.success) return;
  const { extend_threshold_percent, add_size_gb, size_gb_limit } = config.data.mounts[0];
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const isFull = (usedGb / volume.sizeGb) * 100 >= extend_threshold_percent;
    if (!isFull || volume.sizeGb + add_size_gb > size_gb_limit) return;
    volume.sizeGb += add_size_gb;
    volume.updatedAtMs = nowMs;
  }
}
