/** The instance's machine: found, made, changed, powered, deleted. One that does not carry our mark is never touched. */

import { isKind } from '../adapter-error.ts';
import type { InstanceTags, MachineSpec, ResourcesLearned, SizeChange } from '../provider.ts';
import { sizeSourceOf, TAG } from '../tags.ts';
import { northflankError, orGone, orNull } from './errors.ts';
import { type Rollout, readMark, rolloutOf, serviceMark } from './mark.ts';
import type { NorthflankResources } from './names.ts';
import type { Northflank } from './northflank.ts';
import { ROUTES } from './routes.ts';
import { CreatedSchema, type Service, ServiceSchema } from './schemas.ts';
import { newServiceBody, updatedServiceBody } from './service-body.ts';
import {
  findOwnService,
  foreignService,
  getService,
  isAtRest,
  isOwnService,
  lastTransitionMs,
  listServices,
  requireOwn,
} from './services.ts';
import { ensureAttached, mountAt } from './volumes.ts';

/** Machines that one call deletes; a caller that still finds some asks again. */
const DELETES_PER_CALL_MOST = 50;

/** Before each look whether a deleted service is gone. */
const LOOK_PAUSES_AFTER_DELETE_MS: readonly number[] = [0, 500, 1_500];

/** By id, then by the id that its name gives. A list is never asked: one that comes back empty would prove nothing. */
export async function findMachine(
  northflank: Northflank,
  tags: InstanceTags,
  own: NorthflankResources,
): Promise<ResourcesLearned | null> {
  const service = await findOwnService(northflank, tags, own);
  return service === null ? null : { machineId: service.id };
}

/** Makes the machine on its volume, and adopts the one of its name where that is ours. */
export async function createMachine(
  northflank: Northflank,
  tags: InstanceTags,
  own: NorthflankResources,
  spec: MachineSpec,
): Promise<ResourcesLearned> {
  const volumeId = requireVolumeId(own);
  const planId = northflank.plans.planIdOf(spec.size);
  await mountAt(northflank, own, volumeId, spec.mountPath);
  const learned = { mountPath: spec.mountPath, planId, planAskedAtMs: null };
  try {
    const made = await northflank.client.call(ROUTES.createService, {
      params: { project: own.projectId },
      body: newServiceBody(tags, spec, { name: own.serviceName, planId, volumeId }),
      schema: CreatedSchema,
    });
    return { ...learned, machineId: made?.id ?? own.serviceName };
  } catch (error) {
    if (!isKind(error, 'conflict')) throw error;
    const service = await getService(northflank, own, own.serviceName);
    // Taken and not to be found: on its way out, or not to be seen yet. The conflict passes.
    if (service === null) throw error;
    return { ...learned, machineId: requireOwn(service, tags).id };
  }
}

/** Gives the machine the spec's size and configuration; one at rest stays at rest. */
export async function updateMachine(
  northflank: Northflank,
  tags: InstanceTags,
  own: NorthflankResources,
  spec: MachineSpec,
): Promise<ResourcesLearned> {
  const volumeId = requireVolumeId(own);
  const planId = northflank.plans.planIdOf(spec.size);
  const service = requireOwn(await readMachine(northflank, own), tags);
  await mountAt(northflank, own, volumeId, spec.mountPath);
  const instances = isAtRest(service) ? 0 : 1;
  await patch(northflank, own, updatedServiceBody(tags, spec, { planId, instances }));
  return { mountPath: spec.mountPath, planId, planAskedAtMs: northflank.now() };
}

/**
 * Gives the machine another plan, and nothing else. Where it runs, its container is replaced: the mark keeps what the
 * status was before, in the very call that changes the plan, so that no crash between the two can take an old "completed"
 * for the new one.
 */
export async function changeMachineSize(
  northflank: Northflank,
  tags: InstanceTags,
  own: NorthflankResources,
  { size, sizeSource }: SizeChange,
): Promise<ResourcesLearned> {
  const planId = northflank.plans.planIdOf(size);
  const service = requireOwn(await readMachine(northflank, own), tags);
  const mark = readMark(service.description);
  const isSamePlan = service.billing?.deploymentPlan === planId;
  if (isSamePlan && sizeSourceOf(mark) === sizeSource) return { planId };
  const rollout = isSamePlan ? rolloutOf(mark) : rolloutFrom(service, northflank.now());
  const description = serviceMark(tags, { sizeSource, configuration: mark[TAG.configuration], rollout });
  await patch(northflank, own, {
    description,
    ...(!isSamePlan && { billing: { deploymentPlan: planId } }),
  });
  return isSamePlan ? { planId } : { planId, planAskedAtMs: northflank.now() };
}

