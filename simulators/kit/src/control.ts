import type { HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import type { CallLog } from './call-log.ts';
import type { Clock } from './clock.ts';
import { ANY_ROUTE, type Fault, type Faults, type Firing } from './faults.ts';
import { firstIssue } from './first-issue.ts';

const MAX_POLL_MS = 60_000;
const DEFAULT_POLL_MS = 10_000;
const pollMsSchema = z.coerce.number().int().min(0).max(MAX_POLL_MS);
const releaseSchema = z.strictObject({ mode: z.enum(['proceed', 'drop']) });

/** What every control port works on. */
export interface ControlDeps<Request extends Firing, Settings, Patch> {
  faults: Faults<Request>;
  faultRequestSchema: z.ZodType<Request>;
  callLog: CallLog;
  clock: Clock;
  /** Fires when the simulator closes. */
  closing: AbortSignal;
  /** The routes of the API by their keys. */
  routes: readonly { route: string; mutating: boolean }[];
  settings(): Settings;
  settingsPatchSchema: z.ZodType<Patch>;
  changeSettings(patch: Patch): Settings;
  /** All that is there, with what the wire leaves out. */
  dumpState(): object;
  /** Forgets the state, what was counted and the changed settings. */
  wipe(): void;
}

export type ControlApp = Hono<{ Bindings: HttpBindings }>;

/** A refusal of the control port: one sentence. */
export class ControlError extends Error {
  readonly httpStatus: 400 | 404 | 408 | 409;
  constructor(httpStatus: 400 | 404 | 408 | 409, message: string) {
    super(message);
    this.httpStatus = httpStatus;
  }
}

/** The JSON body held against a schema; 400 names the first wrong field. */
export async function readBody<Schema extends z.ZodType>(
  c: Context,
  schema: Schema,
): Promise<z.output<Schema>> {
  const json: unknown = await c.req.json().catch(() => {
    throw new ControlError(400, 'the body must be JSON');
  });
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw new ControlError(400, firstIssue(parsed.error));
  return parsed.data;
}

function requireFault<Request extends Firing>(faults: Faults<Request>, id: string): Fault<Request> {
  const fault = faults.find(id);
  if (!fault) throw new ControlError(404, `there is no fault ${id}, see GET /faults`);
  return fault;
}

function addFaultRoutes<Request extends Firing, Settings, Patch>(
  app: ControlApp,
  { faults, faultRequestSchema, routes, clock, closing }: ControlDeps<Request, Settings, Patch>,
): void {
  app.post('/faults', async (c) => {
    const request = await readBody(c, faultRequestSchema);
    if (request.route !== ANY_ROUTE && !routes.some(({ route }) => route === request.route)) {
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
    const fault = requireFault(faults, c.req.param('id'));
    const timeoutMs = pollMsSchema.safeParse(c.req.query('timeoutMs') ?? DEFAULT_POLL_MS);
    if (!timeoutMs.success) {
      throw new ControlError(400, `timeoutMs: whole milliseconds from 0 to ${MAX_POLL_MS}`);
    }
    const isHeld = await fault.untilHeld(clock, timeoutMs.data, closing);
    if (!isHeld) throw new ControlError(408, `fault ${fault.id} holds no call yet`);
    return c.json({ held: true });
  });
  app.post('/faults/:id/release', async (c) => {
    const { mode } = await readBody(c, releaseSchema);
    const fault = requireFault(faults, c.req.param('id'));
    if (!fault.release(mode)) {
      throw new ControlError(
        409,
        `fault ${fault.id} holds no call now, wait with GET /faults/${fault.id}/held`,
      );
    }
    return c.json({ ok: true });
  });
}

function addLogRoutes(app: ControlApp, callLog: CallLog): void {
  app.get('/calls', (c) => c.json({ calls: callLog.calls() }));
  app.get('/counters', (c) => c.json(callLog.counters()));
  app.post('/counters/reset', (c) => {
    callLog.reset();
    return c.json({ ok: true });
  });
}

/**
 * The control port's application: faults, the log of calls, settings, the state and its end. Changes behind the
 * client's back are added by the provider's simulator.
 */
export function createControlApp<Request extends Firing, Settings extends object, Patch>(
  deps: ControlDeps<Request, Settings, Patch>,
): ControlApp {
  const { faults, callLog, routes, settingsPatchSchema } = deps;
  const app: ControlApp = new Hono();
  addFaultRoutes(app, deps);
  addLogRoutes(app, callLog);
  app.get('/routes', (c) => c.json({ routes }));
  app.get('/settings', (c) => c.json(deps.settings()));
  app.post('/settings', async (c) => c.json(deps.changeSettings(await readBody(c, settingsPatchSchema))));
  app.get('/state', (c) => c.json(deps.dumpState()));
  app.post('/reset', (c) => {
    faults.clear();
    deps.wipe();
    callLog.reset();
    return c.json({ ok: true });
  });
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
