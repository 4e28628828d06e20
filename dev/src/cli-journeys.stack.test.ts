import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createFlyProvider } from '@kiloclaw/control-plane/fly';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeInherited } from './demo/inherited.ts';
import { REPOSITORY_ROOT } from './flags.ts';
import { newTarget, type Target } from './testing/fleet.ts';
import { createFlyControl, type FlyControl } from './testing/fly-control.ts';
import { fleetIdOf, registryUrlOf, secretsOf } from './testing/registry.ts';
import { makeStackFolder, type ReadyStack, type StackFolder, StackProcess } from './testing/stack-process.ts';

const MINUTE_MS = 60_000;
const SCRIPT = join(REPOSITORY_ROOT, 'apps/cli/examples/journeys.sh');
const COMMAND = join(REPOSITORY_ROOT, 'apps/cli/bin/kiloclaw.mjs');
/** Every state is still passed through, only sooner. */
const QUICK = { createMs: 100, startMs: 100, stopMs: 100, restartMs: 100, updateMs: 100 };
/** The registry is told a moment after the answer. */
const ARRIVAL = { timeout: 20_000, interval: 100 };
const OUTPUT_MAX_BYTES = 1_000_000;
const PERF_1_3 = { cpus: 1, memory_mb: 3072, cpu_kind: 'performance' } as const;
const INHERITED = newTarget('journeys-inherited');
const DONE = /^journeys: done$/m;

let folder: StackFolder;
let stack: StackProcess;
let ready: ReadyStack;
let fly: FlyControl;

beforeAll(async () => {
  folder = await makeStackFolder();
  stack = new StackProcess({ folder });
  ready = await stack.ready();
  fly = createFlyControl(ready.endpoints.flySimulator?.controlUrl ?? '');
  await fly.changeSettings(QUICK);
  await inherit(INHERITED);
}, 2 * MINUTE_MS);

afterAll(async () => {
  await stack.killEverything();
  await folder.remove();
}, MINUTE_MS);

/** Makes an instance as it was before there were tiers: at the provider and in the registry, of no known size. */
async function inherit(target: Target): Promise<void> {
  const registryUrl = await registryUrlOf(folder, ready);
  const { flySimulatorToken } = await secretsOf(folder);
  const provider = createFlyProvider({
    fetch: (url, init) => fetch(url, init),
    config: {
      baseUrl: ready.endpoints.flySimulator?.url ?? '',
      token: flySimulatorToken,
      orgSlug: 'personal',
      regions: ['iad'],
      appPrefix: 'kc',
    },
    log: () => undefined,
  });
  const site = {
    provider,
    registryUrl,
    fleetId: await fleetIdOf(registryUrl),
    image: 'kiloclaw-demo:latest',
  };
  const person = { userEmail: 'inherited@example.com', name: 'inherited' };
  await makeInherited(site, {
    ...target,
    ...person,
    instanceType: null,
    machineSize: PERF_1_3,
    volumeSizeGb: 10,
  });
}

/** Runs the script as a person would who has the key in a file; rejects with what it said where it fails. */
async function runScript(): Promise<string> {
  const { stderr } = await promisify(execFile)('bash', [SCRIPT, 'journeys'], {
    maxBuffer: OUTPUT_MAX_BYTES,
    env: {
      PATH: process.env.PATH,
      HOME: folder.home,
      KILOCLAW: COMMAND,
      KILOCLAW_NODE: process.execPath,
      INHERITED: `${INHERITED.userId} ${INHERITED.instanceId}`,
      KILOCLAW_API_URL: ready.endpoints.apiUrl,
      KILOCLAW_API_KEY_FILE: ready.endpoints.apiKeyFile,
    },
  });
  return stderr;
}

/** What the provider has, and what every timeline tells: all that a second run could have changed. */
async function truth() {
  const { machines, volumes } = await fly.state();
  const { body } = await ready.client.call('instances', {});
  const timelines = await Promise.all(
    body.items.map(async ({ userId, instanceId }) => {
      const { items } = (await ready.client.call('operations', { userId, instanceId })).body;
      return [userId, items.map(({ operation }) => `${operation.kind} ${operation.status}`)] as const;
    }),
  );
  const instances = body.items.map(
    ({ userId, status, instanceType, machineSize, volumeSizeGb, sizeOverride }) =>
      ({ userId, status, instanceType, machineSize, volumeSizeGb, sizeOverride }) as const,
  );
  return { machines, volumes, instances, timelines: Object.fromEntries(timelines) };
}

const succeeded = (...kinds: readonly string[]) => kinds.map((kind) => `${kind} succeeded`);

it(
  'the journeys of people run as a shell script, and a second run of it changes nothing',
  async () => {
    expect(await runScript()).toMatch(DONE);
    const typeOf = async (userId: string) =>
      (await ready.client.call('instances', { userId })).body.items[0]?.instanceType;
    await expect.poll(() => typeOf('journeys-disk'), ARRIVAL).toBe('custom');
    await expect.poll(() => typeOf(INHERITED.userId), ARRIVAL).toBe('perf-1-3');
    const first = await truth();
    expect(first.timelines).toMatchObject({
      'journeys-grown': succeeded('start', 'resize', 'stop', 'provision'),
      'journeys-rescued': succeeded('restart', 'clear_override', 'restart', 'set_override', 'provision'),
      'journeys-sold': succeeded('resize', 'set_override', 'provision'),
      'journeys-disk': succeeded('extend_volume', 'provision'),
    });
    expect(first.machines.filter(({ state }) => state === 'started')).toHaveLength(5);

    expect(await runScript()).toMatch(DONE);
    expect(await truth()).toEqual(first);
  },
  6 * MINUTE_MS,
);
