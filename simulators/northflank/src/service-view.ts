import { z } from 'zod';
import type { ProjectDocument, ServiceRecord } from './documents.ts';
import { wireTime } from './fields.ts';
import type { Simulation } from './route.ts';

const DEFAULT_GRACE_PERIOD_SECONDS = 30;
const DEFAULT_EPHEMERAL_STORAGE_MB = 1024;
const REGISTRY_HOST = /^(?:[^/]*[.:][^/]*|localhost)\//;

/** The full identifier of a service. */
export function appIdOf(sim: Simulation, projectId: string, serviceId: string): string {
  return `/${sim.settings().teamId}/${projectId}/${serviceId}`;
}

const externalSchema = z.looseObject({ imagePath: z.string(), credentials: z.string().optional() });

/** The image as a GET tells it: its path without the registry's host, and the whole of it as `imageUrl`. */
function imageView(deployment: Record<string, unknown>): { external: object; imageUrl: string } {
  const { imagePath, credentials } = externalSchema.catch({ imagePath: '' }).parse(deployment.external);
  const host = REGISTRY_HOST.exec(imagePath)?.[0] ?? '';
  return {
    external: {
      imagePath: imagePath.slice(host.length),
      registryProvider: host === '' ? 'dockerhub' : 'custom',
      privateImage: credentials !== undefined,
    },
    imageUrl: host === '' ? `docker.io/${imagePath}` : imagePath,
  };
}

/** The deployment as GET .../deployment and the service's own GET tell it. */
export function deploymentView(
  document: Readonly<ProjectDocument>,
  service: ServiceRecord,
): Record<string, unknown> {
  const { docker, storage } = service.deployment;
  return {
    region: document.project.region,
    instances: service.deployment.instances,
    docker: docker ?? { configType: 'default' },
    storage: storage ?? { ephemeralStorage: { storageSize: DEFAULT_EPHEMERAL_STORAGE_MB } },
    ...imageView(service.deployment),
  };
}

function wholeDeploymentView(document: Readonly<ProjectDocument>, service: ServiceRecord): object {
  const { gracePeriodSeconds, strategy, metadata } = service.deployment;
  return {
    ...deploymentView(document, service),
    gracePeriodSeconds: gracePeriodSeconds ?? DEFAULT_GRACE_PERIOD_SECONDS,
    ...(strategy === undefined ? {} : { strategy }),
    ...(metadata === undefined ? {} : { metadata }),
  };
}

/** Public ports have a host of their own from the beginning. */
function portViews(sim: Simulation, projectId: string, service: ServiceRecord): object[] {
  return service.ports.map((port) => {
    const isPublic = port.public === true;
    const name = String(port.name);
    const dns = `${name}--${service.id}--${projectId}--${sim.settings().teamId}.code.run`;
    return { ...port, public: isPublic, domains: [], ...(isPublic ? { dns } : {}) };
  });
}

function statusView(service: ServiceRecord): object {
  return {
    deployment: {
      status: service.status,
      reason: service.statusReason,
      lastTransitionTime: wireTime(service.statusSinceMs),
    },
  };
}

/** A service as lists show it: without plan, pause and deployment. */
export function listedView(sim: Simulation, projectId: string, service: ServiceRecord): object {
  return {
    id: service.id,
    appId: appIdOf(sim, projectId, service.id),
    projectId,
    name: service.name,
    tags: service.tags,
    ...(service.description === null ? {} : { description: service.description }),
    serviceType: 'deployment',
    disabledCI: service.disabledCI,
    disabledCD: service.disabledCD,
    status: statusView(service),
  };
}

/** The cluster that a region's projects are on. */
export function clusterView({ project }: Readonly<ProjectDocument>): object {
  const id = `nf-${project.region}`;
  return { id, name: id, namespace: project.namespace };
}

/** A service as GET shows it. Its environment is not part of it. */
export function serviceView(
  sim: Simulation,
  document: Readonly<ProjectDocument>,
  service: ServiceRecord,
): object {
  const { autoscaling, loadBalancing } = service.extras;
  return {
    ...listedView(sim, document.project.id, service),
    createdAt: wireTime(service.createdAtMs),
    billing: { deploymentPlan: service.plan },
    servicePaused: service.paused,
    deployment: wholeDeploymentView(document, service),
    ...(autoscaling === undefined ? {} : { autoscaling }),
    ...(loadBalancing === undefined ? {} : { loadBalancing }),
    ports: portViews(sim, document.project.id, service),
    cluster: clusterView(document),
  };
}

/**
 * A service as creates and updates answer it: what was configured, environment and all, with the new plan at once
 * and the status of before. The published types leave hosts out of these ports, the prose has them there from the
 * create answer on: they are.
 */
export function changedServiceView(
  sim: Simulation,
  document: Readonly<ProjectDocument>,
  service: ServiceRecord,
): object {
  return {
    id: service.id,
    appId: appIdOf(sim, document.project.id, service.id),
    name: service.name,
    ...(service.description === null ? {} : { description: service.description }),
    tags: service.tags,
    serviceType: 'deployment',
    billing: { deploymentPlan: service.plan },
    deployment: { ...service.deployment, imageUrl: imageView(service.deployment).imageUrl },
    ports: portViews(sim, document.project.id, service),
    runtimeEnvironment: service.runtimeEnvironment,
    ...service.extras,
    cluster: clusterView(document),
    createdAt: wireTime(service.createdAtMs),
    updatedAt: wireTime(service.updatedAtMs),
    status: statusView(service),
  };
}
