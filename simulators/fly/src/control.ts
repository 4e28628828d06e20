import { type ControlApp, ControlError, createControlApp, readBody } from '@kiloclaw/simulator-kit/control';
import {
  appChangeSchema,
  changeAppBehindBack,
  changeMachineBehindBack,
  changeVolumeBehindBack,
  dumpState,
  machineChangeSchema,
  volumeChangeSchema,
} from './behind-back.ts';
import { hostViews } from './capacity.ts';
import type { Exchange } from './exchange.ts';
import { faultRequestSchema } from './faults.ts';
import type { Simulation } from './route.ts';
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

function addOwnRoutes(app: ControlApp, sim: Simulation): void {
  app.post('/machines/:id', async (c) => {
    const change = await readBody(c, machineChangeSchema);
    if (!changeMachineBehindBack(sim, c.req.param('id'), change)) {
      throw new ControlError(404, `there is no machine ${c.req.param('id')}, see GET /state`);
    }
    return c.json({ ok: true });
  });
  app.post('/volumes/:id', async (c) => {
    const change = await readBody(c, volumeChangeSchema);
    if (!changeVolumeBehindBack(sim, c.req.param('id'), change)) {
      throw new ControlError(404, `there is no volume ${c.req.param('id')}, see GET /state`);
    }
    return c.json({ ok: true });
  });
  app.post('/apps/:name', async (c) => {
    const change = await readBody(c, appChangeSchema);
    if (!changeAppBehindBack(sim, c.req.param('name'), change)) {
      throw new ControlError(404, `there is no app ${c.req.param('name')}, see GET /state`);
    }
    return c.json({ ok: true });
  });
  app.get('/hosts', (c) => c.json({ hosts: hostViews(sim) }));
}

/** The control port of the kit, with changes behind the client's back. */
export function createFlyControlApp({ exchange, changeSettings, resetSettings }: ControlDeps): ControlApp {
  const { sim, faults, callLog, closing, limiter } = exchange;
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
      limiter.reset();
      resetSettings();
    },
  });
  addOwnRoutes(app, sim);
  return app;
}
