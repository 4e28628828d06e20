import { CallLog } from '@kiloclaw/simulator-kit/call-log';
import { systemClock } from '@kiloclaw/simulator-kit/clock';
import { Faults } from '@kiloclaw/simulator-kit/faults';
import { firstIssue } from '@kiloclaw/simulator-kit/first-issue';
import { openPorts, type Simulator, type SimulatorOptions } from '@kiloclaw/simulator-kit/simulator';
import { createApiApp } from './api.ts';
import { createNorthflankControlApp } from './control.ts';
import type { Exchange } from './exchange.ts';
import { RateLimit } from './rate-limit.ts';
import { seededRandom } from './seeded-random.ts';
import { DEFAULT_SETTINGS, mergeSettings, type Settings, settingsPatchSchema } from './settings.ts';
import { Store } from './store.ts';

export type NorthflankSimulatorOptions = SimulatorOptions<Settings>;
export type NorthflankSimulator = Simulator;

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
  return openPorts({ api: createApiApp(exchange), control }, options, () => {
    // Held calls need no release: their connections are cut, and what never resumes has no effect.
    closing.abort();
    store.close();
  });
}
