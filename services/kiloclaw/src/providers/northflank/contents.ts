/** All that an instance has at Northflank, taken together, and every project of a fleet. */

import { isKind } from '../adapter-error.ts';
import type { FleetResource, InstanceTags } from '../provider.ts';
import { TAG } from '../tags.ts';
import { northflankError, orNull } from './errors.ts';
import { type Mark, readMark } from './mark.ts';
import { instanceOfVolumeName, type NorthflankResources } from './names.ts';
import type { Northflank } from './northflank.ts';
import { deleteProject, getProject, isOwnProject } from './projects.ts';
import { ROUTES } from './routes.ts';
import { type ListedService, type Project, ProjectSchema, type Volume } from './schemas.ts';
import { isOwnService, listServices } from './services.ts';
import { isOwnVolume, listVolumes } from './volumes.ts';

/** Projects read at the same time: two calls each, within the six connections that workerd gives one request. */
const PROJECTS_AT_ONCE = 3;
const FLEET_PROJECTS_MOST = 10_000;

interface Contents {
  readonly services: readonly ListedService[];
  readonly volumes: readonly Volume[];
}

/** Null where there is no such project. */
async function contentsOf(northflank: Northflank, projectId: string): Promise<Contents | null> {
  const [services, volumes] = await Promise.all([
    orNull(listServices(northflank, projectId)),
    orNull(listVolumes(northflank, projectId)),
  ]);
  return services === null || volumes === null ? null : { services, volumes };
}

/** Two calls. */
export async function listOwned(
  northflank: Northflank,
  tags: InstanceTags,
  own: NorthflankResources,
): Promise<readonly FleetResource[]> {
  const contents = await contentsOf(northflank, own.projectId);
  if (contents === null) return [];
  const { instanceId } = tags;
  return [
    ...contents.services
      .filter((service) => isOwnService(service, tags))
      .map(({ id }) => ({ kind: 'machine' as const, id, instanceId })),
    ...contents.volumes
      .filter((volume) => isOwnVolume(volume, tags, own))
      .map(({ id }) => ({ kind: 'volume' as const, id, instanceId })),
  ];
}

/** Deletes the project; one of others, and one that holds what is not ours, stays as it is. */
export async function deleteHome(
  northflank: Northflank,
  tags: InstanceTags,
  own: NorthflankResources,
): Promise<void> {
  const project = await getProject(northflank, own.projectId);
  if (project === null || !isOwnProject(project, tags)) return;
  try {
    await deleteProject(northflank, project.id);
  } catch (error) {
    if (!isKind(error, 'precondition', 'conflict')) throw error;
    // Ours may still be on its way out: the deletion is then asked for again.
    const isOurs = (await listOwned(northflank, tags, own)).length > 0;
    const contents = isOurs ? null : await contentsOf(northflank, project.id);
    const holdsForeign = contents !== null && contents.services.length + contents.volumes.length > 0;
    if (!holdsForeign) throw error;
  }
}

/**
 * Every machine and volume of a fleet, by the projects that carry its mark. Costs one call for each hundred projects of
 * the account and two for each instance: a large part of an hour's calls, so that it is nothing for every tick.
 */
export async function listFleet(northflank: Northflank, fleetId: string): Promise<readonly FleetResource[]> {
  const all = await northflank.client.list(ROUTES.listProjects, { schema: ProjectSchema, key: 'projects' });
  const projects = all.filter((project) => markOf(project)[TAG.fleetId] === fleetId);
  if (projects.length > FLEET_PROJECTS_MOST) {
    throw northflankError(
      'unavailable',
      `There are more than ${FLEET_PROJECTS_MOST} projects of this fleet at Northflank: too many for one list.`,
    );
  }
  const found: FleetResource[] = [];
  for (let first = 0; first < projects.length; first += PROJECTS_AT_ONCE) {
    const some = projects.slice(first, first + PROJECTS_AT_ONCE);
    const contents = await Promise.all(some.map(({ id }) => contentsOf(northflank, id)));
    // A project may go between the lists: it then holds nothing.
    found.push(...contents.flatMap((each) => (each === null ? [] : ofFleet(each, fleetId))));
  }
  return found;
}

function markOf({ description }: Pick<Project, 'description'>): Mark {
  return readMark(description);
}

function ofFleet({ services, volumes }: Contents, fleetId: string): FleetResource[] {
  const machines = services.flatMap((service): FleetResource[] => {
    const mark = readMark(service.description);
    if (mark[TAG.fleetId] !== fleetId) return [];
    return [{ kind: 'machine', id: service.id, instanceId: mark[TAG.instanceId] ?? null }];
  });
  const ofVolumes = volumes.flatMap(({ id, name }): FleetResource[] => {
    const instanceId = instanceOfVolumeName(name ?? '', fleetId);
    return instanceId === null ? [] : [{ kind: 'volume', id, instanceId }];
  });
  return [...machines, ...ofVolumes];
}
