/** The lease that keeps others' hands off the machine for a while. Fly asks for its nonce with every write under it. */

import { isKind } from '../adapter-error.ts';
import type { InstanceTags, ResourcesLearned } from '../provider.ts';
import type { Fly } from './apps.ts';
import { flyError, hasReason } from './errors.ts';
import type { FlyResources } from './names.ts';
import { ROUTES } from './routes.ts';
import { type Lease, LeaseSchema, TakenLeaseSchema } from './schemas.ts';

/** As long as a change of size takes to be asked for: after a crash, nobody can write for that long. */
const LEASE_S = 120;
const NONCE_HEADER = 'fly-machine-lease-nonce';

const NOT_HELD: ResourcesLearned = { leaseNonce: null, leaseExpiresAtMs: null };

function nonceHeader(nonce: string | null): { headers?: Readonly<Record<string, string>> } {
  return nonce === null ? {} : { headers: { [NONCE_HEADER]: nonce } };
}

/** The nonce of a lease that has not run out, or null. */
function heldNonce({ now }: Fly, { leaseNonce, leaseExpiresAtMs }: FlyResources): string | null {
  return leaseExpiresAtMs !== null && leaseExpiresAtMs > now() ? leaseNonce : null;
}

/** What a write to the recorded machine has to show while we hold it. */
export function underLease(fly: Fly, own: FlyResources): { headers?: Readonly<Record<string, string>> } {
  return nonceHeader(heldNonce(fly, own));
}

/** Takes the lease, or makes one that we hold last longer; `conflict` while somebody else holds it. */
export async function holdMachine(
  fly: Fly,
  tags: InstanceTags,
  own: FlyResources,
): Promise<ResourcesLearned> {
  if (own.machineId === null) throw flyError('not_found', 'No machine at Fly is recorded for this instance.');
  const params = { app: own.appName, machine: own.machineId };
  const description = `kiloclaw ${tags.fleetId} ${tags.instanceId}`;
  const take = (nonce: string | null) =>
    fly.client.call(ROUTES.takeLease, {
      params,
      body: { ttl: LEASE_S, description },
      ...nonceHeader(nonce),
      schema: TakenLeaseSchema,
    });
  const nonce = heldNonce(fly, own);
  try {
    return learnedOf(await take(nonce));
  } catch (error) {
    // Ours ran out sooner than we reckoned: there is nothing to make last longer.
    if (nonce !== null && isKind(error, 'not_found', 'invalid', 'precondition'))
      return learnedOf(await take(null));
    if (!hasReason(error, 'lease_held')) throw error;
    const lease = await fly.client.call(ROUTES.readLease, { params, schema: LeaseSchema }).catch(() => null);
    // Taken by a call of ours whose answer was lost: the description is this instance's alone.
    if (lease === null || lease.description !== description || !lease.nonce) throw error;
    return learnedOf(lease);
  }
}

function learnedOf({ nonce, expires_at }: Lease): ResourcesLearned {
  return { leaseNonce: nonce, leaseExpiresAtMs: expires_at * 1_000 };
}

/** Gives the lease back; one that has run out, or is somebody else's by now, is a success. */
export async function releaseMachine(fly: Fly, own: FlyResources): Promise<ResourcesLearned> {
  const nonce = heldNonce(fly, own);
  if (own.machineId === null || nonce === null) return NOT_HELD;
  const params = { app: own.appName, machine: own.machineId };
  try {
    await fly.client.ask(ROUTES.releaseLease, { params, ...nonceHeader(nonce) });
  } catch (error) {
    if (!isKind(error, 'not_found') && !hasReason(error, 'lease_held')) throw error;
  }
  return NOT_HELD;
}
