import { z } from 'zod';
import type { AppDocument } from './documents.ts';
import { invalidArgument, unprocessable } from './errors.ts';
import { newAppId } from './ids.ts';
import { type Call, parseBody, pathParam, type Reply, type Simulation } from './route.ts';

// The documentation spells the field `app_name`, the machine-readable document `name`.
const createAppSchema = z.looseObject({
  app_name: z.string().optional(),
  name: z.string().optional(),
  org_slug: z.string().optional(),
  network: z.string().optional(),
  enable_subdomains: z.boolean().optional(),
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

/** POST /v1/apps: names are one global namespace; 422 `name_taken`. */
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
  if (sim.store.find(name) !== null) {
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
    visibleAtMs: 0,
    isForeign: false,
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
    .filter((document) => document.app.orgSlug === orgSlug)
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
