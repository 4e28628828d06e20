import { z } from 'zod';

// One document holds one app with everything in it and lies in one file, so that a change costs
// the same however many apps there are, and machine and volume change together or not at all.
// What has a default here may be absent in files that an earlier version wrote.

const timeMs = z.int();

const eventSchema = z.strictObject({
  id: z.string(),
  type: z.string(),
  status: z.string(),
  source: z.enum(['user', 'flyd', 'proxy']),
  timestampMs: timeMs,
  /** What the process left behind; only on an exit. */
  exit: z
    .strictObject({
      exitCode: z.int(),
      signal: z.int(),
      isOutOfMemory: z.boolean(),
      isRequested: z.boolean(),
      isRestarting: z.boolean(),
      /** Unrequested exits since the last command, this one included. */
      restartCount: z.int(),
    })
    .optional(),
});

const leaseSchema = z.strictObject({
  nonce: z.string(),
  owner: z.string(),
  description: z.string(),
  version: z.string(),
  expiresAtMs: timeMs,
});

const machineSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  region: z.string(),
  /** The host that it lies on; '' in files from before there were hosts. */
  hostId: z.string().default(''),
  hostStatus: z.enum(['ok', 'unknown', 'unreachable']).default('ok'),
  // Any word: the control port may set one that no client knows.
  state: z.string(),
  /** States still to come, soonest first. Not empty = a transition is running. */
  upcoming: z.array(z.strictObject({ state: z.string(), dueAtMs: timeMs })),
  instanceId: z.string(),
  /** Versions that updates have replaced, oldest first, bounded. */
  replacedVersions: z.array(z.string()),
  /** What the latest of those versions looked like, oldest first, bounded. */
  pastConfigs: z
    .array(z.strictObject({ version: z.string(), config: z.record(z.string(), z.unknown()) }))
    .default([]),
  config: z.record(z.string(), z.unknown()),
  /** Oldest first, bounded. */
  events: z.array(eventSchema).default([]),
  lease: leaseSchema.nullable().default(null),
  cordoned: z.boolean().default(false),
  /** What the memory balloon leaves to the guest; null = all. */
  memoryLimitMb: z.int().nullable().default(null),
  privateIp: z.string(),
  createdAtMs: timeMs,
  updatedAtMs: timeMs,
  /** When a destroyed machine stops being readable. */
  goneAtMs: timeMs.nullable(),
});

const snapshotSchema = z.strictObject({
  id: z.string(),
  createdAtMs: timeMs,
  /** When the copy is complete. */
  readyAtMs: timeMs,
  /** Of the volume at that time. */
  sizeGb: z.int(),
  usedGb: z.number(),
  retentionDays: z.int(),
});

const volumeSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  region: z.string(),
  zone: z.string(),
  /** The host that it lies on, and with it its machine; '' in files from before there were hosts. */
  hostId: z.string().default(''),
  state: z.string(),
  /** When a fork or a restored copy has all its data. */
  filledAtMs: timeMs.nullable().default(null),
  sizeGb: z.int(),
  /** What the filesystem holds. */
  usedGb: z.number().default(0),
  encrypted: z.boolean(),
  fstype: z.string(),
  snapshotRetention: z.int(),
  autoBackupEnabled: z.boolean(),
  /** Oldest first, bounded. */
  snapshots: z.array(snapshotSchema).default([]),
  attachedMachineId: z.string().nullable(),
  /** When the lag after its machine's end is over. */
  unbindAtMs: timeMs.nullable(),
  /** When a deleted volume is gone from reads. */
  goneAtMs: timeMs.nullable(),
  createdAtMs: timeMs,
  updatedAtMs: timeMs.default(0),
});

export const appDocumentSchema = z.strictObject({
  app: z.strictObject({
    id: z.string(),
    numericId: z.int(),
    name: z.string(),
    orgSlug: z.string(),
    network: z.string(),
    createdAtMs: timeMs,
    /** Until then it answers 404, unless its creation was asked to wait. */
    visibleAtMs: timeMs.default(0),
    /** In an organisation that the token does not cover: 403. */
    isForeign: z.boolean().default(false),
    idempotencyKey: z.string().optional(),
  }),
  machines: z.array(machineSchema),
  volumes: z.array(volumeSchema),
});

export type AppDocument = z.infer<typeof appDocumentSchema>;
export type MachineRecord = z.infer<typeof machineSchema>;
export type MachineEvent = z.infer<typeof eventSchema>;
export type VolumeRecord = z.infer<typeof volumeSchema>;
