import { z } from 'zod';
import { badRequest, invalidArgument, notFound } from './errors.ts';
import { currentLease, type Lease, takeLease } from './lease.ts';
import { changeMachine, requireMachine } from './machine-lookup.ts';
import { type Call, parseBody, pathParam, type Reply, type Simulation } from './route.ts';

const DEFAULT_TTL_S = 30;
const MAX_TTL_S = 24 * 60 * 60;

/** Seconds that a lease may be asked for. */
export const ttlSchema = z.coerce.number().int().min(1).max(MAX_TTL_S);

const acquireSchema = z.looseObject({
  ttl: z.int().min(1).max(MAX_TTL_S).optional(),
  description: z.string().optional(),
});

// The wire has an envelope around what the machine-readable document describes bare.
function envelope(lease: Lease): Record<string, unknown> {
  const { nonce, owner, description, version, expiresAtMs } = lease;
  const data = { nonce, expires_at: Math.floor(expiresAtMs / 1000), owner, description, version };
  return { status: 'success', data };
}

/** GET .../lease: 404 while nobody holds one. */
export function getLease(sim: Simulation, call: Call): Reply {
  const machine = requireMachine(sim.store.read(pathParam(call, 'app')), pathParam(call, 'machine'));
  const lease = currentLease(machine, sim.clock.nowMs());
  if (lease === null) throw notFound('lease not found');
  return { status: 200, body: envelope(lease) };
}

/** POST .../lease: 409 while somebody else holds one; with the nonce of the one that holds, it lasts longer. */
export function acquireLease(sim: Simulation, call: Call): Reply {
  const body = call.bodyText.trim() === '' ? {} : parseBody(call, acquireSchema);
  const ttl = ttlSchema.safeParse(call.query.get('ttl') ?? body.ttl ?? DEFAULT_TTL_S);
  if (!ttl.success) throw invalidArgument(`ttl must be whole seconds from 1 to ${MAX_TTL_S}`);
  const lease = changeMachine(sim, call, (machine) => {
    const nowMs = sim.clock.nowMs();
    // Strict where nothing is documented: what has run out can't be made to last longer.
    if (call.leaseNonce !== null && currentLease(machine, nowMs) === null) {
      throw notFound('lease not found, acquire one without a nonce');
    }
    return takeLease(machine, nowMs, { ttlS: ttl.data, description: body.description ?? '' });
  });
  return { status: 201, body: envelope(lease) };
}

/** DELETE .../lease: 400 without the nonce, 409 with another than the one that holds. */
export function releaseLease(sim: Simulation, call: Call): Reply {
  if (call.leaseNonce === null)
    throw badRequest('invalid_argument: header fly-machine-lease-nonce is missing');
  changeMachine(sim, call, (machine) => {
    if (currentLease(machine, sim.clock.nowMs()) === null) throw notFound('lease not found');
    machine.lease = null;
  });
  return { status: 200, body: { ok: true } };
}
