import { CallLog } from '@kiloclaw/simulator-kit/call-log';
import { type Clock, systemClock } from '@kiloclaw/simulator-kit/clock';
import { Faults } from '@kiloclaw/simulator-kit/faults';
import { firstIssue } from '@kiloclaw/simulator-kit/first-issue';
import { type Listener, listen } from '@kiloclaw/simulator-kit/listener';
import { createApiApp } from './api.ts';
import { createNorthflankControlApp } from './control.ts';
import type { Exchange } from './exchange.ts';
import { RateLimit } from './rate-limit.ts';
import { seededRandom } from './seeded-random.ts';
import { DEFAULT_SETTINGS, mergeSettings, type Settings, settingsPatchSchema } from './settings.ts';
import { Store } from './store.ts';

const LOOPBACK = '127.0.0.1';

export interface NorthflankSimulatorOptions {
  /** Port of the API; 0 = any free one. */
  port: number;
  /** Port of the control server, always on loopback; 0 = any free one. */
  controlPort: number;
  /** Folder of the state; made if absent. One simulator at a time may use it. */
  stateDir: string;
  /** The bearer token that the API takes. */
  token: string;
  /** Host of the API; loopback unless told otherwise. */
  host?: string;
  /** Delays and switches that differ from the defaults. */
  settings?: Partial<Settings>;
  /** For tests that move time by hand. */
  clock?: Clock;
}

export interface NorthflankSimulator {
  /** Base of the API, without `/v1`. */
  url: string;
  controlUrl: string;
  /** Drops held calls, frees both ports. The state stays on disk. */
  close(): Promise<void>;
}

function startSettings(settings: Partial<Settings> | undefined): Settings {
  const parsed = settingsPatchSchema.safeParse(settings ?? {});
  if (!parsed.success) throw new Error(`settings: ${firstIssue(parsed.error)}`);
  return mergeSettings(DEFAULT_SETTINGS, parsed.data);
}

/** Starts a simulator. Rejects with one sentence for a taken port, an unwritable folder, an unreadable state or bad settings. */
export async function startNorthflankSimulator(
  options: NorthflankSimulatorOptions,
): Promise<NorthflankSimulator> {
  if (options.token === '') throw new Error('the token is empty: give the one that clients send');
  const initial = startSettings(options.settings);
  let settings = initial;
  const clock = options.clock ?? systemClock;
  const store = new Store(options.stateDir, clock, () => settings);
  const closing = new AbortController();
  const exchange: Exchange = {
    sim: { store, clock, settings: () => settings },
    faults: new Faults(seededRandom),
    callLog: new CallLog(),
    rateLimit: new RateLimit(clock, () => settings),
    token: options.token,
    closing: closing.signal,
  };
  const control = createNorthflankControlApp({
    exchange,
    changeSettings: (patch) => {
      settings = mergeSettings(settings, patch);
      return settings;
    },
    resetSettings: () => {
      settings = initial;
    },
  });
  const listeners: Listener[] = [];
  const close = async (): Promise<void> => {
    // Held calls need no release: their connections are cut, and what never resumes has no effect.
    closing.abort();
    store.close();
    await Promise.all(listeners.map((listener) => listener.close()));
  };
  try {
    const api = await listen(createApiApp(exchange), options.host ?? LOOPBACK, options.port);
    listeners.push(api);
    const controlListener = await listen(control, LOOPBACK, options.controlPort);
    listeners.push(controlListener);
    return { url: api.url, controlUrl: controlListener.url, close };
  } catch (error) {
    await close();
    throw error;
  }
}
