import { z } from 'zod';
import type { MachineRecord } from './documents.ts';
import { FlyError, failedPrecondition, invalidArgument, notFound } from './errors.ts';
import { requireMachine } from './machine-lookup.ts';
import { RESTING_STATES } from './machine-transitions.ts';
import { type Call, pathParam, type Reply, type Simulation } from './route.ts';

const WAITABLE_STATES = ['started', 'stopped', 'suspended', 'destroyed', 'failed', 'settled'];
const MIN_TIMEOUT_S = 1;
const MAX_TIMEOUT_S = 60;

const timeoutSchema = z.coerce.number().int().catch(Number.NaN);

interface Wish {
  states: string[];
  version: string | null;
  /** What happened up to this event does not count. */
  fromEventId: string | null;
  timeoutMs: number;
}

function parseWish(query: URLSearchParams): Wish {
  const words = query
    .getAll('state')
    .flatMap((value) => value.split(','))
    .filter((word) => word !== '');
  const states = words.length === 0 ? ['started'] : words;
  const unknown = states.find((state) => !WAITABLE_STATES.includes(state));
  if (unknown !== undefined) {
    throw invalidArgument(`state "${unknown}" can't be waited for, use ${WAITABLE_STATES.join(', ')}`);
  }
  const timeoutText = query.get('timeout') ?? '';
  const timeoutS = timeoutText === '' ? MAX_TIMEOUT_S : timeoutSchema.parse(timeoutText);
  if (Number.isNaN(timeoutS)) throw invalidArgument('timeout must be whole seconds');
  if (timeoutS < MIN_TIMEOUT_S || timeoutS > MAX_TIMEOUT_S) {
    throw invalidArgument('invalid WaitMachineRequest.Timeout: value must be inside range [1s, 1m0s]');
  }
  const version = query.get('version') ?? query.get('instance_id');
  if (states.includes('stopped') && !version) {
    throw invalidArgument('version (instance_id) is required when waiting for stopped');
  }
  const fromEventId = query.get('from_event_id') || null;
  return { states, version: version || null, fromEventId, timeoutMs: timeoutS * 1000 };
}

function isReached(machine: MachineRecord, { states, fromEventId }: Wish): boolean {
  if (fromEventId !== null && fromEventId === machine.events.at(-1)?.id) return false;
  if (states.includes(machine.state)) return true;
  const isSettled = machine.upcoming.length === 0 && RESTING_STATES.includes(machine.state);
  return isSettled && states.includes('settled');
}

function reached(version: string, state: string, eventId: string | undefined): Reply {
  return {
    status: 200,
    body: { ok: true, version, state, ...(eventId !== undefined && { event_id: eventId }) },
  };
}

function failureText(states: string[], state: string): string {
  return `machine failed to reach desired state, ${states.join(' or ')}, currently ${state}`;
}

// One look: an answer, a refusal (thrown), or null = wait on.
function look(sim: Simulation, call: Call, wish: Wish, lastVersion: string): Reply | null {
  const document = sim.store.find(pathParam(call, 'app'));
  const machine = document?.machines.find((candidate) => candidate.id === pathParam(call, 'machine'));
  if (!machine) {
    // Gone while it was waited for. With a short tombstone nobody may ever see `destroyed`.
    if (wish.states.includes('destroyed')) return reached(lastVersion, 'destroyed', undefined);
    throw notFound('machine not found');
  }
  if (wish.version !== null && wish.version !== machine.instanceId) {
    if (!machine.replacedVersions.includes(wish.version)) throw notFound('machine version not found');
    throw failedPrecondition(failureText(wish.states, 'replaced'));
  }
  if (!isReached(machine, wish)) return null;
  return reached(machine.instanceId, machine.state, machine.events.at(-1)?.id);
}

/**
 * GET .../wait: 200 as soon as the state is reached, 408 when the time (1 to 60 whole seconds) is over, 412 once the
 * version waited for has been replaced.
 */
export async function waitForMachine(sim: Simulation, call: Call): Promise<Reply> {
  const appName = pathParam(call, 'app');
  const { instanceId } = requireMachine(sim.store.read(appName), pathParam(call, 'machine'));
  const wish = parseWish(call.query);
  const atOnce = look(sim, call, wish, instanceId);
  if (atOnce) return atOnce;
  return new Promise<Reply>((resolve, reject) => {
    const end = (settle: () => void): void => {
      unsubscribe();
      cancelTimer();
      call.gone.removeEventListener('abort', onGone);
      settle();
    };
    const check = (): void => {
      try {
        const reply = look(sim, call, wish, instanceId);
        if (reply) end(() => resolve(reply));
      } catch (error) {
        end(() => reject(error));
      }
    };
    const onTimeout = (): void => {
      const machines = sim.store.find(appName)?.machines ?? [];
      const state =
        machines.find((machine) => machine.id === pathParam(call, 'machine'))?.state ?? 'destroyed';
      end(() => reject(new FlyError(408, `deadline_exceeded: ${failureText(wish.states, state)}`)));
    };
    const onGone = (): void =>
      end(() => reject(new FlyError(408, 'deadline_exceeded: nobody waits any more')));
    const unsubscribe = sim.store.subscribe(appName, check);
    const cancelTimer = sim.clock.setTimer(wish.timeoutMs, onTimeout);
    call.gone.addEventListener('abort', onGone);
    if (call.gone.aborted) onGone();
  });
}
