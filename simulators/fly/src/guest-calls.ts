import { z } from 'zod';
import { invalidArgument } from './errors.ts';
import { exitBySelf } from './machine-life.ts';
import { changeMachine, requireMachine, requireState } from './machine-lookup.ts';
import { type Call, parseBody, pathParam, type Reply, type Simulation } from './route.ts';

// No guest runs here: what it would do is told in the simplest way that callers can work with.

const SIGNAL_NUMBERS: ReadonlyMap<string, number> = new Map([
  ['SIGHUP', 1],
  ['SIGINT', 2],
  ['SIGQUIT', 3],
  ['SIGILL', 4],
  ['SIGTRAP', 5],
  ['SIGABRT', 6],
  ['SIGFPE', 8],
  ['SIGKILL', 9],
  ['SIGUSR1', 10],
  ['SIGSEGV', 11],
  ['SIGUSR2', 12],
  ['SIGPIPE', 13],
  ['SIGALRM', 14],
  ['SIGTERM', 15],
]);
const HARMLESS_SIGNALS = ['SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGALRM', 'SIGPIPE'].map((name) =>
  SIGNAL_NUMBERS.get(name),
);
const EXIT_CODE_BY_SIGNAL = 128;

// The command line sends the number.
const signalSchema = z.looseObject({ signal: z.union([z.string(), z.int()]) });

const execSchema = z
  .looseObject({
    command: z.array(z.string()).min(1).optional(),
    cmd: z.string().min(1).optional(),
    timeout: z.int().min(0).optional(),
    stdin: z.string().optional(),
  })
  .refine(({ command, cmd }) => command !== undefined || cmd !== undefined, {
    path: ['command'],
    message: 'is required',
  });

/** POST .../signal: of a running machine; its process ends by most of them, and its restart policy decides what is next. */
export function signalMachine(sim: Simulation, call: Call): Reply {
  const { signal } = parseBody(call, signalSchema);
  const number = typeof signal === 'number' ? signal : SIGNAL_NUMBERS.get(signal);
  if (number === undefined || ![...SIGNAL_NUMBERS.values()].includes(number)) {
    throw invalidArgument(`signal: must be one of ${[...SIGNAL_NUMBERS.keys()].join(', ')}`);
  }
  changeMachine(sim, call, (machine) => {
    requireState(machine, 'signal', ['started']);
    if (HARMLESS_SIGNALS.includes(number)) return;
    const exit = { exitCode: EXIT_CODE_BY_SIGNAL + number, signal: number, isOutOfMemory: false };
    exitBySelf(machine, sim.clock.nowMs(), sim.settings(), exit);
  });
  return { status: 200, body: { ok: true } };
}

/** POST .../exec: of a running machine. `echo` echoes; any other command is not found. */
export function execInMachine(sim: Simulation, call: Call): Reply {
  const { command, cmd } = parseBody(call, execSchema);
  changeMachine(sim, call, (machine) => requireState(machine, 'exec in', ['started']));
  const [program = '', ...words] = command ?? (cmd ?? '').split(' ');
  const isEcho = program === 'echo';
  return {
    status: 200,
    body: {
      exit_code: isEcho ? 0 : 127,
      exit_signal: 0,
      stdout: isEcho ? `${words.join(' ')}\n` : '',
      stderr: isEcho ? '' : `${program}: command not found\n`,
    },
  };
}

/** GET .../ps: the one process of a running machine. */
export function listProcesses(sim: Simulation, call: Call): Reply {
  const machine = requireMachine(sim.store.read(pathParam(call, 'app')), pathParam(call, 'machine'));
  requireState(machine, 'list processes of', ['started']);
  const init = { pid: 1, command: '/init', directory: '/', cpu: 0, rss: 0, rtime: 0, stime: 0 };
  return { status: 200, body: [{ ...init, listen_sockets: [] }] };
}
