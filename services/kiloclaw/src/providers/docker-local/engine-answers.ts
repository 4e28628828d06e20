/** What the adapter reads of a container engine's answers; everything else in them is left alone. */
import { z } from 'zod';

/** Engines write `null` for an empty list or map. */
const LabelsSchema = z
  .record(z.string(), z.string())
  .nullish()
  .transform((labels) => labels ?? {});

export const VersionSchema = z.object({
  ApiVersion: z.string(),
  MinAPIVersion: z.string().optional(),
  Components: z.array(z.object({ Name: z.string().nullish() })).nullish(),
});

export const InfoSchema = z.object({ NCPU: z.int().positive(), MemTotal: z.int().positive() });

export const CreatedSchema = z.object({ Id: z.string().min(1) });

const PublishedSchema = z.array(z.object({ HostPort: z.string().nullish() })).nullish();

export const ContainerSchema = z.object({
  Id: z.string().min(1),
  State: z.object({
    Status: z.string(),
    OOMKilled: z.boolean().nullish(),
    StartedAt: z.string().nullish(),
    FinishedAt: z.string().nullish(),
  }),
  Config: z.object({
    Labels: LabelsSchema,
    Image: z.string().nullish(),
    Env: z.array(z.string()).nullish(),
  }),
  HostConfig: z.object({
    Memory: z.number().nullish(),
    NanoCpus: z.number().nullish(),
    CpuQuota: z.number().nullish(),
    CpuPeriod: z.number().nullish(),
    PortBindings: z.record(z.string(), PublishedSchema).nullish(),
  }),
  NetworkSettings: z.object({ Ports: z.record(z.string(), PublishedSchema).nullish() }).nullish(),
  Mounts: z
    .array(
      z.object({
        Type: z.string().nullish(),
        Name: z.string().nullish(),
        Destination: z.string().nullish(),
      }),
    )
    .nullish(),
});
export type Container = z.output<typeof ContainerSchema>;

export const ContainerListSchema = z.array(
  z.object({ Id: z.string().min(1), Labels: LabelsSchema, State: z.string().nullish() }),
);

export const VolumeSchema = z.object({
  Name: z.string().min(1),
  Labels: LabelsSchema,
});

export type Volume = z.output<typeof VolumeSchema>;

export const VolumeListSchema = z.object({ Volumes: z.array(VolumeSchema).nullish() });

export const ImageSchema = z.object({ Id: z.string().min(1) });

/** One line of a pull's progress: an error can come long after the 200. */
export const PullLineSchema = z.object({
  error: z.string().optional(),
  id: z.string().optional(),
  status: z.string().optional(),
  progressDetail: z.object({ current: z.number().optional(), total: z.number().optional() }).nullish(),
});
