import { planOf } from './catalog.ts';
import { advanceContainers, occupyingContainers } from './containers.ts';
import type { ProjectDocument, ServiceRecord, VolumeRecord } from './documents.ts';
import { advanceRollout, type RolloutContext } from './rollout.ts';
import type { Settings } from './settings.ts';

// Nothing here waits or notifies, so time needs no timers: what is due is applied when somebody looks.

const MAX_PHASES = 10;

/** What containers take up. */
export interface Load {
  vcpu: number;
  ramMb: number;
}

/** What the containers of a project take up now. */
export function loadOf(document: Readonly<ProjectDocument>, nowMs: number): Load {
  const load = { vcpu: 0, ramMb: 0 };
  for (const container of document.services.flatMap((service) => occupyingContainers(service, nowMs))) {
    const plan = planOf(container.plan);
    load.vcpu += plan?.vcpu ?? 0;
    load.ramMb += plan?.ramMb ?? 0;
  }
  return load;
}

/** Whether containers of a plan fit beside a load into what the region has. */
export function fits(settings: Settings, region: string, load: Load, planId: string, count: number): boolean {
  const capacity = new Map(Object.entries(settings.capacity)).get(region);
  const plan = planOf(planId);
  if (capacity === undefined || plan === null) return true;
  return load.vcpu + count * plan.vcpu <= capacity.vcpu && load.ramMb + count * plan.ramMb <= capacity.ramMb;
}

const isDue = (atMs: number | null, nowMs: number): boolean => atMs !== null && atMs <= nowMs;

function advanceService(service: ServiceRecord, context: RolloutContext): boolean {
  let changed = false;
  for (let phase = 0; phase < MAX_PHASES; phase += 1) {
    changed = advanceContainers(service, context.nowMs, context.settings) || changed;
    if (!advanceRollout(service, context)) break;
    changed = true;
  }
  return changed;
}

function advanceVolume(volume: VolumeRecord, nowMs: number): boolean {
  let changed = false;
  if (isDue(volume.boundAtMs, nowMs)) {
    volume.status = 'BOUND';
    volume.boundAtMs = null;
    changed = true;
  }
  if (isDue(volume.grownAtMs, nowMs)) {
    volume.shownSizeMb = volume.sizeMb;
    volume.grownAtMs = null;
    changed = true;
  }
  return changed;
}

/** Lets go of a service: its volumes are free, or go with it. */
export function releaseVolumes(document: ProjectDocument, serviceId: string, takesVolumes: boolean): void {
  const isAttached = (volume: VolumeRecord) => volume.attachedServiceIds.includes(serviceId);
  if (takesVolumes) document.volumes = document.volumes.filter((volume) => !isAttached(volume));
  for (const volume of document.volumes) {
    volume.attachedServiceIds = volume.attachedServiceIds.filter((id) => id !== serviceId);
  }
}

function dropGone(document: ProjectDocument, nowMs: number): boolean {
  const gone = document.services.filter(({ goneAtMs }) => isDue(goneAtMs, nowMs));
  for (const service of gone) releaseVolumes(document, service.id, service.takesVolumes);
  document.services = document.services.filter((service) => !gone.includes(service));
  const volumes = document.volumes.filter(({ goneAtMs }) => !isDue(goneAtMs, nowMs));
  const changed = gone.length > 0 || volumes.length < document.volumes.length;
  document.volumes = volumes;
  return changed;
}

/** What a project's time depends on besides itself. */
export interface AdvanceContext {
  nowMs: number;
  settings: Settings;
  /** What all other projects of the region take up; asked only where the region has an end. */
  loadElsewhere(): Load;
}

/** Applies everything that is due by now; answers whether anything changed. */
export function advance(document: ProjectDocument, context: AdvanceContext): boolean {
  const { nowMs, settings } = context;
  const { region } = document.project;
  const hasRoom = (plan: string, count: number): boolean => {
    if (!(region in settings.capacity)) return true;
    const elsewhere = context.loadElsewhere();
    const here = loadOf(document, nowMs);
    const load = { vcpu: elsewhere.vcpu + here.vcpu, ramMb: elsewhere.ramMb + here.ramMb };
    return fits(settings, region, load, plan, count);
  };
  let changed = false;
  for (const service of document.services) {
    const rolloutContext = { nowMs, settings, volumes: document.volumes, hasRoom };
    changed = advanceService(service, rolloutContext) || changed;
  }
  for (const volume of document.volumes) changed = advanceVolume(volume, nowMs) || changed;
  return dropGone(document, nowMs) || changed;
}

/** Whether `advance` may have something to do: what waits for room or for the settings always may. */
export function mayAdvance(document: Readonly<ProjectDocument>, nowMs: number): boolean {
  const isServiceDue = ({ rollout, goneAtMs, containers }: ServiceRecord): boolean =>
    isDue(goneAtMs, nowMs) ||
    (rollout !== null && (rollout.dueAtMs ?? nowMs) <= nowMs) ||
    containers.some(
      (container) =>
        isDue(container.goneAtMs, nowMs) ||
        (container.status === 'TASK_KILLING' && isDue(container.killedAtMs, nowMs)),
    );
  return (
    document.services.some(isServiceDue) ||
    document.volumes.some(({ boundAtMs, grownAtMs, goneAtMs }) =>
      [boundAtMs, grownAtMs, goneAtMs].some((atMs) => isDue(atMs, nowMs)),
    )
  );
}
