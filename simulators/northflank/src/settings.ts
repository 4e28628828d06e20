import { z } from 'zod';

const LONGEST_DELAY_MS = 24 * 60 * 60 * 1000;

const delayMs = z.int().min(0).max(LONGEST_DELAY_MS);
const resource = z.number().min(0).max(1_000_000_000);

const storageClassSchema = z.strictObject({
  accessModes: z.array(z.enum(['ReadWriteOnce', 'ReadWriteMany'])).min(1),
  minSizeMb: z.int().min(1),
  maxSizeMb: z.int().min(1),
  /** Sizes are multiples of it; 1 = any. */
  stepMb: z.int().min(1),
});

/**
 * What may be tuned while the simulator runs; every delay may be 0. Where the service's own behaviour is not
 * published, the choice is a setting.
 */
export const settingsSchema = z.strictObject({
  /** How long the status from before a change is still shown after it. */
  statusLingerMs: delayMs,
  /** `PENDING` until `IN_PROGRESS`, or until the old container has ended where that takes longer. */
  pendingMs: delayMs,
  /** `IN_PROGRESS` with a container that is staging. */
  stagingMs: delayMs,
  /** `IN_PROGRESS` with a container that is starting, until `COMPLETED`. */
  startingMs: delayMs,
  /** A container that was told to end is `TASK_KILLING` this long. */
  terminateMs: delayMs,
  /** How long an ended container is still listed. */
  endedContainerMs: delayMs,
  /** What becomes of rollouts: `stuck` ones wait in `PENDING` until this says otherwise. */
  rollouts: z.enum(['complete', 'fail', 'stuck']),
  /** A change while a rollout runs starts another one, or is refused (409). Not published. */
  changeDuringRollout: z.enum(['supersede', 'refuse']),

  /** Containers that fit into each region, by its id; a region that is not named has no end. */
  capacity: z.record(z.string(), z.strictObject({ vcpu: resource, ramMb: resource })),
  /** What a plan without room meets: a rollout that waits or fails, or a refusal (422) of the call. Not published. */
  withoutRoom: z.enum(['pending', 'fail', 'refuse']),

  /** A new volume is `PENDING` this long. The word is not published. */
  volumeBindMs: delayMs,
  /** How long a grown volume still shows its old size. Not published. */
  volumeGrowMs: delayMs,
  /** Whether growth redeploys the services that the volume is attached to. Not published. */
  growthRedeploys: z.boolean(),
  /** Whether a volume may be told the size that it has. Not published. */
  acceptsSameSize: z.boolean(),
  /** Sizes and access modes by class. No table is published: 6144 on `ssd` and 5120 on `nf-multi-rw` were seen. */
  storageClasses: z.record(z.string(), storageClassSchema),
  /** How long a deleted service is still read and keeps its volumes. */
  serviceDeleteMs: delayMs,
  /** How long a deleted volume is still read. */
  volumeDeleteMs: delayMs,

  /** Status of what was created: documented as 200, and clients of the service take 201 as well. */
  createdStatus: z.union([z.literal(200), z.literal(201)]),
  /** Status of a body that is refused: both are documented. */
  invalidStatus: z.union([z.literal(400), z.literal(422)]),
  /** Status of a plan that is unknown. Not published. */
  unknownPlanStatus: z.int().min(400).max(499),
  /** Status of a volume that is to shrink. Not published. */
  shrinkStatus: z.int().min(400).max(499),
  /** Whether the body of a call deep in a project is checked before its token is, as one prober saw it. */
  checksBodyBeforeToken: z.boolean(),
  /** Whether a second pause is a success or refused (409). Not published. */
  acceptsRepeatedPause: z.boolean(),
  /** Tags that services, volumes and secret groups may carry ("previously defined" ones); null = any. */
  definedTags: z.array(z.string()).nullable(),
  /** Whether a PATCH that gives a deployment must give its instances: prose says no, reference and types yes. */
  patchNeedsInstances: z.boolean(),
  /** Images that the registry does not have: deploying one is refused (400). */
  missingImages: z.array(z.string()),
  /** Whether a rollout strategy may be named: a feature flag of the account. */
  allowsStrategy: z.boolean(),

  /** Calls with a token in a window, which the first one opens. */
  rateLimitPerWindow: z.int().min(0).max(1_000_000_000),
  rateLimitWindowMs: z.int().min(1000).max(LONGEST_DELAY_MS),
  /** The team of the token. */
  teamId: z.string().regex(/^[A-Za-z0-9-]{1,63}$/, 'must be an id'),
  /** An `org` token is good for the routes under the team alone. */
  tokenScope: z.enum(['team', 'org']),
});

export type Settings = z.infer<typeof settingsSchema>;

/** Any part of the settings, as the control port takes it. */
export const settingsPatchSchema = settingsSchema.partial();

export type SettingsPatch = z.infer<typeof settingsPatchSchema>;

/** The settings with some replaced. */
export function mergeSettings(base: Settings, patch: SettingsPatch): Settings {
  return settingsSchema.parse({ ...base, ...patch });
}

const LARGEST_VOLUME_MB = 1024 * 1024;

export const DEFAULT_SETTINGS: Settings = {
  statusLingerMs: 300,
  pendingMs: 400,
  stagingMs: 300,
  startingMs: 900,
  terminateMs: 500,
  endedContainerMs: 5000,
  rollouts: 'complete',
  changeDuringRollout: 'supersede',
  capacity: {},
  withoutRoom: 'pending',
  volumeBindMs: 400,
  volumeGrowMs: 0,
  growthRedeploys: false,
  acceptsSameSize: true,
  storageClasses: {
    ssd: { accessModes: ['ReadWriteOnce'], minSizeMb: 4096, maxSizeMb: LARGEST_VOLUME_MB, stepMb: 1 },
    nvme: { accessModes: ['ReadWriteOnce'], minSizeMb: 4096, maxSizeMb: LARGEST_VOLUME_MB, stepMb: 1 },
    'nf-multi-rw': {
      accessModes: ['ReadWriteMany'],
      minSizeMb: 5120,
      maxSizeMb: LARGEST_VOLUME_MB,
      stepMb: 1,
    },
  },
  serviceDeleteMs: 800,
  volumeDeleteMs: 500,
  createdStatus: 200,
  invalidStatus: 400,
  unknownPlanStatus: 400,
  shrinkStatus: 400,
  checksBodyBeforeToken: true,
  acceptsRepeatedPause: true,
  definedTags: [],
  missingImages: [],
  patchNeedsInstances: true,
  allowsStrategy: false,
  rateLimitPerWindow: 1000,
  rateLimitWindowMs: 60 * 60 * 1000,
  teamId: 'sandbox-team',
  tokenScope: 'team',
};
