import { z } from 'zod';
import { isRegion } from './catalog.ts';
import type { ProjectDocument } from './documents.ts';
import { conflict } from './errors.ts';
import { descriptionSchema, MAX_SHORT_NAME_LENGTH, nameSchema, wireTime } from './fields.ts';
import { newNamespace, slugOf } from './ids.ts';
import { pageOf } from './pagination.ts';
import { type Call, invalid, pathParam, queryFlag, type Reply, type Simulation } from './route.ts';
import { appIdOf, clusterView } from './service-view.ts';

const DEFAULT_COLOR = '#EF233C';

const color = z.string().regex(/^#([0-9a-fA-F]{6}|[0-9a-fA-F]{3})$/, 'must be a colour such as "#EF233C"');

export const createProjectSchema = z.looseObject({
  name: nameSchema(MAX_SHORT_NAME_LENGTH),
  description: descriptionSchema.optional(),
  color: color.optional(),
  region: z.string().refine(isRegion, 'is not a region, see GET /v1/regions').optional(),
  clusterId: z.undefined('clusters of an own cloud are not simulated').optional(),
});

export const patchProjectSchema = z.looseObject({
  description: descriptionSchema.optional(),
  color: color.optional(),
});

type CreateBody = z.output<typeof createProjectSchema>;

// The answer of creates and updates; a GET has another one.
function changedView({ project }: Readonly<ProjectDocument>): object {
  return {
    id: project.id,
    name: project.name,
    ...(project.description === null ? {} : { description: project.description }),
    color: project.color,
    region: project.region,
    createdAt: wireTime(project.createdAtMs),
    updatedAt: wireTime(project.updatedAtMs),
  };
}

function projectView(sim: Simulation, document: Readonly<ProjectDocument>): object {
  const { project } = document;
  const services = document.services.map((service) => ({
    id: service.id,
    appId: appIdOf(sim, project.id, service.id),
    name: service.name,
    ...(service.description === null ? {} : { description: service.description }),
    serviceType: 'deployment',
  }));
  return {
    id: project.id,
    name: project.name,
    ...(project.description === null ? {} : { description: project.description }),
    deployment: { region: project.region },
    createdAt: wireTime(project.createdAtMs),
    services,
    jobs: [],
    addons: [],
    cluster: clusterView(document),
  };
}

/** GET /v1/projects */
export function listProjects(sim: Simulation, call: Call): Reply {
  const projects = sim.store.projectIds().map((id) => sim.store.read(id).project);
  const { page, pagination } = pageOf(sim, call, projects);
  const views = page.map(({ id, name, description }) => ({
    id,
    name,
    ...(description === null ? {} : { description }),
  }));
  return { status: 200, data: { projects: views }, pagination };
}

/** POST /v1/projects: 409 if another name has given the same id. */
export function createProject(sim: Simulation, _call: Call, body: CreateBody): Reply {
  const id = slugOf(body.name);
  if (sim.store.find(id) !== null)
    throw conflict(`There is already a project with the same derived identifier ${id}.`);
  if (body.region === undefined) throw invalid(sim, 'region', 'is required');
  const nowMs = sim.clock.nowMs();
  const document: ProjectDocument = {
    project: {
      id,
      name: body.name,
      description: body.description ?? null,
      color: body.color ?? DEFAULT_COLOR,
      region: body.region,
      namespace: newNamespace(),
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
    },
    services: [],
    volumes: [],
    secrets: [],
  };
  sim.store.add(document);
  return { status: sim.settings().createdStatus, data: changedView(document) };
}

/** PUT /v1/projects: makes it, or updates the one of this name. The region of one that exists can't be changed. */
export function putProject(sim: Simulation, call: Call, body: CreateBody): Reply {
  const id = slugOf(body.name);
  const existing = sim.store.find(id);
  if (existing === null) return createProject(sim, call, body);
  if (body.region !== undefined && body.region !== existing.project.region) {
    throw invalid(sim, 'region', `can't be changed, the project is in ${existing.project.region}`);
  }
  return updateProject(sim, id, body);
}

/** PATCH /v1/projects/{project} */
export function patchProject(sim: Simulation, call: Call, body: z.output<typeof patchProjectSchema>): Reply {
  return updateProject(sim, pathParam(call, 'project'), body);
}

function updateProject(sim: Simulation, id: string, body: z.output<typeof patchProjectSchema>): Reply {
  const data = sim.store.change(id, (draft) => {
    draft.project.description = body.description ?? draft.project.description;
    draft.project.color = body.color ?? draft.project.color;
    draft.project.updatedAtMs = sim.clock.nowMs();
    return changedView(draft);
  });
  return { status: 200, data };
}

/** GET /v1/projects/{project} */
export function getProject(sim: Simulation, call: Call): Reply {
  return { status: 200, data: projectView(sim, sim.store.read(pathParam(call, 'project'))) };
}

/**
 * DELETE /v1/projects/{project}: 409 unless it is empty, or `delete_child_objects` takes all along. Secret groups do not count: they hold nothing that is billed.
 */
export function deleteProject(sim: Simulation, call: Call): Reply {
  const id = pathParam(call, 'project');
  const { services, volumes } = sim.store.read(id);
  const takesAll = queryFlag(sim, call, 'delete_child_objects');
  if (!takesAll && services.length + volumes.length > 0) {
    throw conflict("The project couldn't be deleted as it has dependencies that have not been deleted.");
  }
  sim.store.remove(id);
  return { status: 200, data: {} };
}
