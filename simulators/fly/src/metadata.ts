import { z } from 'zod';
import type { AppDocument } from './documents.ts';
import { failedPrecondition, notFound } from './errors.ts';
import { metadataOf, requireMachine } from './machine-lookup.ts';
import { type Call, parseBody, pathParam, type Reply, type Simulation } from './route.ts';

const mergeSchema = z.looseObject({
  metadata: z.record(z.string(), z.string().nullable()),
  machine_version: z.string().optional(),
});

const valueSchema = z.looseObject({ value: z.string() });

// Metadata writes neither restart the machine nor mint a version here; whether the service mints one is unconfirmed.
function merge(draft: AppDocument, call: Call, changes: Record<string, string | null>): void {
  const machine = requireMachine(draft, pathParam(call, 'machine'));
  const merged = Object.entries({ ...metadataOf(machine), ...changes }).filter(([, value]) => value);
  machine.config = { ...machine.config, metadata: Object.fromEntries(merged) };
}

function currentMetadata(sim: Simulation, call: Call): Record<string, string> {
  return metadataOf(requireMachine(sim.store.read(pathParam(call, 'app')), pathParam(call, 'machine')));
}

/** GET .../metadata */
export function getMetadata(sim: Simulation, call: Call): Reply {
  return { status: 200, body: currentMetadata(sim, call) };
}

/** PATCH .../metadata (PUT is its deprecated alias): merges; null or "" removes; 412 if `machine_version` is stale. */
export function patchMetadata(sim: Simulation, call: Call): Reply {
  const body = parseBody(call, mergeSchema);
  sim.store.change(pathParam(call, 'app'), (draft) => {
    const { instanceId } = requireMachine(draft, pathParam(call, 'machine'));
    if (body.machine_version !== undefined && body.machine_version !== instanceId) {
      throw failedPrecondition(`machine_version does not match the machine's version ${instanceId}`);
    }
    merge(draft, call, body.metadata);
  });
  return { status: 204 };
}

/** GET .../metadata/{key} */
export function getMetadataKey(sim: Simulation, call: Call): Reply {
  const value = new Map(Object.entries(currentMetadata(sim, call))).get(pathParam(call, 'key'));
  if (value === undefined) throw notFound('metadata key not found');
  return { status: 200, body: { value } };
}

/** POST .../metadata/{key} */
export function setMetadataKey(sim: Simulation, call: Call): Reply {
  const { value } = parseBody(call, valueSchema);
  sim.store.change(pathParam(call, 'app'), (draft) =>
    merge(draft, call, { [pathParam(call, 'key')]: value }),
  );
  return { status: 204 };
}

/** DELETE .../metadata/{key} */
export function deleteMetadataKey(sim: Simulation, call: Call): Reply {
  sim.store.change(pathParam(call, 'app'), (draft) => merge(draft, call, { [pathParam(call, 'key')]: null }));
  return { status: 204 };
}
