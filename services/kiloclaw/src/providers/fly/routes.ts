/** The calls of the Machines API that the adapter makes. */

export interface FlyRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Path under the base, with parameters in braces. */
  readonly route: string;
  /** What the call is for, as a sentence goes on after "Fly refused to". */
  readonly doing: string;
  readonly about: 'app' | 'volume' | 'machine';
}

const APPS = '/v1/apps';
const ORG = '/v1/orgs/{org}';
const APP = `${APPS}/{app}`;
const VOLUMES = `${APP}/volumes`;
const VOLUME = `${VOLUMES}/{volume}`;
const MACHINES = `${APP}/machines`;
const MACHINE = `${MACHINES}/{machine}`;

const route = (
  method: FlyRoute['method'],
  path: string,
  about: FlyRoute['about'],
  doing: string,
): FlyRoute => ({
  method,
  route: path,
  about,
  doing,
});

export const ROUTES = {
  listApps: route('GET', APPS, 'app', 'list the apps'),
  createApp: route('POST', APPS, 'app', 'create the app'),
  getApp: route('GET', APP, 'app', 'read the app'),
  deleteApp: route('DELETE', APP, 'app', 'delete the app'),
  listOrgMachines: route('GET', `${ORG}/machines`, 'machine', 'list the machines of the organisation'),
  listOrgVolumes: route('GET', `${ORG}/volumes`, 'volume', 'list the volumes of the organisation'),
  listVolumes: route('GET', VOLUMES, 'volume', 'list the volumes'),
  createVolume: route('POST', VOLUMES, 'volume', 'create the volume'),
  getVolume: route('GET', VOLUME, 'volume', 'read the volume'),
  extendVolume: route('PUT', `${VOLUME}/extend`, 'volume', 'extend the volume'),
  deleteVolume: route('DELETE', VOLUME, 'volume', 'delete the volume'),
  listMachines: route('GET', MACHINES, 'machine', 'list the machines'),
  createMachine: route('POST', MACHINES, 'machine', 'create the machine'),
  getMachine: route('GET', MACHINE, 'machine', 'read the machine'),
  updateMachine: route('POST', MACHINE, 'machine', 'update the machine'),
  deleteMachine: route('DELETE', MACHINE, 'machine', 'delete the machine'),
  startMachine: route('POST', `${MACHINE}/start`, 'machine', 'start the machine'),
  stopMachine: route('POST', `${MACHINE}/stop`, 'machine', 'stop the machine'),
  readLease: route('GET', `${MACHINE}/lease`, 'machine', 'read the lease of the machine'),
  takeLease: route('POST', `${MACHINE}/lease`, 'machine', 'lease the machine'),
  releaseLease: route('DELETE', `${MACHINE}/lease`, 'machine', 'release the machine'),
  waitForMachine: route('GET', `${MACHINE}/wait`, 'machine', 'wait for the machine'),
} as const satisfies Record<string, FlyRoute>;

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
