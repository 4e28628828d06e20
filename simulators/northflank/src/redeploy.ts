import { fits, type Load, loadOf } from './advance.ts';
import type { ProjectDocument, ServiceRecord, VolumeRecord } from './documents.ts';
import { conflict, NorthflankError } from './errors.ts';
import { beginRedeploy, isRecreated, wantedContainers } from './rollout.ts';
import type { Simulation } from './route.ts';

/** Refuses a change of a service whose rollout runs, where the settings say so (409). */
export function requireNoRollout(sim: Simulation, service: ServiceRecord): void {
  if (service.rollout !== null && sim.settings().changeDuringRollout === 'refuse') {
    throw conflict('A rollout of this service is in progress.');
  }
}

/** Refuses (422) what has no room in the region, where the settings say that the call is what meets it. */
export function requireRoom(
  sim: Simulation,
  document: Readonly<ProjectDocument>,
  service: ServiceRecord,
): void {
  const settings = sim.settings();
  const { region, id } = document.project;
  if (settings.withoutRoom !== 'refuse' || !(region in settings.capacity)) return;
  const elsewhere = sim.store.loadElsewhere(region, id);
  const others = document.services.filter((other) => other !== service);
  // What is replaced makes room only where it ends before the new one starts.
  const counted = isRecreated(service, document.volumes) ? others : document.services;
  const here = loadOf({ ...document, services: counted }, sim.clock.nowMs());
  const load: Load = { vcpu: elsewhere.vcpu + here.vcpu, ramMb: elsewhere.ramMb + here.ramMb };
  if (!fits(settings, region, load, service.plan, wantedContainers(service))) {
    throw new NorthflankError(422, `There is not enough capacity for ${service.plan} in ${region}.`);
  }
}

/** Replaces the containers of a service, if it is to run any or has any left. */
export function redeploy(sim: Simulation, service: ServiceRecord): void {
  beginRedeploy(service, sim.clock.nowMs(), sim.settings());
}

/** Replaces the containers of every service that a volume is attached to. */
export function redeployAttached(sim: Simulation, draft: ProjectDocument, volume: VolumeRecord): void {
  for (const service of draft.services) {
    if (volume.attachedServiceIds.includes(service.id) && service.goneAtMs === null) redeploy(sim, service);
  }
}
