import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import { requireVolumeFits } from './attachments.ts';
import type { ProjectDocument, ServiceRecord } from './documents.ts';
import { conflict, notFound } from './errors.ts';
import { redeploy, requireNoRollout, requireRoom } from './redeploy.ts';
import { beginRollout, instancesOf } from './rollout.ts';
import { type Call, invalid, pathParam, type Reply, type Simulation } from './route.ts';
import {
  applyWorkload,
  checkServiceBody,
  type PatchServiceBody,
  type scaleSchema,
  type updateDeploymentSchema,
} from './service-body.ts';
import { changedServiceView } from './service-view.ts';

// What containers are made from: where it differs they are replaced. Instances and words of the service are not in it.
function workloadOf(service: ServiceRecord): unknown {
  const { plan, ports, runtimeEnvironment, extras } = service;
  const { instances: _instances, ...deployment } = service.deployment;
  return structuredClone({ plan, ports, runtimeEnvironment, extras, deployment });
}

/** Runs a change on a service that is not being deleted. */
export function changeOne<Result>(
  sim: Simulation,
  call: Call,
  serviceId: string,
  mutate: (service: ServiceRecord, draft: ProjectDocument) => Result,
): Result {
  return sim.store.change(pathParam(call, 'project'), (draft) => {
    const service = draft.services.find(({ id }) => id === serviceId);
    if (!service) throw notFound('Service');
    if (service.goneAtMs !== null) throw conflict('The service is being deleted.');
    const result = mutate(service, draft);
    service.updatedAtMs = sim.clock.nowMs();
    return result;
  });
}

/**
 * Changes a service and rolls it out as far as it differs. The answer has the new plan and the status of before.
 * A paused service stays paused whatever it is told: resuming is a call of its own.
 */
export function changeService(sim: Simulation, call: Call, serviceId: string, body: PatchServiceBody): Reply {
  checkServiceBody(sim, body);
  const data = changeOne(sim, call, serviceId, (service, draft) => {
    const workloadBefore = workloadOf(service);
    const instancesBefore = instancesOf(service);
    applyWorkload(service, body);
    for (const volume of draft.volumes) {
      if (volume.attachedServiceIds.includes(service.id)) requireVolumeFits(sim, draft, volume, service);
    }
    const isReplaced = !isDeepStrictEqual(workloadOf(service), workloadBefore);
    const isScaled = instancesOf(service) !== instancesBefore;
    if (isReplaced || isScaled) {
      requireNoRollout(sim, service);
      if (!service.paused) requireRoom(sim, draft, service);
      if (isReplaced) redeploy(sim, service);
      else if (!service.paused) scaleContainers(sim, service);
    }
    return changedServiceView(sim, draft, service);
  });
  return { status: 200, data };
}

/** Rolls out another number of containers; those that are there stay as far as they are wanted. */
export function scaleContainers(sim: Simulation, service: ServiceRecord): void {
  beginRollout(service, sim.clock.nowMs(), sim.settings(), { reason: 'SCALING', replaces: false });
}

/** PATCH /v1/projects/{project}/services/deployment/{service}: any part of what a create takes, but the name. */
export function patchService(sim: Simulation, call: Call, body: PatchServiceBody): Reply {
  const lacksInstances = body.deployment !== undefined && body.deployment.instances === undefined;
  if (lacksInstances && sim.settings().patchNeedsInstances) {
    throw invalid(sim, 'deployment.instances', 'is required where deployment is given');
  }
  return changeService(sim, call, pathParam(call, 'service'), body);
}

/** POST /v1/projects/{project}/services/{service}/deployment: another image. */
export function updateDeployment(
  sim: Simulation,
  call: Call,
  body: z.output<typeof updateDeploymentSchema>,
): Reply {
  if (!body.external && !body.docker) throw invalid(sim, 'external', 'is required');
  const deployment = {
    ...(body.external ? { external: body.external } : {}),
    ...(body.docker ? { docker: body.docker } : {}),
  };
  changeService(sim, call, pathParam(call, 'service'), { deployment });
  return { status: 200, data: {} };
}

/** POST /v1/projects/{project}/services/{service}/scale: deprecated for PATCH, and works all the same. */
export function scaleService(sim: Simulation, call: Call, body: z.output<typeof scaleSchema>): Reply {
  const { instances, deploymentPlan, storage, gracePeriodSeconds } = body;
  const deployment = {
    ...(instances === undefined ? {} : { instances }),
    ...(storage === undefined ? {} : { storage }),
    ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
  };
  changeService(sim, call, pathParam(call, 'service'), {
    deployment,
    ...(deploymentPlan === undefined ? {} : { billing: { deploymentPlan } }),
  });
  return { status: 200, data: {} };
}
