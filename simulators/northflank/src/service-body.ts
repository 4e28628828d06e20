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
const MAX_GRACE_PERIOD_SECONDS = 3600;

const secondsSchema = z.int().min(0).max(86_400);

const dockerSchema = z.looseObject({
  configType: z.enum(['default', 'customEntrypoint', 'customCommand', 'customEntrypointCustomCommand']),
  customEntrypoint: z.string().optional(),
  customCommand: z.string().optional(),
});

const storageSchema = z.looseObject({
  ephemeralStorage: z.looseObject({ storageSize: z.int().min(1).optional() }).optional(),
  shmSize: z.int().min(0).optional(),
});

const externalSchema = z.looseObject({
  imagePath: z.string().min(1),
  credentials: z.string().optional(),
});

const deploymentSchema = z.looseObject({
  type: z.enum(['deployment', 'statefulSet']).optional(),
  instances: z.int().min(0).max(MAX_INSTANCES),
  external: externalSchema,
  internal: z.undefined('builds are not simulated, deploy an external image').optional(),
  docker: dockerSchema.optional(),
  storage: storageSchema.optional(),
  gracePeriodSeconds: z.int().min(0).max(MAX_GRACE_PERIOD_SECONDS).optional(),
  strategy: z.looseObject({ type: z.string().optional() }).optional(),
  metadata: z.looseObject({}).optional(),
});

const portSchema = z.looseObject({
  name: z
    .string()
    .regex(/^[a-z]([a-z0-9-]{0,6}[a-z0-9])?$/, 'must be 1 to 8 lowercase letters, digits and dashes'),
  internalPort: z.int().min(1).max(65_535),
  public: z.boolean().optional(),
  protocol: z.enum(['HTTP', 'HTTP/2', 'TCP', 'UDP']),
});

const healthCheckSchema = z.looseObject({
  protocol: z.enum(['HTTP', 'CMD', 'TCP']),
  type: z.enum(['livenessProbe', 'readinessProbe', 'startupProbe']),
  path: z.string().optional(),
  cmd: z.string().optional(),
  port: z.int().min(1).max(65_535).optional(),
  initialDelaySeconds: secondsSchema,
  periodSeconds: secondsSchema,
  timeoutSeconds: secondsSchema,
  failureThreshold: z.int().min(1),
  successThreshold: z.int().min(1).optional(),
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
  gracePeriodSeconds: z.int().min(0).max(MAX_GRACE_PERIOD_SECONDS).optional(),
});

export type CreateServiceBody = z.output<typeof createServiceSchema>;
export type PatchServiceBody = z.output<typeof patchServiceSchema>;

const EXTRAS = ['runtimeFiles', 'healthChecks', 'infrastructure', 'loadBalancing', 'autoscaling'] as const;

/** Refuses an unknown plan, undefined tags and a strategy where the account may not name one. */
export function checkServiceBody(sim: Simulation, body: PatchServiceBody): void {
  checkTags(sim, body.tags);
  const plan = body.billing?.deploymentPlan;
  if (plan !== undefined && planOf(plan) === null) {
    throw new NorthflankError(sim.settings().unknownPlanStatus, `The plan ${plan} is not available.`);
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
