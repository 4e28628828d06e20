import { z } from 'zod';
import { planOf } from './catalog.ts';
import type { ServiceRecord } from './documents.ts';
import { NorthflankError } from './errors.ts';
import {
  checkTags,
  descriptionSchema,
  MAX_SERVICE_NAME_LENGTH,
  nameSchema,
  objectIdSchema,
  planIdSchema,
  tagsSchema,
} from './fields.ts';
import { newPortId } from './ids.ts';
import type { Simulation } from './route.ts';

const MAX_INSTANCES = 20;
const MAX_PORTS = 20;
const MAX_PORT_NAME_LENGTH = 8;
const MIN_EPHEMERAL_STORAGE_MB = 1024;
const MIN_SHM_SIZE_MB = 64;
const MAX_THRESHOLD = 255;
// A tag or a digest is needed, and both together are not taken.
const IMAGE_PATH = /^(?:https?:\/\/)?[a-zA-Z0-9./_-]+[:@][a-zA-Z0-9./:_-]+$/;

// Bounds are those of the published reference.
const gracePeriodSchema = z.int().min(15).max(600);

const dockerSchema = z.looseObject({
  configType: z.enum(['default', 'customEntrypoint', 'customCommand', 'customEntrypointCustomCommand']),
  customEntrypoint: z.string().optional(),
  customCommand: z.string().optional(),
});

const storageSchema = z.looseObject({
  ephemeralStorage: z
    .looseObject({ storageSize: z.int().min(MIN_EPHEMERAL_STORAGE_MB).optional() })
    .optional(),
  shmSize: z.int().min(MIN_SHM_SIZE_MB).optional(),
});

const externalSchema = z.looseObject({
  imagePath: z.string().regex(IMAGE_PATH, 'must be an image with a tag or a digest'),
  credentials: z.string().optional(),
});

const deploymentSchema = z.looseObject({
  type: z.enum(['deployment', 'statefulSet']).optional(),
  instances: z.int().min(0).max(MAX_INSTANCES),
  external: externalSchema,
  internal: z.undefined('builds are not simulated, deploy an external image').optional(),
  docker: dockerSchema.optional(),
  storage: storageSchema.optional(),
  gracePeriodSeconds: gracePeriodSchema.optional(),
  strategy: z.looseObject({ type: z.string().optional() }).optional(),
  metadata: z.looseObject({}).optional(),
});

const portSchema = z.looseObject({
  name: z
    .string()
    .max(MAX_PORT_NAME_LENGTH)
    .regex(/^[a-zA-Z](-?[a-zA-Z0-9]+(-[a-zA-Z0-9]+)*)?$/, 'must be letters, digits and single dashes'),
  internalPort: z.int().min(1).max(65_535),
  public: z.boolean().optional(),
  protocol: z.enum(['HTTP', 'HTTP/2', 'TCP', 'UDP']),
});

const healthCheckShape = z.looseObject({
  protocol: z.enum(['HTTP', 'CMD', 'TCP']),
  type: z.enum(['livenessProbe', 'readinessProbe', 'startupProbe']),
  path: z
    .string()
    .regex(/^\/([a-zA-Z0-9-._]+\/)*[a-zA-Z0-9-._]+$/, 'must be a path without a slash at its end')
    .optional(),
  cmd: z.string().optional(),
  port: z.int().min(1).max(65_535).optional(),
  initialDelaySeconds: z.int().min(1).max(180),
  periodSeconds: z.int().min(10).max(600),
  timeoutSeconds: z.int().min(1).max(60),
  failureThreshold: z.int().min(1).max(MAX_THRESHOLD),
  successThreshold: z.int().min(1).max(MAX_THRESHOLD).optional(),
});

const healthCheckSchema = healthCheckShape
  .refine(({ protocol, path, port }) => protocol !== 'HTTP' || (path !== undefined && port !== undefined), {
    path: ['path'],
    message: 'and port are required for HTTP',
  })
  .refine(({ protocol, cmd }) => protocol !== 'CMD' || cmd !== undefined, {
    path: ['cmd'],
    message: 'is required for CMD',
  });

