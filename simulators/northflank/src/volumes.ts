import { z } from 'zod';
import { requireAttachable } from './attachments.ts';
import type { ProjectDocument, VolumeRecord } from './documents.ts';
import { conflict, NorthflankError, notFound } from './errors.ts';
import {
  checkTags,
  MAX_SHORT_NAME_LENGTH,
  nameSchema,
  nfObjectSchema,
  tagsSchema,
  wireTime,
} from './fields.ts';
import { slugOf } from './ids.ts';
import { pageOf } from './pagination.ts';
import { redeployAttached } from './redeploy.ts';
import { type Call, invalid, pathParam, type Reply, type Simulation } from './route.ts';

const MAX_VOLUMES_PER_PROJECT = 1000;
const DEFAULT_CLASSES = { ReadWriteOnce: 'ssd', ReadWriteMany: 'nf-multi-rw' };

const isInside = (path: string): boolean => !path.startsWith('/') && !path.split('/').includes('..');

const mountsSchema = z
  .array(
    z.looseObject({
      containerMountPath: z.string().regex(/^\/[^:]*$/, 'must be an absolute path without a colon'),
      volumeMountPath: z.string().refine(isInside, 'must be a relative path without ".."').optional(),
    }),
  )
  .max(20)
  .refine(
    (mounts) => new Set(mounts.map(({ containerMountPath }) => containerMountPath)).size === mounts.length,
    'the paths in the container must differ',
  );

const sizeSchema = z.int('must be a whole number of MB').min(1);

export const createVolumeSchema = z.looseObject({
  name: nameSchema(MAX_SHORT_NAME_LENGTH),
  tags: tagsSchema.optional(),
  mounts: mountsSchema,
  spec: z.looseObject({
    accessMode: z.enum(['ReadWriteOnce', 'ReadWriteMany']),
    storageClassName: z.string().optional(),
    storageSize: sizeSchema,
  }),
  // Refused rather than ignored: a volume that silently lacks the data that was asked for is the worst answer.
  source: z.undefined('copies of volumes and backups are not simulated').optional(),
  owningObject: nfObjectSchema.optional(),
  attachedObjects: z.array(nfObjectSchema).max(100).optional(),
});

export const updateVolumeSchema = z.looseObject({
  mounts: mountsSchema.optional(),
  spec: z.looseObject({ storageSize: sizeSchema.optional() }).optional(),
});

type CreateBody = z.output<typeof createVolumeSchema>;
type Mounts = z.output<typeof mountsSchema>;

/** A volume as the wire shows it; its mounts are not part of it. */
export function volumeView(volume: VolumeRecord): Record<string, unknown> {
  return {
    id: volume.id,
    name: volume.name,
    tags: volume.tags,
    spec: {
      accessMode: volume.accessMode,
      storageClassName: volume.storageClass,
      storageSize: volume.shownSizeMb,
    },
    attachedObjects: volume.attachedServiceIds.map((id) => ({ id, type: 'service' })),
    status: volume.status,
    createdAt: wireTime(volume.createdAtMs),
    updatedAt: wireTime(volume.updatedAtMs),
  };
}

/** The volume with this id; 404 if there is none (any more). */
export function requireVolume(document: Readonly<ProjectDocument>, volumeId: string): VolumeRecord {
  const volume = document.volumes.find(({ id }) => id === volumeId);
  if (!volume) throw notFound('Volume');
  return volume;
}

/** Refuses to act on a volume that is being deleted (409). */
export function requireUndeleted(volume: VolumeRecord): void {
  if (volume.goneAtMs !== null) throw conflict('The volume is being deleted.');
}

function checkClassAndSize(sim: Simulation, name: string, accessMode: string | null, sizeMb: number): void {
  const storageClass = new Map(Object.entries(sim.settings().storageClasses)).get(name);
  if (!storageClass) throw invalid(sim, 'spec.storageClassName', `there is no storage class ${name}`);
  const { accessModes, minSizeMb, maxSizeMb, stepMb } = storageClass;
  if (accessMode !== null && !accessModes.some((allowed) => allowed === accessMode)) {
    throw invalid(sim, 'spec.accessMode', `${name} offers ${accessModes.join(', ')}`);
  }
  if (sizeMb < minSizeMb || sizeMb > maxSizeMb || sizeMb % stepMb !== 0) {
    const steps = stepMb === 1 ? '' : ` in steps of ${stepMb}`;
    throw invalid(sim, 'spec.storageSize', `${name} has sizes from ${minSizeMb} to ${maxSizeMb} MB${steps}`);
  }
}

function mountRecords(mounts: Mounts): VolumeRecord['mounts'] {
  return mounts.map(({ containerMountPath, volumeMountPath }) => ({
    containerMountPath,
    volumeMountPath: volumeMountPath ?? null,
  }));
}

