import { z } from 'zod';
import type { MachineEvent, MachineRecord } from './documents.ts';
import { invalidArgument } from './errors.ts';
import { newUlid } from './ids.ts';
import { requireMachine } from './machine-lookup.ts';
import { type Call, pathParam, type Reply, type Simulation } from './route.ts';

const MAX_EVENTS = 50;
const DEFAULT_LIMIT = 20;

const limitSchema = z.coerce.number().int().min(1).max(MAX_EVENTS);

/** Notes what happened to a machine; the oldest is forgotten first. */
export function recordEvent(machine: MachineRecord, event: Omit<MachineEvent, 'id'>): void {
  const id = newUlid(event.timestampMs);
  machine.events = [...machine.events, { id, ...event }].slice(-MAX_EVENTS);
}

/** An event as the wire shows it. */
function eventView(event: MachineEvent): Record<string, unknown> {
  const { id, type, status, source, timestampMs, exit } = event;
  return {
    id,
    type,
    status,
    source,
    timestamp: timestampMs,
    ...(exit && {
      request: {
        exit_event: {
          exit_code: exit.exitCode,
          signal: exit.signal,
          error: '',
          guest_exit_code: exit.isOutOfMemory ? 0 : exit.exitCode,
          guest_signal: -1,
          guest_error: '',
          oom_killed: exit.isOutOfMemory,
          requested_stop: exit.isRequested,
          restarting: exit.isRestarting,
          exited_at: new Date(timestampMs).toISOString(),
        },
        restart_count: exit.restartCount,
      },
    }),
  };
}

/** The newest events, newest first. */
export function eventViews(machine: MachineRecord, limit = DEFAULT_LIMIT): Record<string, unknown>[] {
  return machine.events.slice(-limit).reverse().map(eventView);
}

/** GET .../events?limit=: 20 unless told otherwise, 50 at most, newest first. */
export function listEvents(sim: Simulation, call: Call): Reply {
  const limit = limitSchema.safeParse(call.query.get('limit') ?? DEFAULT_LIMIT);
  if (!limit.success) throw invalidArgument(`limit must be a whole number from 1 to ${MAX_EVENTS}`);
  const machine = requireMachine(sim.store.glimpse(pathParam(call, 'app')), pathParam(call, 'machine'));
  return { status: 200, body: eventViews(machine, limit.data) };
}
