import { parseArgs } from 'node:util';
import type { Simulator } from './simulator.ts';

const USAGE = 'usage: --port <port> --control-port <port> --state-dir <folder> --token <token>';
const MAX_PORT = 65_535;

function required(value: string | undefined, flag: string): string {
  if (value === undefined || value === '') throw new Error(`--${flag} is missing; ${USAGE}`);
  return value;
}

function portOf(value: string | undefined, flag: string): number {
  const port = Number(required(value, flag));
  if (!Number.isInteger(port) || port < 0 || port > MAX_PORT) {
    throw new Error(`--${flag} must be a port from 0 (any free one) to ${MAX_PORT}`);
  }
  return port;
}

function readArgs() {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      'control-port': { type: 'string' },
      'state-dir': { type: 'string' },
      token: { type: 'string' },
    },
  });
  return {
    port: portOf(values.port, 'port'),
    controlPort: portOf(values['control-port'], 'control-port'),
    stateDir: required(values['state-dir'], 'state-dir'),
    token: required(values.token, 'token'),
  };
}

/**
 * A simulator's command: starts it as the flags say, prints its addresses as one line of JSON, and ends it on SIGINT
 * and SIGTERM. What goes wrong is told in one sentence that begins with `name`, with exit code 1.
 */
export async function runCommand(
  name: string,
  start: (options: ReturnType<typeof readArgs>) => Promise<Simulator>,
): Promise<void> {
  try {
    const simulator = await start(readArgs());
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        simulator.close().then(() => process.exit(0));
      });
    }
    process.stdout.write(`${JSON.stringify({ url: simulator.url, controlUrl: simulator.controlUrl })}\n`);
  } catch (error) {
    process.stderr.write(`${name}: ${error instanceof Error ? error.message : 'unknown error'}\n`);
    process.exitCode = 1;
  }
}
