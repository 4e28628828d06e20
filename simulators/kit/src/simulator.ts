import type { HttpBindings } from '@hono/node-server';
import type { Hono } from 'hono';
import type { Clock } from './clock.ts';
import { type Listener, listen } from './listener.ts';

const LOOPBACK = '127.0.0.1';

/** Where a simulator listens. */
export interface Ports {
  /** Port of the API; 0 = any free one. */
  port: number;
  /** Port of the control server, always on loopback; 0 = any free one. */
  controlPort: number;
  /** Host of the API; loopback unless told otherwise. */
  host?: string;
}

export interface SimulatorOptions<Settings> extends Ports {
  /** Folder of the state; made if absent. One simulator at a time may use it. */
  stateDir: string;
  /** The bearer token that the API takes. */
  token: string;
  /** Delays and switches that differ from the defaults. */
  settings?: Partial<Settings>;
  /** For tests that move time by hand. */
  clock?: Clock;
}

export interface Simulator {
  /** Base of the API, without `/v1`. */
  url: string;
  controlUrl: string;
  /** Drops held and waiting calls, frees both ports. The state stays on disk. */
  close(): Promise<void>;
}

type App = Hono<{ Bindings: HttpBindings }>;

/**
 * Opens both ports. `end` comes first when the simulator closes, and when a port cannot be had: that rejects with one
 * sentence.
 */
export async function openPorts(
  { api, control }: { api: App; control: App },
  { port, controlPort, host = LOOPBACK }: Ports,
  end: () => void,
): Promise<Simulator> {
  const listeners: Listener[] = [];
  const close = async (): Promise<void> => {
    end();
    await Promise.all(listeners.map((listener) => listener.close()));
  };
  try {
    const apiListener = await listen(api, host, port);
    listeners.push(apiListener);
    const controlListener = await listen(control, LOOPBACK, controlPort);
    listeners.push(controlListener);
    return { url: apiListener.url, controlUrl: controlListener.url, close };
  } catch (error) {
    await close();
    throw error;
  }
}