const environmentSchema = z.record(
  z.string().regex(/^[A-Za-z0-9_./-]+$/, 'is no name of a variable'),
  z.string(),
);

// The parts of a workload that a service takes at its creation and at every change.
const workloadShape = {
  description: descriptionSchema.optional(),
  tags: tagsSchema.optional(),
  ports: z
    .array(portSchema)
    .max(MAX_PORTS)
    .refine((ports) => new Set(ports.map(({ name }) => name)).size === ports.length, 'names must differ')
    .optional(),
  runtimeEnvironment: environmentSchema.optional(),
  runtimeFiles: z.looseObject({}).optional(),
  healthChecks: z.array(healthCheckSchema).max(10).optional(),
  infrastructure: z.looseObject({}).optional(),
  loadBalancing: z.looseObject({}).optional(),
  autoscaling: z.looseObject({}).optional(),
};

export const createServiceSchema = z.looseObject({
  name: nameSchema(MAX_SERVICE_NAME_LENGTH),
  billing: z.looseObject({ deploymentPlan: planIdSchema }),
  deployment: deploymentSchema,
  createOptions: z
    .looseObject({
      volumesToAttach: z.array(objectIdSchema).max(20).optional(),
      expiryTime: z.undefined('expiry is not simulated').optional(),
    })
    .optional(),
  ...workloadShape,
});

export const patchServiceSchema = z.looseObject({
  billing: z.looseObject({ deploymentPlan: planIdSchema.optional() }).optional(),
  deployment: deploymentSchema.partial().optional(),
  ...workloadShape,
});

export const updateDeploymentSchema = z.looseObject({
  external: externalSchema.optional(),
  internal: z.undefined('builds are not simulated, deploy an external image').optional(),
  docker: dockerSchema.optional(),
});

export const scaleSchema = z.looseObject({
  instances: z.int().min(0).max(MAX_INSTANCES).optional(),
  deploymentPlan: planIdSchema.optional(),
  storage: storageSchema.optional(),
  gracePeriodSeconds: gracePeriodSchema.optional(),
});

export type CreateServiceBody = z.output<typeof createServiceSchema>;
export type PatchServiceBody = z.output<typeof patchServiceSchema>;

const EXTRAS = ['runtimeFiles', 'healthChecks', 'infrastructure', 'loadBalancing', 'autoscaling'] as const;

/** Refuses an unknown plan, an image that is not there, undefined tags, and a strategy where the account may not name one. */
export function checkServiceBody(sim: Simulation, body: PatchServiceBody): void {
  checkTags(sim, body.tags);
  const plan = body.billing?.deploymentPlan;
  if (plan !== undefined && planOf(plan) === null) {
    throw new NorthflankError(sim.settings().unknownPlanStatus, `The plan ${plan} is not available.`);
  }
  const image = body.deployment?.external?.imagePath;
  if (image !== undefined && sim.settings().missingImages.includes(image)) {
    throw new NorthflankError(400, 'Unable to verify external image');
  }
  if (body.deployment?.strategy !== undefined && !sim.settings().allowsStrategy) {
    throw new NorthflankError(403, 'Rollout strategies are not enabled for this account.');
  }
}

function withoutUndefined(object: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}

/** Writes what a body gives into a service, and leaves the rest; each part of the deployment is replaced whole. */
export function applyWorkload(service: ServiceRecord, body: PatchServiceBody): void {
  service.description = body.description ?? service.description;
  service.tags = body.tags ?? service.tags;
  service.plan = body.billing?.deploymentPlan ?? service.plan;
  service.deployment = { ...service.deployment, ...withoutUndefined(body.deployment ?? {}) };
  service.runtimeEnvironment = body.runtimeEnvironment ?? service.runtimeEnvironment;
  if (body.ports) {
    const idOf = (name: string) => service.ports.find((port) => port.name === name)?.id ?? newPortId();
    service.ports = body.ports.map((port) => ({ id: idOf(port.name), ...port }));
  }
  const extras = Object.fromEntries(EXTRAS.map((key) => [key, body[key]]));
  service.extras = { ...service.extras, ...withoutUndefined(extras) };
}
