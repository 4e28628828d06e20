import { z } from 'zod';
import type { AppDocument, MachineRecord } from './documents.ts';
import { failedPrecondition, notFound } from './errors.ts';
import { requireLease } from './lease.ts';
import { type Call, pathParam, type Simulation } from './route.ts';

/** The machine with this id; 404 if there is none (any more). */
export function requireMachine(document: Readonly<AppDocument>, machineId: string): MachineRecord {
  const machine = document.machines.find((candidate) => candidate.id === machineId);
  if (!machine) throw notFound('machine not found');
  return machine;
}

/** 412 in the service's words unless the machine may now be acted upon. */
export function requireState(machine: MachineRecord, verb: string, allowed: readonly string[]): void {
  if (machine.state === 'replacing') {
    throw failedPrecondition(`machine getting replaced, refusing to ${verb}`);
  }
  if (machine.upcoming.length > 0 || !allowed.includes(machine.state)) {
    throw failedPrecondition(`unable to ${verb} machine from current state: '${machine.state}'`);
  }
}

/** Changes the call's machine; 409 while somebody else holds a lease on it. */
export function changeMachine<Result>(
  sim: Simulation,
  call: Call,
  mutate: (machine: MachineRecord, draft: AppDocument) => Result,
): Result {
  return sim.store.change(pathParam(call, 'app'), (draft) => {
    const machine = requireMachine(draft, pathParam(call, 'machine'));
    requireLease(machine, call, sim.clock.nowMs());
    return mutate(machine, draft);
  });
}

/** The machine's tags. */
export function metadataOf(machine: MachineRecord): Record<string, string> {
  return z.record(z.string(), z.string()).catch({}).parse(machine.config.metadata);
}
