import { requireVolumeFits } from './attachments.ts';
import { endContainers, startedContainers } from './containers.ts';
import type { ProjectDocument, ServiceRecord } from './documents.ts';
import { conflict, notFound } from './errors.ts';
import { slugOf } from './ids.ts';
import { pageOf } from './pagination.ts';
import { requireRoom } from './redeploy.ts';
import { beginRollout, wantedContainers } from './rollout.ts';
import { type Call, pathParam, queryFlag, type Reply, type Simulation } from './route.ts';
import { applyWorkload, type CreateServiceBody, checkServiceBody } from './service-body.ts';
import { changeService } from './service-changes.ts';
import { changedServiceView, deploymentView, listedView, serviceView } from './service-view.ts';

const MAX_SERVICES_PER_PROJECT = 1000;

/** The service with this id; 404 if there is none (any more). */
export function requireService(document: Readonly<ProjectDocument>, serviceId: string): ServiceRecord {
  const service = document.services.find(({ id }) => id === serviceId);
  if (!service) throw notFound('Service');
  return service;
}

/** GET /v1/projects/{project}/services */
export function listServices(sim: Simulation, call: Call): Reply {
  const projectId = pathParam(call, 'project');
  const { page, pagination } = pageOf(sim, call, sim.store.read(projectId).services);
  const services = page.map((service) => listedView(sim, projectId, service));
  return { status: 200, data: { services }, pagination };
}

function newService(body: CreateServiceBody, id: string, nowMs: number): ServiceRecord {
  return {
    id,
    name: body.name,
    description: null,
    tags: [],
    plan: body.billing.deploymentPlan,
    paused: false,
    disabledCI: false,
    disabledCD: false,
    deployment: {},
    ports: [],
    runtimeEnvironment: {},
    extras: {},
    status: 'PENDING',
    statusReason: 'DEPLOYING',
    statusSinceMs: nowMs,
    rollout: null,
    containers: [],
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    goneAtMs: null,
    takesVolumes: false,
  };
}

function attachWanted(sim: Simulation, draft: ProjectDocument, service: ServiceRecord, ids: string[]): void {
  for (const id of ids) {
    const volume = draft.volumes.find((candidate) => candidate.id === id);
    if (!volume) throw notFound(`Volume ${id}`);
    requireVolumeFits(sim, draft, volume, service);
    volume.attachedServiceIds.push(service.id);
    volume.updatedAtMs = service.createdAtMs;
  }
}

/**
 * POST /v1/projects/{project}/services/deployment: 409 if the id that the name gives is in use. The volumes of
 * `createOptions.volumesToAttach` are there from the first container on.
 */
export function createService(sim: Simulation, call: Call, body: CreateServiceBody): Reply {
  const projectId = pathParam(call, 'project');
  sim.store.read(projectId);
  checkServiceBody(sim, body);
  const data = sim.store.change(projectId, (draft) => {
    const nowMs = sim.clock.nowMs();
    const service = newService(body, slugOf(body.name), nowMs);
    if (draft.services.some(({ id }) => id === service.id)) {
      throw conflict(`There is already a service with the same derived identifier ${service.id}.`);
    }
    if (draft.services.length >= MAX_SERVICES_PER_PROJECT) {
      throw conflict(`The project is limited to ${MAX_SERVICES_PER_PROJECT} services.`);
    }
    applyWorkload(service, body);
    attachWanted(sim, draft, service, body.createOptions?.volumesToAttach ?? []);
    requireRoom(sim, draft, service);
    draft.services.push(service);
    // A first rollout has no status of before that could linger.
    const settings = { ...sim.settings(), statusLingerMs: 0 };
    if (wantedContainers(service) > 0) {
      beginRollout(service, nowMs, settings, { reason: 'DEPLOYING', replaces: true });
    } else {
      service.status = 'COMPLETED';
    }
    return changedServiceView(sim, draft, service);
  });
  return { status: sim.settings().createdStatus, data };
}

/** PUT /v1/projects/{project}/services/deployment: makes it, or changes the one of this name. */
export function putService(sim: Simulation, call: Call, body: CreateServiceBody): Reply {
  const id = slugOf(body.name);
  const exists = sim.store.read(pathParam(call, 'project')).services.some((service) => service.id === id);
  return exists ? changeService(sim, call, id, body) : createService(sim, call, body);
}

/** GET /v1/projects/{project}/services/{service} */
export function getService(sim: Simulation, call: Call): Reply {
  const document = sim.store.read(pathParam(call, 'project'));
  return {
    status: 200,
    data: serviceView(sim, document, requireService(document, pathParam(call, 'service'))),
  };
}

/** GET /v1/projects/{project}/services/{service}/deployment */
export function getDeployment(sim: Simulation, call: Call): Reply {
  const document = sim.store.read(pathParam(call, 'project'));
  const service = requireService(document, pathParam(call, 'service'));
  const { imageUrl: _imageUrl, ...view } = deploymentView(document, service);
  return { status: 200, data: view };
}

/** GET .../containers: the ended ones too, for a while. Times are in seconds. */
export function listContainers(sim: Simulation, call: Call): Reply {
  const document = sim.store.read(pathParam(call, 'project'));
  const service = requireService(document, pathParam(call, 'service'));
  const listed = service.containers.map((container) => ({ ...container, id: container.name }));
  const { page, pagination } = pageOf(sim, call, listed);
  const containers = page.map(({ name, status, createdAtMs, updatedAtMs }) => ({
    name,
    status,
    createdAt: Math.floor(createdAtMs / 1000),
    updatedAt: Math.floor(updatedAtMs / 1000),
    ipAddresses: [],
  }));
  return { status: 200, data: { containers }, pagination };
}

/**
 * DELETE /v1/projects/{project}/services/{service}: at any time, running or not. Its volumes are detached when it is
 * gone, or go with it (`delete_child_objects`).
 */
export function deleteService(sim: Simulation, call: Call): Reply {
  const takesVolumes = queryFlag(sim, call, 'delete_child_objects');
  sim.store.change(pathParam(call, 'project'), (draft) => {
    const service = requireService(draft, pathParam(call, 'service'));
    if (service.goneAtMs !== null) return;
    const nowMs = sim.clock.nowMs();
    service.rollout = null;
    service.takesVolumes = takesVolumes;
    service.goneAtMs = nowMs + sim.settings().serviceDeleteMs;
    endContainers(startedContainers(service), nowMs, sim.settings());
  });
  return { status: 200, data: {} };
}