/** GET /v1/projects/{project}/volumes: the bare array; mounts are not told. */
export function listVolumes(sim: Simulation, call: Call): Reply {
  const { page, pagination } = pageOf(sim, call, sim.store.read(pathParam(call, 'project')).volumes);
  return { status: 200, data: page.map(volumeView), pagination };
}

/** POST /v1/projects/{project}/volumes: 409 if the id that the name gives is in use. */
export function createVolume(sim: Simulation, call: Call, body: CreateBody): Reply {
  const projectId = pathParam(call, 'project');
  sim.store.read(projectId);
  checkTags(sim, body.tags);
  const { accessMode, storageSize } = body.spec;
  const storageClass = body.spec.storageClassName ?? DEFAULT_CLASSES[accessMode];
  checkClassAndSize(sim, storageClass, accessMode, storageSize);
  const owners = [...(body.attachedObjects ?? []), ...(body.owningObject ? [body.owningObject] : [])];
  const nowMs = sim.clock.nowMs();
  const { volumeBindMs } = sim.settings();
  const data = sim.store.change(projectId, (draft) => {
    const id = slugOf(body.name);
    if (draft.volumes.some((volume) => volume.id === id)) {
      throw conflict(`There is already a volume with the same derived identifier ${id}.`);
    }
    if (draft.volumes.length >= MAX_VOLUMES_PER_PROJECT) {
      throw conflict(`The project is limited to ${MAX_VOLUMES_PER_PROJECT} volumes.`);
    }
    const volume: VolumeRecord = {
      id,
      name: body.name,
      tags: body.tags ?? [],
      accessMode,
      storageClass,
      sizeMb: storageSize,
      shownSizeMb: storageSize,
      grownAtMs: null,
      mounts: mountRecords(body.mounts),
      attachedServiceIds: [],
      status: volumeBindMs === 0 ? 'BOUND' : 'PENDING',
      boundAtMs: volumeBindMs === 0 ? null : nowMs + volumeBindMs,
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
      goneAtMs: null,
    };
    for (const owner of owners) {
      const service = requireAttachable(sim, draft, volume, owner);
      volume.attachedServiceIds.push(service.id);
    }
    draft.volumes.push(volume);
    redeployAttached(sim, draft, volume);
    return volumeView(volume);
  });
  return { status: sim.settings().createdStatus, data };
}

/** GET /v1/projects/{project}/volumes/{volume} */
export function getVolume(sim: Simulation, call: Call): Reply {
  const volume = requireVolume(sim.store.read(pathParam(call, 'project')), pathParam(call, 'volume'));
  return { status: 200, data: volumeView(volume) };
}

function grow(sim: Simulation, volume: VolumeRecord, sizeMb: number): void {
  const { shrinkStatus, acceptsSameSize, volumeGrowMs } = sim.settings();
  if (sizeMb < volume.sizeMb || (sizeMb === volume.sizeMb && !acceptsSameSize)) {
    throw new NorthflankError(
      shrinkStatus,
      `The storage size of a volume can only be increased: it has ${volume.sizeMb} MB.`,
    );
  }
  checkClassAndSize(sim, volume.storageClass, null, sizeMb);
  if (sizeMb === volume.sizeMb) return;
  volume.sizeMb = sizeMb;
  if (volumeGrowMs === 0) volume.shownSizeMb = sizeMb;
  volume.grownAtMs = volumeGrowMs === 0 ? null : sim.clock.nowMs() + volumeGrowMs;
}

/** POST /v1/projects/{project}/volumes/{volume}: mounts and growth. The empty answer means accepted, not done. */
export function updateVolume(sim: Simulation, call: Call, body: z.output<typeof updateVolumeSchema>): Reply {
  sim.store.change(pathParam(call, 'project'), (draft) => {
    const volume = requireVolume(draft, pathParam(call, 'volume'));
    requireUndeleted(volume);
    const sizeBeforeMb = volume.sizeMb;
    if (body.spec?.storageSize !== undefined) grow(sim, volume, body.spec.storageSize);
    if (body.mounts) volume.mounts = mountRecords(body.mounts);
    volume.updatedAtMs = sim.clock.nowMs();
    const hasGrown = volume.sizeMb > sizeBeforeMb && sim.settings().growthRedeploys;
    if (body.mounts !== undefined || hasGrown) redeployAttached(sim, draft, volume);
  });
  return { status: 200, data: {} };
}

/** DELETE /v1/projects/{project}/volumes/{volume}: 409 while anything, also a paused service, is attached. */
export function deleteVolume(sim: Simulation, call: Call): Reply {
  sim.store.change(pathParam(call, 'project'), (draft) => {
    const volume = requireVolume(draft, pathParam(call, 'volume'));
    if (volume.attachedServiceIds.length > 0) {
      throw conflict(`The volume is attached to ${volume.attachedServiceIds.join(', ')}: detach it first.`);
    }
    volume.goneAtMs ??= sim.clock.nowMs() + sim.settings().volumeDeleteMs;
  });
  return { status: 200, data: {} };
}
