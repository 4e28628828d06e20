/** What may be written behind `npm start --`. */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { StartError } from './start-error.ts';
import {
  DEFAULT_API_PORT,
  DEFAULT_WEB_PORT,
  PORT_MAX,
  PortSchema,
  readStartSettings,
  type StartSettings,
} from './start-settings.ts';

export const REPOSITORY_ROOT = fileURLToPath(new URL('../../', import.meta.url)).replace(/\/$/, '');

export const USAGE = `Starts KiloClaw on this machine: Postgres, the simulators, docker-local, the control plane, the console.

npm start -- [flags]
  --no-demo        do not make the demo fleet at the first start; with KILOCLAW_ENV=production none is made
  --port N         port of the console (KILOCLAW_WEB_PORT, else ${DEFAULT_WEB_PORT}); the platform API takes the
                   next one (or KILOCLAW_API_PORT, else ${DEFAULT_API_PORT}); 0 takes any free ones
  --data-dir DIR   where everything is kept (KILOCLAW_DATA_DIR, else .kiloclaw in the repository)
  --reset          forget everything in the data folder first; machines at a real provider or in a
                   container engine stay as they are, so destroy their instances before
  --help           show this

Ctrl-C stops everything; the next start finds it as it was.
`;

export interface Flags {
  readonly demo: boolean;
  /** 0 takes any free port. */
  readonly webPort: number;
  readonly apiPort: number;
  /** Absolute. */
  readonly dataDir: string;
  readonly reset: boolean;
  readonly help: boolean;
  /** From one round over the registry to the next. */
  readonly sweepIntervalMs: number;
}

type Env = Readonly<Record<string, string | undefined>>;

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        'no-demo': { type: 'boolean', default: false },
        port: { type: 'string' },
        'data-dir': { type: 'string' },
        reset: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    const [reason = 'The flags are not understood'] = error instanceof Error ? error.message.split('. ') : [];
    throw new StartError(`${reason}: see "npm start -- --help".`);
  }
}

/** Throws `StartError`. */
function portOfFlag(text: string): number {
  const port = PortSchema.safeParse(text);
  if (port.success) return port.data;
  throw new StartError(`--port ${port.error.issues[0]?.message}.`);
}

function portsOf(flag: string | undefined, settings: StartSettings): Pick<Flags, 'webPort' | 'apiPort'> {
  const asked = flag === undefined ? undefined : portOfFlag(flag);
  const next = asked === undefined || asked === PORT_MAX ? DEFAULT_API_PORT : asked === 0 ? 0 : asked + 1;
  return {
    webPort: asked ?? settings.KILOCLAW_WEB_PORT,
    apiPort: settings.KILOCLAW_API_PORT ?? next,
  };
}

/** Reads the flags, and the variables that stand behind them. Throws `StartError` for what is not understood. */
export function readFlags(args: readonly string[], env: Env): Flags {
  const values = parse(args);
  if (values['data-dir'] === '') throw new StartError('--data-dir must name a folder.');
  const settings = readStartSettings(env);
  const dataDir = values['data-dir'] ?? settings.KILOCLAW_DATA_DIR ?? `${REPOSITORY_ROOT}/.kiloclaw`;
  return {
    demo: !values['no-demo'] && env.KILOCLAW_ENV !== 'production',
    ...portsOf(values.port, settings),
    // npm changes into the repository; a relative folder is meant from where the person stood.
    dataDir: resolve(env.INIT_CWD ?? process.cwd(), dataDir),
    reset: values.reset,
    help: values.help,
    sweepIntervalMs: settings.KILOCLAW_SWEEP_S * 1_000,
  };
}
