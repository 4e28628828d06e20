/**
 * Deletes what a person has picked from the list of orphans, one by one. The list may be of yesterday: right before
 * each deletion the registry, the instance's object and the provider are asked again. Asked twice, it finds them gone.
 */
import type { DeleteOrphansAnswer, Failure, OrphanOutcome } from '@kiloclaw/platform-contract';
import type { FleetResource, Resources } from '../providers/provider.ts';
import { failureOf, ProviderError } from '../providers/provider-error.ts';
import { isYoung, type OrphanPorts, tagsOf, YOUNG_MS } from './orphan-ports.ts';

export interface NamedResource {
  readonly kind: 'machine' | 'volume';
  readonly id: string;
  readonly instanceId: string;
}

interface Fate {
  readonly outcome: OrphanOutcome;
  readonly error: Failure | null;
}

/** The answers stand in the order of the request. Throws `RegistryUnavailable`, and nothing else. */
export async function deleteOrphans(
  ports: OrphanPorts,
  resources: readonly NamedResource[],
): Promise<DeleteOrphansAnswer> {
  const results: DeleteOrphansAnswer['results'] = [];
  // A machine binds its volume.
  const inOrder = resources.map((resource, index) => ({ resource, index }));
  inOrder.sort((a, b) => a.resource.kind.localeCompare(b.resource.kind));
  for (const { resource, index } of inOrder) {
    results[index] = { ...resource, ...(await deleteOrphan(ports, resource)) };
  }
  return { results };
}

async function deleteOrphan(ports: OrphanPorts, resource: NamedResource): Promise<Fate> {
  const refusal = await refusalFor(ports, resource);
  if (refusal !== null) return refusal;
  try {
    return await deleteAtProvider(ports, resource);
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    // Not ours by its tags or its name: the adapter does not touch it.
    const outcome = error.kind === 'invalid' ? 'refused' : 'failed';
    return { outcome, error: failureOf(error) };
  }
}

/** Why the instance that the resource names forbids it, or null. */
async function refusalFor(ports: OrphanPorts, { instanceId }: NamedResource): Promise<Fate | null> {
  const [row] = await ports.rowsOf([instanceId]);
  const presence = await ports.presenceOf(instanceId);
  if (presence === null) {
    const message = `The instance ${instanceId} did not answer, so that nobody can tell whether it lives. Ask again later.`;
    return { outcome: 'failed', error: { code: 'overloaded', message } };
  }
  const isActive = row !== undefined && row.destroyedAt === null;
  if (presence !== 'live' && !isActive) return null;
  const message = `The instance ${instanceId} lives: what is its own goes when it is destroyed, or by a repair.`;
  return { outcome: 'refused', error: { code: 'invalid_request', message, details: { instanceId } } };
}

/**
 * Where a volume's id is the name that it was given, the adapter takes it for the one in use, and refuses to delete it by
 * itself. It goes with all of them, once there is no other that nobody has named.
 */
function isLastByName({ id }: NamedResource, names: Resources, owned: readonly FleetResource[]): boolean {
  const volumes = owned.filter(({ kind }) => kind === 'volume');
  return Object.values(names).includes(id) && volumes.length === 1 && volumes[0]?.id === id;
}

async function deleteAtProvider(ports: OrphanPorts, resource: NamedResource): Promise<Fate> {
  const { provider } = ports;
  const { kind, id, instanceId } = resource;
  const tags = tagsOf(ports, instanceId);
  const names = provider.nameResources(tags);
  const owned = await provider.listOwned(tags, names);
  const present = owned.find((each) => each.kind === kind && each.id === id);
  if (present !== undefined && isYoung(present, ports.now())) {
    const message = `The ${kind} ${id} is younger than ${YOUNG_MS / 60_000} minutes: it may be of an instance that is being made. Ask again later.`;
    return { outcome: 'refused', error: { code: 'invalid_request', message, details: { id } } };
  }
  // Also of one that is not in the list: the adapter alone can tell what is gone from what is others'.
  if (kind === 'machine') await provider.deleteMachine(tags, names, id);
  else if (isLastByName(resource, names, owned)) await provider.deleteVolumes(tags, names);
  else await provider.deleteVolume(tags, names, id);
  if (present === undefined) return { outcome: 'gone', error: null };
  if ((await provider.listOwned(tags, names)).length === 0) await provider.deleteHome(tags, names);
  return { outcome: 'deleted', error: null };
}
