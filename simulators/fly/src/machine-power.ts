import { z } from 'zod';
import { reserve } from './capacity.ts';
import { changeMachine, requireState } from './machine-lookup.ts';
import { beginRestart, beginStart, beginStop, beginSuspend } from './machine-transitions.ts';
import { type Call, parseBody, type Reply, type Simulation } from './route.ts';

const SIGNALS = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGKILL', 'SIGUSR1', 'SIGUSR2', 'SIGTERM'];
const GO_DURATION = /^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/;

const signal = z.enum(SIGNALS, `must be one of ${SIGNALS.join(', ')}`);
const duration = z.string().regex(GO_DURATION, 'must be a duration such as "10s"');
const stopSchema = z.looseObject({ signal: signal.optional(), timeout: duration.optional() });

/**
 * POST .../start: harmless on one that runs; 412 while another transition is not done, a fresh creation included; 409
 * where its host has no room for it any more.
 */
export function startMachine(sim: Simulation, call: Call): Reply {
  const previousState = changeMachine(sim, call, (machine, draft) => {
    const before = machine.state;
    if (before === 'started' || before === 'starting') return before;
    requireState(machine, 'start', ['created', 'stopped', 'suspended', 'failed']);
    reserve(sim, draft, machine, machine.config.guest);
    beginStart(machine, sim.clock.nowMs(), sim.settings());
    return before;
  });
  return { status: 200, body: { previous_state: previousState, migrated: false, new_host: '' } };
}

/** POST .../stop: harmless on one that is down; also cuts a start short. */
export function stopMachine(sim: Simulation, call: Call): Reply {
  if (call.bodyText.trim() !== '') parseBody(call, stopSchema);
  changeMachine(sim, call, (machine) => {
    if (machine.state === 'stopped' || machine.state === 'stopping') return;
    if (machine.state !== 'starting') requireState(machine, 'stop', ['started', 'suspended']);
    beginStop(machine, sim.clock.nowMs(), sim.settings());
  });
  return { status: 200, body: { ok: true } };
}

const restartQuerySchema = z.object({ signal: signal.optional(), timeout: duration.optional() });

/** POST .../restart: of a running machine; the version stays. */
export function restartMachine(sim: Simulation, call: Call): Reply {
  parseBody({ ...call, bodyText: JSON.stringify(Object.fromEntries(call.query)) }, restartQuerySchema);
  changeMachine(sim, call, (machine) => {
    requireState(machine, 'restart', ['started']);
    beginRestart(machine, sim.clock.nowMs(), sim.settings());
  });
  return { status: 200, body: { ok: true } };
}

/** POST .../suspend: of a running machine; a start resumes it. */
export function suspendMachine(sim: Simulation, call: Call): Reply {
  changeMachine(sim, call, (machine) => {
    if (machine.state === 'suspended' || machine.state === 'suspending') return;
    requireState(machine, 'suspend', ['started']);
    beginSuspend(machine, sim.clock.nowMs(), sim.settings());
  });
  return { status: 200, body: { ok: true } };
}

function setCordoned(sim: Simulation, call: Call, cordoned: boolean): Reply {
  changeMachine(sim, call, (machine) => {
    machine.cordoned = cordoned;
  });
  return { status: 200, body: { ok: true } };
}

/** POST .../cordon: out of the proxy's routing; the state stays. */
export function cordonMachine(sim: Simulation, call: Call): Reply {
  return setCordoned(sim, call, true);
}

/** POST .../uncordon */
export function uncordonMachine(sim: Simulation, call: Call): Reply {
  return setCordoned(sim, call, false);
}
