import { z } from 'zod';

// One document holds one project with everything in it and lies in one file, so that a change costs the same
// however many projects there are, and services and volumes change together or not at all.

const timeMs = z.int();
const freeObject = z.record(z.string(), z.unknown());

const containerSchema = z.strictObject({
  name: z.string(),
  /** The plan that it was started with. */
  plan: z.string(),
  status: z.string(),
  createdAtMs: timeMs,
  updatedAtMs: timeMs,
  /** When `TASK_KILLING` becomes `TASK_KILLED`. */
  killedAtMs: timeMs.nullable(),
  /** When an ended one is listed no more. */
  goneAtMs: timeMs.nullable(),
});

const rolloutSchema = z.strictObject({
  phase: z.enum(['lingering', 'pending', 'staging', 'starting']),
  reason: z.enum(['SCALING', 'DEPLOYING']),
  /** Whether containers of the size and configuration before are replaced, or only more or fewer are wanted. */
  replaces: z.boolean(),
  /** When the phase ends; null = it waits for room or for the settings to let it go on. */
  dueAtMs: timeMs.nullable(),
});

const serviceSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  tags: z.array(z.string()),
  plan: z.string(),
  paused: z.boolean(),
  disabledCI: z.boolean(),
  disabledCD: z.boolean(),
  /** As it was sent, merged with what later calls sent. */
  deployment: freeObject,
  ports: z.array(freeObject),
  runtimeEnvironment: freeObject,
  /** Everything else of the workload that is kept and given back as it came. */
  extras: freeObject,
  /** Any word: the control port may set one that no client knows. */
  status: z.string(),
  statusReason: z.string(),
  statusSinceMs: timeMs,
  rollout: rolloutSchema.nullable(),
  containers: z.array(containerSchema),
  createdAtMs: timeMs,
  updatedAtMs: timeMs,
  /** When a deleted service is gone from reads. */
  goneAtMs: timeMs.nullable(),
  /** Whether the deletion takes the attached volumes along. */
  takesVolumes: z.boolean(),
});

const volumeSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  tags: z.array(z.string()),
  accessMode: z.string(),
  storageClass: z.string(),
  /** The size that was last asked for. */
  sizeMb: z.int(),
  /** The size that is shown until the growth is done. */
  shownSizeMb: z.int(),
  grownAtMs: timeMs.nullable(),
  mounts: z.array(z.strictObject({ containerMountPath: z.string(), volumeMountPath: z.string().nullable() })),
  attachedServiceIds: z.array(z.string()),
  status: z.string(),
  boundAtMs: timeMs.nullable(),
  createdAtMs: timeMs,
  updatedAtMs: timeMs,
  /** When a deleted volume is gone from reads. */
  goneAtMs: timeMs.nullable(),
});

const secretSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  tags: z.array(z.string()),
  type: z.string(),
  secretType: z.string(),
  priority: z.int(),
  restrictions: freeObject,
  secrets: freeObject,
  createdAtMs: timeMs,
  updatedAtMs: timeMs,
});

export const projectDocumentSchema = z.strictObject({
  project: z.strictObject({
    id: z.string(),
    name: z.string(),
    description: z.string().nullable(),
    color: z.string(),
    region: z.string(),
    namespace: z.string(),
    createdAtMs: timeMs,
    updatedAtMs: timeMs,
  }),
  services: z.array(serviceSchema),
  volumes: z.array(volumeSchema),
  secrets: z.array(secretSchema),
});

export type ProjectDocument = z.infer<typeof projectDocumentSchema>;
export type ServiceRecord = z.infer<typeof serviceSchema>;
export type ContainerRecord = z.infer<typeof containerSchema>;
export type VolumeRecord = z.infer<typeof volumeSchema>;
export type SecretRecord = z.infer<typeof secretSchema>;
