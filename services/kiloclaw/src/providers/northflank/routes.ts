/** The calls of Northflank's API that the adapter makes. */

export interface NorthflankRoute {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Path under `/v1`, with parameters in braces. */
  readonly route: string;
  /** What the call is for, as a sentence goes on after "Northflank refused to". */
  readonly doing: string;
  readonly about: 'project' | 'volume' | 'service';
}

const PROJECTS = '/projects';
const PROJECT = `${PROJECTS}/{project}`;
const VOLUMES = `${PROJECT}/volumes`;
const VOLUME = `${VOLUMES}/{volume}`;
const SERVICES = `${PROJECT}/services`;
const DEPLOYMENTS = `${SERVICES}/deployment`;
const SERVICE = `${SERVICES}/{service}`;

const route = (
  method: NorthflankRoute['method'],
  path: string,
  about: NorthflankRoute['about'],
  doing: string,
): NorthflankRoute => ({ method, route: path, about, doing });

export const ROUTES = {
  listProjects: route('GET', PROJECTS, 'project', 'list the projects'),
  createProject: route('POST', PROJECTS, 'project', 'create the project'),
  getProject: route('GET', PROJECT, 'project', 'read the project'),
  deleteProject: route('DELETE', PROJECT, 'project', 'delete the project'),
  listVolumes: route('GET', VOLUMES, 'volume', 'list the volumes'),
  createVolume: route('POST', VOLUMES, 'volume', 'create the volume'),
  getVolume: route('GET', VOLUME, 'volume', 'read the volume'),
  // A POST on what is there, not a PUT or PATCH.
  updateVolume: route('POST', VOLUME, 'volume', 'change the volume'),
  attachVolume: route('POST', `${VOLUME}/attach`, 'volume', 'attach the volume'),
  deleteVolume: route('DELETE', VOLUME, 'volume', 'delete the volume'),
  listServices: route('GET', SERVICES, 'service', 'list the machines'),
  createService: route('POST', DEPLOYMENTS, 'service', 'create the machine'),
  getService: route('GET', SERVICE, 'service', 'read the machine'),
  patchService: route('PATCH', `${DEPLOYMENTS}/{service}`, 'service', 'change the machine'),
  resumeService: route('POST', `${SERVICE}/resume`, 'service', 'resume the machine'),
  listContainers: route('GET', `${SERVICE}/containers`, 'service', 'list the containers of the machine'),
  deleteService: route('DELETE', SERVICE, 'service', 'delete the machine'),
} as const satisfies Record<string, NorthflankRoute>;

/** The route's path with its parameters filled in and encoded. Throws where one is missing. */
export function pathOf(pattern: string, params: Readonly<Record<string, string>>): string {
  return pattern.replaceAll(/\{(\w+)\}/g, (_braces, name: string) => {
    const value = params[name];
    // Dots alone would climb the path: URL parsing takes them away, encoded or not.
    if (value === undefined || /^\.{0,2}$/.test(value))
      throw new RangeError(`The path ${pattern} needs its ${name}.`);
    return encodeURIComponent(value);
  });
}
