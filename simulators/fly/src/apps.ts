import { z } from 'zod';
import type { AppDocument } from './documents.ts';
import { FlyError, invalidArgument, notFound, unprocessable } from './errors.ts';
import { newAppId } from './ids.ts';
import { type Call, parseBody, pathParam, queryFlag, type Reply, type Simulation } from './route.ts';

// The documentation spells the field `app_name`, the machine-readable document `name`.
const createAppSchema = z.looseObject({
  app_name: z.string().optional(),
  name: z.string().optional(),
  org_slug: z.string().optional(),
  network: z.string().optional(),
  enable_subdomains: z.boolean().optional(),
  idempotency_key: z.string().optional(),
});

// App names key files on disk as well: this pattern is what makes them safe there.
const APP_NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** An app as the wire shows it. */
export function appView(document: Readonly<AppDocument>): Record<string, unknown> {
  const { app, machines, volumes } = document;
  return {
    id: app.id,
    internal_numeric_id: app.numericId,
    name: app.name,
    network: app.network,
    organization: { name: app.orgSlug, slug: app.orgSlug },
    status: machines.length > 0 ? 'deployed' : 'pending',
    machine_count: machines.filter((machine) => machine.state !== 'destroyed').length,
    volume_count: volumes.length,
  };
}

// One key stands for one app: with another name it is refused.
function requireUnusedKey(sim: Simulation, name: string, key: string | undefined): void {
  if (key === undefined) return;
  const holder = sim.store.appNames().find((other) => sim.store.find(other)?.app.idempotencyKey === key);
  if (holder !== undefined && holder !== name) {
    throw unprocessable('Validation failed: Idempotency key was used for an app of another name');
  }
}

/** 403 for an app of others, 404 for one that is too new to be known everywhere. */
export function requireAccess(sim: Simulation, call: Call): void {
  const appName = call.params.app;
  const app = appName === undefined ? undefined : sim.store.find(appName)?.app;
  if (app === undefined) return;
  if (app.isForeign) throw new FlyError(403, 'permission_denied: not authorized to access this app');
  if (app.visibleAtMs > sim.clock.nowMs()) throw notFound('app not found');
}

/** POST /v1/apps: names are one global namespace; 422 `name_taken`. The same key and name again answers the first app. */
export function createApp(sim: Simulation, call: Call): Reply {
  const body = parseBody(call, createAppSchema);
  const name = body.app_name ?? body.name ?? '';
  if (!APP_NAME.test(name)) {
    throw unprocessable(
      'Validation failed: Name must be 1 to 63 lowercase letters, digits and dashes, starting with a letter or digit',
    );
  }
  const orgSlug = body.org_slug ?? '';
  if (orgSlug === '') throw unprocessable("Validation failed: Organization can't be blank");
  const idempotencyKey = body.idempotency_key;
  requireUnusedKey(sim, name, idempotencyKey);
  const taken = sim.store.find(name)?.app;
  if (taken !== undefined && idempotencyKey !== undefined && taken.idempotencyKey === idempotencyKey) {
    return { status: 201, body: { id: taken.id, created_at: taken.createdAtMs } };
  }
  if (taken !== undefined) {
    throw unprocessable('Validation failed: Name has already been taken', 'name_taken');
  }
  const createdAtMs = sim.clock.nowMs();
  const app = {
    id: newAppId(),
    numericId: createdAtMs,
    name,
    orgSlug,
    network: body.network ?? 'default',
    createdAtMs,
    visibleAtMs: queryFlag(call, 'wait') ? 0 : createdAtMs + sim.settings().appVisibleMs,
    isForeign: false,
    ...(idempotencyKey !== undefined && { idempotencyKey }),
  };
  sim.store.add({ app, machines: [], volumes: [] });
  return { status: 201, body: { id: app.id, created_at: createdAtMs } };
}

/** GET /v1/apps?org_slug= */
export function listApps(sim: Simulation, call: Call): Reply {
  const orgSlug = call.query.get('org_slug');
  if (orgSlug === null || orgSlug === '') throw invalidArgument('query parameter org_slug is required');
  const apps = sim.store
    .appNames()
    .map((name) => sim.store.read(name))
    .filter(({ app }) => app.orgSlug === orgSlug && !app.isForeign && app.visibleAtMs <= sim.clock.nowMs())
    .map(appView);
  return { status: 200, body: { total_apps: apps.length, apps } };
}

/** GET /v1/apps/{app} */
export function getApp(sim: Simulation, call: Call): Reply {
  return { status: 200, body: appView(sim.store.read(pathParam(call, 'app'))) };
}

/** DELETE /v1/apps/{app}: takes machines and volumes with it, at once. */
export function deleteApp(sim: Simulation, call: Call): Reply {
  const name = pathParam(call, 'app');
  sim.store.read(name);
  sim.store.remove(name);
  return { status: 202 };
}
