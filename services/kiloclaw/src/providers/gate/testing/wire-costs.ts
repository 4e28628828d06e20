/** What the methods of a provider come to on the wire: as many requests, and at Fly these very ones. */
import type { HttpRequest } from '../../http-exchange.ts';
import type { Provider } from '../../provider.ts';

/** Without those that ask nobody, and the list that no instance asks for. */
export type WireMethod = Exclude<
  keyof Provider,
  'id' | 'capabilities' | 'nameResources' | 'defaultRegion' | 'machineChange' | 'listFleet'
>;

const APP = '/v1/apps/{app}';
const MACHINES = `${APP}/machines`;
const MACHINE = `${MACHINES}/{machine}`;
const VOLUMES = `${APP}/volumes`;
const VOLUME = `${VOLUMES}/{volume}`;

const request = (method: HttpRequest['method'], route: string) => ({ method, route, path: route });

type Requests = readonly HttpRequest[];

const GET_MACHINE = request('GET', MACHINE);
const LIST_MACHINES = request('GET', MACHINES);
const LIST_VOLUMES = request('GET', VOLUMES);

const FLY: Record<WireMethod, Requests> = {
  fitSize: [],
  ensureImage: [],
  ensureHome: [request('POST', '/v1/apps')],
  findVolume: [LIST_VOLUMES],
  createVolume: [request('POST', VOLUMES)],
  removeSurplusVolumes: [LIST_VOLUMES],
  findMachine: [GET_MACHINE, LIST_MACHINES],
  createMachine: [request('POST', MACHINES)],
  updateMachine: [GET_MACHINE, request('POST', MACHINE)],
  changeMachineSize: [GET_MACHINE, request('POST', MACHINE)],
  observeVolume: [request('GET', VOLUME)],
  extendVolume: [request('GET', VOLUME), request('PUT', `${VOLUME}/extend`)],
  forkVolume: [request('POST', VOLUMES)],
  deleteMachine: [GET_MACHINE, request('DELETE', MACHINE)],
  deleteVolume: [request('DELETE', VOLUME)],
  holdMachine: [request('POST', `${MACHINE}/lease`)],
  releaseMachine: [request('DELETE', `${MACHINE}/lease`)],
  startMachine: [request('POST', `${MACHINE}/start`)],
  stopMachine: [request('POST', `${MACHINE}/stop`)],
  observeMachine: [GET_MACHINE],
  deleteMachines: [LIST_MACHINES, request('DELETE', MACHINE)],
  deleteVolumes: [LIST_VOLUMES, request('DELETE', VOLUME)],
  deleteHome: [request('DELETE', APP)],
  listOwned: [LIST_MACHINES, LIST_VOLUMES],
};

/** Of an instance's own app. */
export function flyRequests(method: WireMethod, instance: number): Requests {
  return FLY[method].map((one) => ({ ...one, path: one.path.replaceAll(/\{(\w+)\}/g, `$1-${instance}`) }));
}

/** As many as at Fly: what they are makes no difference to an account that counts them alone. */
export function northflankRequests(method: WireMethod, instance: number): Requests {
  return FLY[method].map((one) => ({ ...one, path: `/v1/projects/${instance}` }));
}
