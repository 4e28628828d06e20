import { z } from 'zod';
import { conflict } from './errors.ts';
import { redeploy, requireNoRollout, requireRoom } from './redeploy.ts';
import { type Call, pathParam, type Reply, type Simulation } from './route.ts';
import { changeOne, scaleContainers } from './service-changes.ts';

const MAX_INSTANCES = 20;

export const resumeSchema = z.looseObject({
  instances: z.int().min(0).max(MAX_INSTANCES).optional(),
  disabledCI: z.boolean().optional(),
  disabledCD: z.boolean().optional(),
});

/** POST .../pause: ends the containers and keeps configuration and volumes. */
export function pauseService(sim: Simulation, call: Call): Reply {
  changeOne(sim, call, pathParam(call, 'service'), (service) => {
    if (service.paused) {
      if (sim.settings().acceptsRepeatedPause) return;
      throw conflict('The service is paused already.');
    }
    service.paused = true;
    scaleContainers(sim, service);
  });
  return { status: 200, data: {} };
}

/** POST .../resume: 409 if it is not paused. */
export function resumeService(sim: Simulation, call: Call, body: z.output<typeof resumeSchema>): Reply {
  changeOne(sim, call, pathParam(call, 'service'), (service, draft) => {
    if (!service.paused) throw conflict('The service could not be resumed as it is not paused.');
    service.paused = false;
    if (body.instances !== undefined) service.deployment.instances = body.instances;
    service.disabledCI = body.disabledCI ?? service.disabledCI;
    service.disabledCD = body.disabledCD ?? service.disabledCD;
    requireRoom(sim, draft, service);
    scaleContainers(sim, service);
  });
  return { status: 200, data: {} };
}

/** POST .../restart: replaces the containers; 409 while it is paused. */
export function restartService(sim: Simulation, call: Call): Reply {
  changeOne(sim, call, pathParam(call, 'service'), (service) => {
    if (service.paused) throw conflict('The service is paused.');
    requireNoRollout(sim, service);
    redeploy(sim, service);
  });
  return { status: 200, data: {} };
}
