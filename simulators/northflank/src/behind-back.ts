import { z } from 'zod';
import { releaseVolumes } from './advance.ts';
import { addContainers, failContainers, moveContainers, startedContainers } from './containers.ts';
import type { ProjectDocument, ServiceRecord } from './documents.ts';
import { showStatus } from './rollout.ts';
import type { Simulation } from './route.ts';
import { serviceView } from './service-view.ts';
import { volumeView } from './volumes.ts';

// What happens without any call of the client under test: somebody else's hand, the cluster, the vendor.
// On purpose not held to the lists of plans and words: a client must survive what it does not know.

/** What `POST /services/{project}/{service}` takes. */
export const serviceChangeSchema = z
  .strictObject({
    /** At once, and without a rollout. */
    plan: z.string().min(1).max(64).optional(),
    instances: z.int().min(0).max(1000).optional(),
    paused: z.boolean().optional(),
    tags: z.array(z.string()).optional(),
    description: z.string().optional(),
    /** Ends the running rollout. */
    status: z.string().min(1).max(64).optional(),
    /** The word of every container that runs. */
    containerStatus: z.string().min(1).max(64).optional(),
    /** Running containers die, as for want of memory, and others take their place at once. */
    crash: z.literal(true).optional(),
    delete: z.literal(true).optional(),
  })
  .refine((change) => Object.keys(change).length > 0, {
    message: 'give plan, status, crash, delete or another',
  });

/** What `POST /volumes/{project}/{volume}` takes. */
export const volumeChangeSchema = z
  .strictObject({
    storageSize: z.int().min(1).max(1_000_000_000).optional(),
    status: z.string().min(1).max(64).optional(),
    tags: z.array(z.string()).optional(),
    attachedServiceIds: z.array(z.string()).optional(),
    delete: z.literal(true).optional(),
  })
  .refine((change) => Object.keys(change).length > 0, {
    message: 'give storageSize, status, delete or another',
  });

type ServiceChange = z.infer<typeof serviceChangeSchema>;

function crash(sim: Simulation, service: ServiceRecord, nowMs: number): void {
  const running = startedContainers(service);
  failContainers(running, nowMs, sim.settings());
  addContainers(service, running.length, nowMs);
  moveContainers(service, 'TASK_STAGING', 'TASK_RUNNING', nowMs);
}

function applyServiceChange(sim: Simulation, service: ServiceRecord, change: ServiceChange): void {
  const nowMs = sim.clock.nowMs();
  service.plan = change.plan ?? service.plan;
  service.paused = change.paused ?? service.paused;
  service.tags = change.tags ?? service.tags;
  service.description = change.description ?? service.description;
  if (change.instances !== undefined) service.deployment.instances = change.instances;
  if (change.crash) crash(sim, service, nowMs);
  if (change.containerStatus !== undefined) {
    moveContainers(service, 'TASK_RUNNING', change.containerStatus, nowMs);
  }
  if (change.status === undefined) return;
  service.rollout = null;
  showStatus(service, change.status, service.statusReason, nowMs);
}

/** Changes a service; false if there is none with this id. A deletion is at once and frees its volumes. */
export function changeServiceBehindBack(
  sim: Simulation,
  projectId: string,
  serviceId: string,
  change: ServiceChange,
): boolean {
  if (!sim.store.find(projectId)?.services.some(({ id }) => id === serviceId)) return false;
  sim.store.change(projectId, (draft) => {
    for (const service of draft.services) {
      if (service.id === serviceId) applyServiceChange(sim, service, change);
    }
    if (!change.delete) return;
    draft.services = draft.services.filter(({ id }) => id !== serviceId);
    releaseVolumes(draft, serviceId, false);
  });
  return true;
}

/** Changes a volume; false if there is none with this id. It may shrink here, and vanish while attached. */
export function changeVolumeBehindBack(
  sim: Simulation,
  projectId: string,
  volumeId: string,
  change: z.infer<typeof volumeChangeSchema>,
): boolean {
  if (!sim.store.find(projectId)?.volumes.some(({ id }) => id === volumeId)) return false;
  sim.store.change(projectId, (draft) => {
    for (const volume of draft.volumes.filter(({ id }) => id === volumeId)) {
      volume.sizeMb = change.storageSize ?? volume.sizeMb;
      volume.shownSizeMb = change.storageSize ?? volume.shownSizeMb;
      volume.tags = change.tags ?? volume.tags;
      volume.attachedServiceIds = change.attachedServiceIds ?? volume.attachedServiceIds;
      if (change.status === undefined) continue;
      volume.status = change.status;
      volume.boundAtMs = null;
    }
    if (change.delete) draft.volumes = draft.volumes.filter(({ id }) => id !== volumeId);
  });
  return true;
}

function projectOf({ project }: Readonly<ProjectDocument>): object {
  const { id, name, description, region } = project;
  return { id, name, description, region };
}

/** The truth of this moment, for test harnesses: as the wire shows it, with what it leaves out. */
export function dumpState(sim: Simulation): Record<string, unknown> {
  const documents = sim.store.projectIds().map((id) => sim.store.read(id));
  return {
    projects: documents.map(projectOf),
    services: documents.flatMap((document) =>
      document.services.map((service) => ({
        ...serviceView(sim, document, service),
        runtimeEnvironment: service.runtimeEnvironment,
        containers: service.containers.map(({ name, plan, status }) => ({ name, plan, status })),
      })),
    ),
    volumes: documents.flatMap(({ project, volumes }) =>
      volumes.map((volume) => ({ projectId: project.id, ...volumeView(volume), mounts: volume.mounts })),
    ),
    secrets: documents.flatMap(({ project, secrets }) =>
      secrets.map(({ id, secretType, priority }) => ({ projectId: project.id, id, secretType, priority })),
    ),
  };
}
