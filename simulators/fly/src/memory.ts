import { z } from 'zod';
import type { MachineRecord } from './documents.ts';
import { invalidArgument } from './errors.ts';
import { guestSchema } from './guest-rules.ts';
import { changeMachine, requireMachine, requireState } from './machine-lookup.ts';
import { type Call, parseBody, pathParam, type Reply, type Simulation } from './route.ts';

const limitSchema = z.looseObject({ limit_mb: z.int().min(1) });
const reclaimSchema = z.looseObject({ amount_mb: z.int().min(1) });

// No guest runs here, so that all it may have is available.
function memoryView(machine: MachineRecord): { limit_mb: number; available_mb: number } {
  const guest = guestSchema.safeParse(machine.config.guest);
  const limitMb = machine.memoryLimitMb ?? guest.data?.memory_mb ?? 0;
  return { limit_mb: limitMb, available_mb: limitMb };
}

/** GET .../memory */
export function getMemory(sim: Simulation, call: Call): Reply {
  const machine = requireMachine(sim.store.read(pathParam(call, 'app')), pathParam(call, 'machine'));
  requireState(machine, 'read memory of', ['started']);
  return { status: 200, body: memoryView(machine) };
}

/** PUT .../memory: live, without a restart; 400 above `max_memory_mb`, or where that is not set the guest's memory. */
export function setMemory(sim: Simulation, call: Call): Reply {
  const body = parseBody(call, limitSchema);
  const view = changeMachine(sim, call, (machine) => {
    requireState(machine, 'set memory of', ['started']);
    const guest = guestSchema.safeParse(machine.config.guest).data;
    const mostMb = guest?.max_memory_mb ?? guest?.memory_mb ?? 0;
    if (body.limit_mb > mostMb) throw invalidArgument(`limit_mb: at most ${mostMb} for this machine`);
    machine.memoryLimitMb = body.limit_mb;
    return memoryView(machine);
  });
  return { status: 200, body: view };
}

/** POST .../memory/reclaim: asks the guest to give memory back; the limit stays. */
export function reclaimMemory(sim: Simulation, call: Call): Reply {
  const body = parseBody(call, reclaimSchema);
  const { available_mb } = changeMachine(sim, call, (machine) => {
    requireState(machine, 'reclaim memory of', ['started']);
    return memoryView(machine);
  });
  return { status: 200, body: { actual_mb: Math.min(body.amount_mb, available_mb) } };
}
