/** A deployment service as it is at Northflank: read, told whose it is, and what it does. */
import { getLogger } from '@logtape/logtape';
import type { InstanceTags, ObservedMachineState } from '../provider.ts';
import type { ProviderError } from '../provider-error.ts';
import { belongsTo } from '../tags.ts';
import { northflankError, orNull } from './errors.ts';
import { readMark } from './mark.ts';
import type { NorthflankResources } from './names.ts';
import type { Northflank } from './northflank.ts';
import { ROUTES } from './routes.ts';
import { type ListedService, ListedServiceSchema, type Service, ServiceSchema } from './schemas.ts';

const log = getLogger(['kiloclaw', 'northflank']);

export function getService(
  { client }: Northflank,
  { projectId }: Pick<NorthflankResources, 'projectId'>,
  serviceId: string,
): Promise<Service | null> {
  const params = { project: projectId, service: serviceId };
  return orNull(client.call(ROUTES.getService, { params, schema: ServiceSchema }));
}

export function listServices({ client }: Northflank, projectId: string): Promise<readonly ListedService[]> {
  const params = { project: projectId };
  return client.list(ROUTES.listServices, { params, schema: ListedServiceSchema, key: 'services' });
}

export function isOwnService({ description }: Pick<Service, 'description'>, tags: InstanceTags): boolean {
  return belongsTo(readMark(description), tags);
}

/** The service by one of these ids, if there is one. Refuses (`invalid`) one that is not this instance's. */
export async function findOwnService(
  northflank: Northflank,
  tags: InstanceTags,
  own: NorthflankResources,
): Promise<Service | null> {
  for (const id of new Set([own.machineId ?? own.serviceName, own.serviceName])) {
    const service = await getService(northflank, own, id);
    if (service !== null) return requireOwn(service, tags);
  }
  return null;
}

export function requireOwn(service: Service, tags: InstanceTags): Service {
  if (isOwnService(service, tags)) return service;
  throw foreignService(service.id);
}

export function foreignService(id: string): ProviderError {
  const message = `The service ${id} in this instance's project at Northflank does not carry its mark in its description. It was not touched: move it away or delete it by hand.`;
  return northflankError('invalid', message, { details: { machineId: id } });
}

/** Paused, or asked for no instance: at rest whatever its last rollout says, which can go on reading "completed". */
export function isAtRest({ servicePaused, deployment }: Service): boolean {
  return servicePaused === true || deployment?.instances === 0;
}

/** When the service came to the status that it shows; milliseconds since 1970, UTC. Null where it does not tell. */
export function lastTransitionMs({ status }: Service): number | null {
  const atMs = Date.parse(status?.deployment?.lastTransitionTime ?? '');
  return Number.isNaN(atMs) ? null : atMs;
}

/** "Completed" is rolled out and serving, not ended. */
const STATES: Readonly<Record<string, ObservedMachineState>> = {
  PENDING: 'transient',
  IN_PROGRESS: 'transient',
  COMPLETED: 'running',
  FAILED: 'failed',
};

/** The state that a service tells of itself, whether or not that is news. */
export function toldStateOf(service: Service): ObservedMachineState {
  if (isAtRest(service)) return 'stopped';
  const word = service.status?.deployment?.status ?? null;
  // Just made: nothing has been rolled out that could have a status.
  if (word === null) return 'transient';
  if (Object.hasOwn(STATES, word)) return STATES[word] ?? 'unknown';
  log.warn('Northflank told a machine state that is not known; it is ignored', {
    event: 'northflank_state_ignored',
  });
  return 'unknown';
}
