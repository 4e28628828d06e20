import type { HttpBindings } from '@hono/node-server';
import { ANY_ROUTE, type Fault } from '@kiloclaw/simulator-kit/faults';
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import {
  changeServiceBehindBack,
  changeVolumeBehindBack,
  dumpState,
  serviceChangeSchema,
  volumeChangeSchema,
} from './behind-back.ts';
import { firstIssue } from './errors.ts';
import type { Exchange } from './exchange.ts';
import { type FaultRequest, faultRequestSchema } from './faults.ts';
import { routeKey } from './route.ts';
import { isMutating, ROUTES } from './routes.ts';
import { type Settings, type SettingsPatch, settingsPatchSchema } from './settings.ts';

const MAX_POLL_MS = 60_000;
const DEFAULT_POLL_MS = 10_000;
const pollMsSchema = z.coerce.number().int().min(0).max(MAX_POLL_MS);
const releaseSchema = z.strictObject({ mode: z.enum(['proceed', 'drop']) });

const ROUTE_LIST = ROUTES.map((route) => ({ route: routeKey(route), mutating: isMutating(route.method) }));
const ROUTE_KEYS = new Set(ROUTE_LIST.map(({ route }) => route));

/** What the control port works on, beside the exchange: the settings that it may change. */
export interface ControlDeps {
  exchange: Exchange;
  changeSettings(patch: SettingsPatch): Settings;
  resetSettings(): void;
}

type ControlApp = Hono<{ Bindings: HttpBindings }>;

class ControlError extends Error {
  readonly httpStatus: 400 | 404 | 408 | 409;
  constructor(httpStatus: 400 | 404 | 408 | 409, message: string) {
    super(message);
    this.httpStatus = httpStatus;
  }
}

async function readBody<Schema extends z.ZodType>(c: Context, schema: Schema): Promise<z.output<Schema>> {
  const json: unknown = await c.req.json().catch(() => {
    throw new ControlError(400, 'the body must be JSON');
  });
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw new ControlError(400, firstIssue(parsed.error));
  return parsed.data;
}

function requireFault(deps: ControlDeps, id: string): Fault<FaultRequest> {
  const fault = deps.exchange.faults.find(id);
  if (!fault) throw new ControlError(404, `there is no fault ${id}, see GET /faults`);
  return fault;
}

function addFaultRoutes(app: ControlApp, deps: ControlDeps): void {
  const { faults, sim, closing } = deps.exchange;
  app.post('/faults', async (c) => {
    const request = await readBody(c, faultRequestSchema);
    if (request.route !== ANY_ROUTE && !ROUTE_KEYS.has(request.route)) {
      throw new ControlError(400, `route: unknown route "${request.route}", see GET /routes`);
    }
    const fault = faults.arm(request);
    if (!fault) throw new ControlError(409, 'too many faults are armed, clear them with DELETE /faults');
    return c.json({ id: fault.id }, 201);
  });
  app.get('/faults', (c) => c.json({ faults: faults.list().map((fault) => fault.view()) }));
  app.delete('/faults', (c) => {
    faults.clear();
    return c.json({ ok: true });
  });
  app.get('/faults/:id/held', async (c) => {
    const fault = requireFault(deps, c.req.param('id'));
    const timeoutMs = pollMsSchema.safeParse(c.req.query('timeoutMs') ?? DEFAULT_POLL_MS);
    if (!timeoutMs.success) {
      throw new ControlError(400, `timeoutMs: whole milliseconds from 0 to ${MAX_POLL_MS}`);
    }
    const isHeld = await fault.untilHeld(sim.clock, timeoutMs.data, closing);
    if (!isHeld) throw new ControlError(408, `fault ${fault.id} holds no call yet`);
    return c.json({ held: true });
  });
  app.post('/faults/:id/release', async (c) => {
    const { mode } = await readBody(c, releaseSchema);
    const fault = requireFault(deps, c.req.param('id'));
    if (!fault.release(mode)) {
      throw new ControlError(
        409,
        `fault ${fault.id} holds no call now, wait with GET /faults/${fault.id}/held`,
      );
    }
    return c.json({ ok: true });
  });
}

function addLogRoutes(app: ControlApp, deps: ControlDeps): void {
  const { callLog } = deps.exchange;
  app.get('/routes', (c) => c.json({ routes: ROUTE_LIST }));
  app.get('/calls', (c) => c.json({ calls: callLog.calls() }));
  app.get('/counters', (c) => c.json(callLog.counters()));
  app.post('/counters/reset', (c) => {
    callLog.reset();
    return c.json({ ok: true });
  });
}

function addStateRoutes(app: ControlApp, deps: ControlDeps): void {
  const { sim, faults, callLog, rateLimit } = deps.exchange;
  app.get('/settings', (c) => c.json(sim.settings()));
  app.post('/settings', async (c) => c.json(deps.changeSettings(await readBody(c, settingsPatchSchema))));
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
  app.get('/state', (c) => c.json(dumpState(sim)));
  app.post('/reset', (c) => {
    faults.clear();
    sim.store.clear();
    callLog.reset();
    rateLimit.reset();
    deps.resetSettings();
    return c.json({ ok: true });
  });
}

/** The control port's application: faults, the log of calls, settings, and changes behind the client's back. */
export function createControlApp(deps: ControlDeps): ControlApp {
  const app: ControlApp = new Hono();
  addFaultRoutes(app, deps);
  addLogRoutes(app, deps);
  addStateRoutes(app, deps);
  app.notFound((c) =>
    c.json({ error: `there is no ${c.req.method} ${c.req.path} on the control port` }, 404),
  );
  app.onError((error, c) => {
    if (error instanceof ControlError) return c.json({ error: error.message }, error.httpStatus);
    process.stderr.write(`control port: ${error.message}\n`);
    return c.json({ error: 'the simulator failed, see its log' }, 500);
  });
  return app;
}
