import { z } from 'zod';

// One document holds one app with everything in it and lies in one file, so that a change costs
// the same however many apps there are, and machine and volume change together or not at all.

const timeMs = z.int();

const machineSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  region: z.string(),
  // Any word: the control port may set one that no client knows.
  state: z.string(),
  /** States still to come, soonest first. Not empty = a transition is running. */
  upcoming: z.array(z.strictObject({ state: z.string(), dueAtMs: timeMs })),
  instanceId: z.string(),
  /** Versions that updates have replaced, oldest first, bounded. */
  replacedVersions: z.array(z.string()),
  config: z.record(z.string(), z.unknown()),
  privateIp: z.string(),
  createdAtMs: timeMs,
  updatedAtMs: timeMs,
  /** When a destroyed machine stops being readable. */
  goneAtMs: timeMs.nullable(),
});

const volumeSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  region: z.string(),
  zone: z.string(),
  state: z.string(),
  sizeGb: z.int(),
  encrypted: z.boolean(),
  fstype: z.string(),
  snapshotRetention: z.int(),
  autoBackupEnabled: z.boolean(),
  attachedMachineId: z.string().nullable(),
  /** When the lag after its machine's end is over. */
  unbindAtMs: timeMs.nullable(),
  /** When a deleted volume is gone from reads. */
  goneAtMs: timeMs.nullable(),
  createdAtMs: timeMs,
});

export const appDocumentSchema = z.strictObject({
  app: z.strictObject({
    id: z.string(),
    numericId: z.int(),
    name: z.string(),
    orgSlug: z.string(),
    network: z.string(),
    createdAtMs: timeMs,
  }),
  machines: z.array(machineSchema),
  volumes: z.array(volumeSchema),
});

export type AppDocument = z.infer<typeof appDocumentSchema>;
export type MachineRecord = z.infer<typeof machineSchema>;
export type VolumeRecord = z.infer<typeof volumeSchema>;
