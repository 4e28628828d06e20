import { type ControlApp, ControlError, createControlApp, readBody } from '@kiloclaw/simulator-kit/control';
import {
  changeServiceBehindBack,
  changeVolumeBehindBack,
  dumpState,
  serviceChangeSchema,
  volumeChangeSchema,
} from './behind-back.ts';
import type { Exchange } from './exchange.ts';
import { faultRequestSchema } from './faults.ts';
import { routeKey } from './route.ts';
import { isMutating, ROUTES } from './routes.ts';
import { type Settings, type SettingsPatch, settingsPatchSchema } from './settings.ts';

const ROUTE_LIST = ROUTES.map((route) => ({ route: routeKey(route), mutating: isMutating(route.method) }));

/** What the control port works on, beside the exchange: the settings that it may change. */
export interface ControlDeps {
  exchange: Exchange;
  changeSettings(patch: SettingsPatch): Settings;
  resetSettings(): void;
}

function addOwnRoutes(app: ControlApp, { sim, rateLimit }: Exchange): void {
  app.post('/services/:project/:id', async (c) => {
    const { project, id } = c.req.param();
    if (!changeServiceBehindBack(sim, project, id, await readBody(c, serviceChangeSchema))) {
      throw new ControlError(404, `there is no service ${id} in ${project}, see GET /state`);
    }
    return c.json({ ok: true });
  });
  app.post('/volumes/:project/:id', async (c) => {
    const { project, id } = c.req.param();
    if (!changeVolumeBehindBack(sim, project, id, await readBody(c, volumeChangeSchema))) {
      throw new ControlError(404, `there is no volume ${id} in ${project}, see GET /state`);
    }
    return c.json({ ok: true });
  });
  app.post('/rate-limit/reset', (c) => {
    rateLimit.reset();
    return c.json({ ok: true });
  });
}

/** The control port of the kit, with changes behind the client's back. */
export function createNorthflankControlApp({
  exchange,
  changeSettings,
  resetSettings,
}: ControlDeps): ControlApp {
  const { sim, faults, callLog, closing, rateLimit } = exchange;
  const app = createControlApp({
    faults,
    faultRequestSchema,
    callLog,
    clock: sim.clock,
    closing,
    routes: ROUTE_LIST,
    settings: () => sim.settings(),
    settingsPatchSchema,
    changeSettings,
    dumpState: () => dumpState(sim),
    wipe: () => {
      sim.store.clear();
      rateLimit.reset();
      resetSettings();
    },
  });
  addOwnRoutes(app, exchange);
  return app;
}
