import type { MachineRecord } from './documents.ts';
import { aborted } from './errors.ts';
import { newLeaseNonce, newUlid } from './ids.ts';
import type { Call } from './route.ts';

// The simulator knows one token, and so one owner.
const OWNER = 'api-token';

export type Lease = NonNullable<MachineRecord['lease']>;

/** The lease that holds now: an expired one is none. */
export function currentLease(machine: MachineRecord, nowMs: number): Lease | null {
  return machine.lease !== null && machine.lease.expiresAtMs > nowMs ? machine.lease : null;
}

/** 409 in the service's words if the machine is leased and the call does not bring the nonce. */
export function requireLease(machine: MachineRecord, call: Pick<Call, 'leaseNonce'>, nowMs: number): void {
  const lease = currentLease(machine, nowMs);
  if (lease === null || lease.nonce === call.leaseNonce) return;
  const expiresAt = new Date(lease.expiresAtMs).toISOString();
  throw aborted(`machine ID ${machine.id} lease currently held by ${lease.owner}, expires at ${expiresAt}`);
}

/** Leases the machine anew, or makes the lease that holds last longer: then its nonce stays. */
export function takeLease(
  machine: MachineRecord,
  nowMs: number,
  { ttlS, description }: { ttlS: number; description: string },
): Lease {
  const held = currentLease(machine, nowMs);
  const lease = {
    nonce: held?.nonce ?? newLeaseNonce(),
    owner: OWNER,
    description: description === '' ? (held?.description ?? '') : description,
    version: newUlid(nowMs),
    expiresAtMs: nowMs + ttlS * 1000,
  };
  machine.lease = lease;
  return lease;
}