/** Null where no container is there to be replaced. */
function rolloutFrom(service: Service, askedAtMs: number): Rollout | null {
  return isAtRest(service) ? null : { afterMs: lastTransitionMs(service) ?? 0, askedAtMs };
}

/** One instance; on one that runs already nothing happens. */
export async function startMachine(
  northflank: Northflank,
  tags: InstanceTags,
  own: NorthflankResources,
): Promise<void> {
  const volumeId = requireVolumeId(own);
  const service = requireOwn(await readMachine(northflank, own), tags);
  if (!isAtRest(service)) return;
  await ensureAttached(northflank, own, { volumeId, serviceId: service.id });
  if (service.servicePaused === true) await resume(northflank, own);
  else await patch(northflank, own, { deployment: { instances: 1 } });
}

/** What another hand has paused. One that is not paused any more refuses by a conflict: it runs. */
async function resume({ client }: Northflank, own: NorthflankResources): Promise<void> {
  try {
    await client.ask(ROUTES.resumeService, { params: paramsOf(own), body: { instances: 1 } });
  } catch (error) {
    if (!isKind(error, 'conflict')) throw error;
  }
}

/**
 * No instance: the volume stays, and no container is billed. Not `pause`, which does the same and more: what a change of a
 * paused service does, and what a second pause answers, is not documented.
 */
export async function stopMachine(
  northflank: Northflank,
  tags: InstanceTags,
  own: NorthflankResources,
): Promise<void> {
  const service = own.machineId === null ? null : await getService(northflank, own, own.machineId);
  if (service === null || isAtRest(requireOwn(service, tags))) return;
  await orGone(patch(northflank, own, { deployment: { instances: 0 } }));
}

function patch({ client }: Northflank, own: NorthflankResources, body: object): Promise<void> {
  return client.ask(ROUTES.patchService, { params: paramsOf(own), body });
}

function readMachine({ client }: Northflank, own: NorthflankResources): Promise<Service> {
  return client.call(ROUTES.getService, { params: paramsOf(own), schema: ServiceSchema });
}

function paramsOf({ projectId, machineId }: NorthflankResources) {
  if (machineId !== null) return { project: projectId, service: machineId };
  throw northflankError('not_found', 'No machine at Northflank is recorded for this instance.');
}

/** Deletes all that carry our mark, running or not. */
export async function deleteMachines(
  northflank: Northflank,
  tags: InstanceTags,
  own: NorthflankResources,
): Promise<void> {
  const services = await orNull(listServices(northflank, own.projectId));
  if (services === null) return;
  const ours = services.filter((service) => isOwnService(service, tags)).map(({ id }) => id);
  if (own.machineId !== null && !services.some(({ id }) => id === own.machineId)) {
    const recorded = await getService(northflank, own, own.machineId);
    if (recorded !== null && isOwnService(recorded, tags)) ours.push(recorded.id);
  }
  for (const id of ours.slice(0, DELETES_PER_CALL_MOST)) await destroyService(northflank, own, id);
}

/**
 * Deletes one, running or not. Refuses one of others (`invalid`). Over when it is gone (`precondition` until then), for its
 * name gives the next one's id: one that is still to be read on its way out would be taken for the one that is made anew.
 */
export async function deleteMachine(
  northflank: Northflank,
  tags: InstanceTags,
  own: NorthflankResources,
  machineId: string,
): Promise<void> {
  const service = await getService(northflank, own, machineId);
  if (service === null) return;
  if (!isOwnService(service, tags)) throw foreignService(service.id);
  await destroyService(northflank, own, service.id);
  await untilGone(northflank, own, service.id);
}

/** Without its volumes: a machine that is made anew finds them again. Accepted, and not always done at once. */
async function destroyService({ client }: Northflank, own: NorthflankResources, id: string): Promise<void> {
  const params = { project: own.projectId, service: id };
  const query = { delete_child_objects: 'false' };
  try {
    await client.ask(ROUTES.deleteService, { params, query });
  } catch (error) {
    // A conflict: its deletion was accepted before.
    if (!isKind(error, 'not_found', 'conflict')) throw error;
  }
}

async function untilGone(northflank: Northflank, own: NorthflankResources, id: string): Promise<void> {
  for (const pauseMs of LOOK_PAUSES_AFTER_DELETE_MS) {
    await northflank.sleep(pauseMs);
    if ((await getService(northflank, own, id)) === null) return;
  }
  const message = `The service ${id} at Northflank is still on its way out.`;
  throw northflankError('precondition', message, { details: { machineId: id } });
}

function requireVolumeId({ volumeId }: NorthflankResources): string {
  if (volumeId !== null) return volumeId;
  throw northflankError(
    'invalid',
    'A machine at Northflank needs a volume, and none is recorded for this instance.',
  );
}
