/** Three demo instances, made once over the public API. */
import { randomUUID } from 'node:crypto';
import { createPlatformClient, type PlatformClient, type RouteInput } from '@kiloclaw/platform-contract';
import { z } from 'zod';
import type { DataFolder } from './data-folder.ts';

const WAIT_S = 60;

interface DemoInstance {
  readonly userId: string;
  readonly name: string;
  readonly instanceType: 'perf-1-3' | 'perf-4-8';
  readonly isOnDocker: boolean;
  readonly isStopped: boolean;
}

const DEMO_INSTANCES: readonly DemoInstance[] = [
  {
    userId: 'alice',
    name: "Alice's assistant",
    instanceType: 'perf-1-3',
    isOnDocker: false,
    isStopped: false,
  },
  { userId: 'bob', name: "Bob's assistant", instanceType: 'perf-4-8', isOnDocker: false, isStopped: true },
  {
    userId: 'carol',
    name: "Carol's assistant",
    instanceType: 'perf-1-3',
    isOnDocker: true,
    isStopped: false,
  },
];

/** By user: made before the first request, so that a start that was cut short asks for the same instances again. */
const SeedSchema = z.record(z.string(), z.object({ instanceId: z.uuid(), isSeeded: z.boolean() }));
type Seed = z.infer<typeof SeedSchema>;

export interface DemoOptions {
  readonly folder: DataFolder;
  readonly apiUrl: string;
  readonly apiKey: string;
  readonly hasDocker: boolean;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

async function readSeed(folder: DataFolder): Promise<Seed> {
  const text = await folder.read('demo');
  if (text !== null) return SeedSchema.parse(JSON.parse(text));
  const seed = Object.fromEntries(
    DEMO_INSTANCES.map(({ userId }) => [userId, { instanceId: randomUUID(), isSeeded: false }]),
  );
  await folder.write('demo', JSON.stringify(seed));
  return seed;
}

async function make(
  client: PlatformClient,
  demo: DemoInstance,
  instanceId: string,
  provider: 'fly' | 'docker-local',
) {
  const { userId, name, instanceType } = demo;
  const body: RouteInput<'provision'> = {
    userId,
    userEmail: `${userId}@example.com`,
    instanceId,
    provider,
    instanceType,
    name,
  };
  await client.call('provision', body, { waitS: WAIT_S });
  if (demo.isStopped) await client.call('stop', { userId, instanceId }, { waitS: WAIT_S });
}

/** Makes what is missing of the demo fleet. A failure is told in a sentence, and tried again at the next start. */
export async function seedDemo(options: DemoOptions): Promise<void> {
  const { folder, signal, say } = options;
  const client = createPlatformClient({
    baseUrl: options.apiUrl,
    apiKey: options.apiKey,
    fetch: (request) => fetch(request, { signal }),
  });
  const seed = await readSeed(folder);
  await Promise.all(
    DEMO_INSTANCES.map(async (demo) => {
      const entry = seed[demo.userId];
      if (entry === undefined || entry.isSeeded) return;
      const provider = demo.isOnDocker && options.hasDocker ? 'docker-local' : 'fly';
      try {
        await make(client, demo, entry.instanceId, provider);
        entry.isSeeded = true;
        say(`Demo instance of ${demo.userId}: ${demo.instanceType} on ${provider}, ${entry.instanceId}.`);
      } catch (error) {
        if (signal.aborted) return;
        const why = error instanceof Error ? error.message : 'unknown error';
        say(`The demo instance of ${demo.userId} could not be made: ${why}`);
      }
    }),
  );
  if (!signal.aborted) await folder.write('demo', JSON.stringify(seed));
}
