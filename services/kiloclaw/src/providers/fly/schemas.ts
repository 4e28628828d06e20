/** Fly's answers, as far as the adapter reads them: unknown keys and words are let through, and stay unknown. */
import { z } from 'zod';

const Text = z
  .string()
  .nullish()
  .transform((value) => value ?? null);

export const AppSchema = z.looseObject({
  name: z.string(),
  organization: z.looseObject({ slug: Text }).nullish(),
});
export type App = z.output<typeof AppSchema>;

export const AppListSchema = z.looseObject({
  apps: z
    .array(AppSchema)
    .nullish()
    .transform((apps) => apps ?? []),
});

const MetadataSchema = z.record(z.string(), z.unknown()).nullish().catch(null);

/** Sent back whole by an update, so that every key is kept. */
const MachineConfigSchema = z.looseObject({
  metadata: MetadataSchema,
  guest: z.unknown().optional(),
  services: z.unknown().optional(),
  mounts: z.unknown().optional(),
});
export type MachineConfig = z.output<typeof MachineConfigSchema>;

export const MachineSchema = z
  .looseObject({
    id: z.string().min(1),
    name: Text,
    state: z.string(),
    region: Text,
    instance_id: Text,
    /** The newer name of `instance_id`. */
    version: Text,
    host_status: Text,
    created_at: Text,
    updated_at: Text,
    events: z
      .array(z.unknown())
      .nullish()
      .catch(null)
      .transform((events) => events ?? []),
    /** Absent while the machine's host does not answer. */
    config: MachineConfigSchema.nullish(),
    incomplete_config: MachineConfigSchema.nullish().catch(null),
  })
  .transform(({ instance_id, version, config, incomplete_config, ...machine }) => ({
    ...machine,
    version: instance_id ?? version,
    config: config ?? null,
    incompleteConfig: incomplete_config ?? null,
  }));
export type Machine = z.output<typeof MachineSchema>;
export const MachineListSchema = z.array(MachineSchema);

const BareLeaseSchema = z.looseObject({
  nonce: Text,
  /** Seconds since 1970, UTC. */
  expires_at: z.number(),
  description: Text,
});
/** The document tells of a bare lease; on the wire it lies in an envelope. */
export const LeaseSchema = z.union([
  z.looseObject({ data: BareLeaseSchema }).transform(({ data }) => data),
  BareLeaseSchema,
]);
export type Lease = z.output<typeof LeaseSchema>;
export const TakenLeaseSchema = LeaseSchema.refine(({ nonce }) => Boolean(nonce));

export const VolumeSchema = z.looseObject({
  id: z.string().min(1),
  name: Text,
  state: z.string(),
  region: Text,
  attached_machine_id: Text,
  created_at: Text,
  size_gb: z.unknown().optional(),
});
export type Volume = z.output<typeof VolumeSchema>;
export const VolumeListSchema = z.array(VolumeSchema);

/** What the lists over a whole organisation share: a cursor in the body, unlike an app's own. */
const PAGE = {
  next_cursor: z
    .string()
    .nullish()
    .transform((cursor) => cursor || null),
  /** Regions that are missing from the page. */
  error_regions: z
    .array(z.string())
    .nullish()
    .transform((regions) => regions ?? []),
};

export const OrgMachinesSchema = z.looseObject({
  ...PAGE,
  machines: z.array(
    z.looseObject({
      id: z.string().min(1),
      app_name: z.string(),
      state: z.string(),
      created_at: Text,
      config: z.looseObject({ metadata: MetadataSchema }).nullish().catch(null),
    }),
  ),
});

export const OrgVolumesSchema = z.looseObject({
  ...PAGE,
  volumes: z.array(VolumeSchema.extend({ app_name: z.string() })),
});

const VOLUME_MOST_GB = 500;
/** Fly's volumes have 1 to 500 GB, whole ones. */
export const VolumeSizeGbSchema = z.int().min(1).max(VOLUME_MOST_GB);

export const ExtendedVolumeSchema = z.looseObject({
  // Fly's own advice for an answer that leaves it out.
  needs_restart: z.boolean().catch(true),
  volume: z.looseObject({ size_gb: VolumeSizeGbSchema }),
});
