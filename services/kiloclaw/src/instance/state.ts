/**
 * The instance's own record: what it is, what it should be, and what it last was seen to be. Who may write which
 * field stands in `testing/field-ownership.ts`.
 */
import {
  AdminSizeOverridePayloadSchema,
  InstanceTypeSchema,
  MachineSizeSchema,
} from '@kiloclaw/instance-tiers';
import { InstanceStatusSchema, ProviderIdSchema } from '@kiloclaw/platform-contract';
import { z } from 'zod';

/** Carried forward from the version before by `state-upgrade.ts`. */
export const STATE_SCHEMA_VERSION = 3;

const InstantMs = z.int().nonnegative();

/** What the machine was last started with. */
export const AppliedSchema = z.looseObject({
  asked: MachineSizeSchema,
  given: MachineSizeSchema,
  source: z.enum(['tier', 'override']),
  /** Why less was given: the host or plan has no more, or had no room at that start. */
  shortfall: z.enum(['clamped', 'no_room']).nullable(),
});

/** What the machine at the provider was last told to be: a size put on a stopped machine is built, and not yet applied. */
export const BuiltSchema = z.looseObject({
  size: MachineSizeSchema,
  /** The size that was asked for; the host or plan may have had less. */
  asked: MachineSizeSchema,
  sizeSource: z.enum(['tier', 'override']),
  /** Null where the machine's configuration is the provider's own, found and never known. */
  configurationFingerprint: z.string().nullable(),
});

const ConfigurationSchema = z.looseObject({
  image: z.string(),
  mountPath: z.string(),
  port: z.int(),
  /** Sealed JSON of name → value, or null where there is none. */
  sealedEnv: z.string().nullable(),
  sealedSecrets: z.string().nullable(),
  fingerprint: z.string(),
});

export const ObservationSchema = z.looseObject({
  at: InstantMs,
  machineState: z.string(),
  machineSize: MachineSizeSchema.nullable(),
  volumeSizeGb: z.int().nullable(),
});

/** When the machine was last killed for want of memory, and the size that it had then, where it was known. */
export const OutOfMemorySchema = z.looseObject({ at: InstantMs, machineSize: MachineSizeSchema.nullable() });
export type OutOfMemory = z.infer<typeof OutOfMemorySchema>;

export const FindingSchema = z.looseObject({
  kind: z.string(),
  since: InstantMs,
  details: z.record(z.string(), z.unknown()),
});
export type Finding = z.infer<typeof FindingSchema>;

/** How often the alarm was found gone and set anew since somebody last took note of it, and when last. */
export const AlarmRepairsSchema = z.looseObject({ times: z.int().positive(), lastAt: InstantMs });
export type AlarmRepairs = z.infer<typeof AlarmRepairsSchema>;

/** Unknown keys are kept: the release before reads what this one wrote, and the other way round. */
export const StateSchema = z.looseObject({
  fleetId: z.uuid(),
  instanceId: z.uuid(),
  userId: z.string(),
  sandboxId: z.string(),
  provider: ProviderIdSchema,
  name: z.string().nullable(),
  region: z.string().nullable(),
  createdAt: InstantMs,
  updatedAt: InstantMs,
  startedAt: InstantMs.nullable(),
  stoppedAt: InstantMs.nullable(),
  destroyedAt: InstantMs.nullable(),
  /** When this record was made anew from the registry: what a machine was built for is then not known from here. */
  restoredAt: InstantMs.nullable(),
  status: InstanceStatusSchema,
  instanceType: InstanceTypeSchema.nullable(),
  machineSize: MachineSizeSchema.nullable(),
  volumeSizeGb: z.int().positive().nullable(),
  adminMachineSizeOverride: AdminSizeOverridePayloadSchema.nullable(),
  applied: AppliedSchema.nullable(),
  built: BuiltSchema.nullable(),
  resources: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
  configuration: ConfigurationSchema.nullable(),
  endpoint: z.string().nullable(),
  /** Image of the last successful start. */
  trackedImageTag: z.string().nullable(),
  lastObservation: ObservationSchema.nullable(),
  lastOutOfMemory: OutOfMemorySchema.nullable(),
  /**
   * What a look has found once, and is believed when the next one finds it too. Stored: an object is ended between two
   * looks. It counts only as long as nothing has changed since.
   */
  doubts: z
    .looseObject({ generation: z.int().nonnegative(), counts: z.record(z.string(), z.int().positive()) })
    .nullable(),
  /** Absent where there is nothing to tell, as in records of the first release. */
  alarmRepairs: AlarmRepairsSchema.optional(),
  /** Kinds stay text: a later release may have found what this one has no word for. */
  drift: z.array(FindingSchema),
  generation: z.int().nonnegative(),
  registryVersion: z.int().nonnegative(),
  registrySyncedVersion: z.int().nonnegative(),
  /** The owner's address on its way to the registry; gone from here once it has arrived. */
  unsyncedEmail: z.string().nullable(),
});

export type InstanceState = z.infer<typeof StateSchema>;
export type Configuration = z.infer<typeof ConfigurationSchema>;
export type Applied = z.infer<typeof AppliedSchema>;
export type Built = z.infer<typeof BuiltSchema>;
export type Observation = z.infer<typeof ObservationSchema>;

/** The machine's id at the provider, or null where none is recorded. */
export function machineIdOf({ resources }: Pick<InstanceState, 'resources'>): string | null {
  const { machineId } = resources;
  return typeof machineId === 'string' ? machineId : null;
}

/** The volume's id at the provider, or null where none is recorded, or volumes have only names. */
export function volumeIdOf({ resources }: Pick<InstanceState, 'resources'>): string | null {
  const { volumeId } = resources;
  return typeof volumeId === 'string' ? volumeId : null;
}
