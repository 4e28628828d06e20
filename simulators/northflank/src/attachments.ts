import { z } from 'zod';
import type { ProjectDocument, ServiceRecord, VolumeRecord } from './documents.ts';
import { conflict, notFound } from './errors.ts';
import { nfObjectSchema } from './fields.ts';
import { redeploy } from './redeploy.ts';
import { instancesOf } from './rollout.ts';
import { type Call, invalid, pathParam, type Reply, type Simulation } from './route.ts';

type NfObject = z.output<typeof nfObjectSchema>;

export const attachSchema = z
  .looseObject({ nfObject: nfObjectSchema.optional(), owningObject: nfObjectSchema.optional() })
  .refine(({ nfObject, owningObject }) => nfObject !== undefined || owningObject !== undefined, {
    path: ['nfObject'],
    message: 'is required',
  });

export const detachSchema = z.looseObject({ nfObject: nfObjectSchema });

/** Refuses a volume that this service can't have: a ReadWriteOnce one goes to one pod alone. */
export function requireVolumeFits(
  sim: Simulation,
  document: Readonly<ProjectDocument>,
  volume: VolumeRecord,
  service: Readonly<ServiceRecord>,
): void {
  if (volume.goneAtMs !== null) throw conflict('The volume is being deleted.');
  const others = volume.attachedServiceIds.filter((id) => id !== service.id);
  if (volume.accessMode === 'ReadWriteOnce' && others.length > 0) {
    throw conflict(`The volume ${volume.id} is attached to ${others.join(', ')}: detach it first.`);
  }
  if (volume.accessMode === 'ReadWriteOnce' && instancesOf(service) > 1) {
    throw invalid(sim, 'deployment.instances', 'must be 1 at most with a ReadWriteOnce volume');
  }
  const taken = document.volumes
    .filter((other) => other.id !== volume.id && other.attachedServiceIds.includes(service.id))
    .flatMap(({ mounts }) => mounts.map(({ containerMountPath }) => containerMountPath));
  const clash = volume.mounts.find(({ containerMountPath }) => taken.includes(containerMountPath));
  if (clash) throw conflict(`Another volume is mounted at ${clash.containerMountPath}.`);
}

/** The service that a volume may be attached to; 404 if there is none, or for a job: there are none. */
export function requireAttachable(
  sim: Simulation,
  document: Readonly<ProjectDocument>,
  volume: VolumeRecord,
  target: NfObject,
): ServiceRecord {
  const service = document.services.find(({ id, goneAtMs }) => id === target.id && goneAtMs === null);
  if (!service || target.type !== 'service') throw notFound(target.type === 'job' ? 'Job' : 'Service');
  requireVolumeFits(sim, document, volume, service);
  return service;
}

function changeVolume(
  sim: Simulation,
  call: Call,
  mutate: (draft: ProjectDocument, volume: VolumeRecord) => void,
): Reply {
  sim.store.change(pathParam(call, 'project'), (draft) => {
    const volume = draft.volumes.find(({ id }) => id === pathParam(call, 'volume'));
    if (!volume) throw notFound('Volume');
    mutate(draft, volume);
    volume.updatedAtMs = sim.clock.nowMs();
  });
  return { status: 200, data: {} };
}

/** POST .../attach: redeploys the service. Attaching what is attached is a success and changes nothing. */
export function attachVolume(sim: Simulation, call: Call, body: z.output<typeof attachSchema>): Reply {
  const target = body.nfObject ?? body.owningObject;
  return changeVolume(sim, call, (draft, volume) => {
    if (!target) throw invalid(sim, 'nfObject', 'is required');
    const service = requireAttachable(sim, draft, volume, target);
    if (volume.attachedServiceIds.includes(service.id)) return;
    volume.attachedServiceIds.push(service.id);
    redeploy(sim, service);
  });
}

/** POST .../detach: redeploys the service; 409 if the volume is not attached to it. */
export function detachVolume(sim: Simulation, call: Call, body: z.output<typeof detachSchema>): Reply {
  return changeVolume(sim, call, (draft, volume) => {
    const { id, type } = body.nfObject;
    if (type !== 'service' || !volume.attachedServiceIds.includes(id)) {
      throw conflict(`The volume is not attached to the ${type} ${id}.`);
    }
    volume.attachedServiceIds = volume.attachedServiceIds.filter((attached) => attached !== id);
    const service = draft.services.find((candidate) => candidate.id === id);
    if (service && service.goneAtMs === null) redeploy(sim, service);
  });
}
