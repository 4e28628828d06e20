/** Northflank's answers, as far as the adapter reads them: unknown keys and words are let through, and stay unknown. */
import { z } from 'zod';

const Text = z
  .string()
  .nullish()
  .transform((value) => value ?? null);
const Flag = z.boolean().nullish().catch(null);
const Count = z.number().nullish().catch(null);

export const ProjectSchema = z.looseObject({
  id: z.string().min(1),
  description: Text,
  deployment: z.looseObject({ region: Text }).nullish().catch(null),
});
export type Project = z.output<typeof ProjectSchema>;

/** Many answers to a write hold nothing: the id of what was made is then the one that its name gives. */
export const CreatedSchema = z.looseObject({ id: z.string().min(1).nullish().catch(null) }).nullish();

export const VolumeSchema = z.looseObject({
  id: z.string().min(1),
  name: Text,
  spec: z.looseObject({ storageSize: z.unknown().optional() }).nullish().catch(null),
  attachedObjects: z
    .array(z.looseObject({ id: z.string(), type: Text }))
    .nullish()
    .catch(null),
});
export type Volume = z.output<typeof VolumeSchema>;

/** What a list tells of a service: not its plan, nor whether it runs. */
export const ListedServiceSchema = z.looseObject({ id: z.string().min(1), description: Text });
export type ListedService = z.output<typeof ListedServiceSchema>;

export const PortSchema = z.looseObject({ public: Flag, dns: Text });

const ServiceParts = {
  description: Text,
  billing: z.looseObject({ deploymentPlan: Text }).nullish().catch(null),
  servicePaused: Flag,
  deployment: z.looseObject({ instances: Count }).nullish().catch(null),
  status: z
    .looseObject({
      deployment: z.looseObject({ status: Text, lastTransitionTime: Text }).nullish().catch(null),
    })
    .nullish()
    .catch(null),
  ports: z.array(PortSchema).nullish().catch(null),
};
export const ServiceSchema = z.looseObject({ id: z.string().min(1), ...ServiceParts });
export type Service = z.output<typeof ServiceSchema>;

/** A service of one instance has few of them: they fit one page. */
export const ContainersSchema = z.looseObject({
  containers: z
    .array(z.looseObject({ status: Text }))
    .nullish()
    .transform((containers) => containers ?? []),
});
export type Containers = z.output<typeof ContainersSchema>['containers'];

/** Whole GB, given in MB of which 1,024 are one GB. */
export const StorageSizeMbSchema = z.int().positive().multipleOf(1_024);

export const PaginationSchema = z
  .looseObject({ hasNextPage: z.boolean().catch(false), cursor: Text })
  .nullish()
  .catch(null);
