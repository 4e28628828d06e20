/** Makes the demo fleet, once: what each data folder has made of it stands in a file there. */
import { randomUUID } from 'node:crypto';
import type { Settings } from '@kiloclaw/control-plane/settings';
import { createPlatformClient } from '@kiloclaw/platform-contract';
import { z } from 'zod';
import type { DataFolder } from '../data-folder.ts';
import type { SimulatedProvider } from '../providers.ts';
import { untilAborted } from '../until-aborted.ts';
import { DEMO_FLEET, type DemoInstance } from './fleet.ts';
import { createDemoMaker, type DemoMaker, type Who } from './maker.ts';
import { createSimulatedPast, type SimulatedPast } from './simulated-past.ts';

/** By user: made before the first request, so that a start that was cut short asks for the same instances again. */
const SeedSchema = z.record(z.string(), z.object({ instanceId: z.uuid(), isSeeded: z.boolean() }));
type Seed = z.infer<typeof SeedSchema>;

const NOBODY = 'demo-admin';

export interface DemoOptions {
  readonly folder: DataFolder;
  readonly apiUrl: string;
  /** Who lends in the demo; null for nobody who can sign in. */
  readonly adminId: string | null;
  readonly settings: Settings;
  readonly registryUrl: string;
  readonly hasDocker: boolean;
  /** Null where Fly itself is used: there, only the small part of the fleet is made. */
  readonly simulator: SimulatedProvider | null;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

async function readSeed(folder: DataFolder, wanted: readonly DemoInstance[]): Promise<Seed> {
  const text = await folder.read('demo');
  const known = text === null ? {} : SeedSchema.parse(JSON.parse(text));
  const fresh = wanted.map(({ userId }) => [userId, { instanceId: randomUUID(), isSeeded: false }] as const);
  const seed = { ...Object.fromEntries(fresh), ...known };
  await folder.write('demo', JSON.stringify(seed));
  return seed;
}

async function make(
  demo: DemoInstance,
  who: Who,
  { maker, past }: { readonly maker: DemoMaker; readonly past: SimulatedPast | null },
): Promise<void> {
  if (demo.at === 'any_fly') await demo.make(maker, who);
  else if (past !== null) await demo.make(maker, who, past);
}

/** Makes what is missing of the demo fleet. A failure is told in a sentence, and tried again at the next start. */
export async function seedDemo(options: DemoOptions): Promise<void> {
  const { folder, settings, registryUrl, simulator, signal, say } = options;
  const client = createPlatformClient({
    baseUrl: options.apiUrl,
    apiKey: settings.KILOCLAW_INTERNAL_API_KEY,
    fetch: (request) => fetch(request, { signal }),
  });
  const maker = createDemoMaker(client, {
    containers: options.hasDocker ? 'docker-local' : 'fly',
    adminId: options.adminId ?? NOBODY,
  });
  const past = simulator && createSimulatedPast({ simulator, settings, registryUrl });
  const wanted = DEMO_FLEET.filter(({ at }) => at === 'any_fly' || past !== null);
  const seed = await readSeed(folder, wanted);
  const all = wanted.map(async (demo) => {
    const { userId, name, condition } = demo;
    const entry = seed[userId];
    if (entry === undefined || entry.isSeeded) return;
    const { instanceId } = entry;
    try {
      await make(demo, { userId, instanceId, name }, { maker, past });
      entry.isSeeded = true;
      if (!signal.aborted) say(`Demo instance of ${userId}: ${instanceId} ${condition}.`);
    } catch (error) {
      if (signal.aborted) return;
      const why = error instanceof Error ? error.message : 'unknown error';
      say(`The demo instance of ${userId} could not be made: ${why}`);
    }
  });
  // Ctrl-C is not kept waiting by a call that is tried again.
  await Promise.race([Promise.all(all), untilAborted(signal)]);
  if (!signal.aborted) await folder.write('demo', JSON.stringify(seed));
}
