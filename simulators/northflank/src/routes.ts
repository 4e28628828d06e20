import { attachSchema, attachVolume, detachSchema, detachVolume } from './attachments.ts';
import { listPlans, listRegions } from './catalog-routes.ts';
import {
  createProject,
  createProjectSchema,
  deleteProject,
  getProject,
  listProjects,
  patchProject,
  patchProjectSchema,
  putProject,
} from './projects.ts';
import { bodyRoute, plainRoute, type Route } from './route.ts';
import {
  createSecret,
  createSecretSchema,
  getSecretDetails,
  patchSecret,
  patchSecretSchema,
} from './secrets.ts';
import {
  createServiceSchema,
  patchServiceSchema,
  scaleSchema,
  updateDeploymentSchema,
} from './service-body.ts';
import { patchService, scaleService, updateDeployment } from './service-changes.ts';
import { pauseService, restartService, resumeSchema, resumeService } from './service-power.ts';
import {
  createService,
  deleteService,
  getDeployment,
  getService,
  listContainers,
  listServices,
  putService,
} from './services.ts';
import {
  createVolume,
  createVolumeSchema,
  deleteVolume,
  getVolume,
  listVolumes,
  updateVolume,
  updateVolumeSchema,
} from './volumes.ts';

export const PREFIX = '/v1';
export const TEAM_PREFIX = `${PREFIX}/teams/{team}`;

const PROJECTS = `${PREFIX}/projects`;
const PROJECT = `${PROJECTS}/{project}`;
const VOLUMES = `${PROJECT}/volumes`;
const VOLUME = `${VOLUMES}/{volume}`;
const SERVICES = `${PROJECT}/services`;
const DEPLOYMENTS = `${SERVICES}/deployment`;
const SERVICE = `${SERVICES}/{service}`;
const SECRETS = `${PROJECT}/secrets`;

/** Everything that the simulator answers. Every route of projects has a twin under the team, of the same key. */
export const ROUTES: readonly Route[] = [
  { ...plainRoute('GET', `${PREFIX}/plans`, listPlans), isPublic: true },
  { ...plainRoute('GET', `${PREFIX}/regions`, listRegions), isPublic: true },
  plainRoute('GET', PROJECTS, listProjects),
  bodyRoute('POST', PROJECTS, createProjectSchema, createProject),
  bodyRoute('PUT', PROJECTS, createProjectSchema, putProject),
  plainRoute('GET', PROJECT, getProject),
  bodyRoute('PATCH', PROJECT, patchProjectSchema, patchProject),
  plainRoute('DELETE', PROJECT, deleteProject),
  plainRoute('GET', VOLUMES, listVolumes),
  bodyRoute('POST', VOLUMES, createVolumeSchema, createVolume),
  plainRoute('GET', VOLUME, getVolume),
  bodyRoute('POST', VOLUME, updateVolumeSchema, updateVolume),
  plainRoute('DELETE', VOLUME, deleteVolume),
  bodyRoute('POST', `${VOLUME}/attach`, attachSchema, attachVolume),
  bodyRoute('POST', `${VOLUME}/detach`, detachSchema, detachVolume),
  plainRoute('GET', SERVICES, listServices),
  bodyRoute('POST', DEPLOYMENTS, createServiceSchema, createService),
  bodyRoute('PUT', DEPLOYMENTS, createServiceSchema, putService),
  bodyRoute('PATCH', `${DEPLOYMENTS}/{service}`, patchServiceSchema, patchService),
  plainRoute('GET', SERVICE, getService),
  plainRoute('DELETE', SERVICE, deleteService),
  plainRoute('POST', `${SERVICE}/pause`, pauseService),
  bodyRoute('POST', `${SERVICE}/resume`, resumeSchema, resumeService),
  plainRoute('POST', `${SERVICE}/restart`, restartService),
  bodyRoute('POST', `${SERVICE}/scale`, scaleSchema, scaleService),
  plainRoute('GET', `${SERVICE}/containers`, listContainers),
  plainRoute('GET', `${SERVICE}/deployment`, getDeployment),
  bodyRoute('POST', `${SERVICE}/deployment`, updateDeploymentSchema, updateDeployment),
  bodyRoute('POST', SECRETS, createSecretSchema, createSecret),
  bodyRoute('PATCH', `${SECRETS}/{secret}`, patchSecretSchema, patchSecret),
  plainRoute('GET', `${SECRETS}/{secret}/details`, getSecretDetails),
];

/** The path of a route's twin under the team; null for one that has none. */
export function teamPath(route: Route): string | null {
  return route.isPublic ? null : route.path.replace(PREFIX, TEAM_PREFIX);
}

/** Whether calls of a route may change anything. */
export function isMutating(method: string): boolean {
  return method !== 'GET';
}
