import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createFlyControl, type FlyControl } from './testing/fly-control.ts';
import { makeStackFolder, type ReadyStack, type StackFolder, StackProcess } from './testing/stack-process.ts';

const MINUTE_MS = 60_000;
const SCRIPT = fileURLToPath(new URL('../../apps/cli/examples/journeys.sh', import.meta.url));
const COMMAND = fileURLToPath(new URL('../../apps/cli/bin/kiloclaw.mjs', import.meta.url));
/** Every state is still passed through, only sooner. */
const QUICK = { createMs: 100, startMs: 100, stopMs: 100, restartMs: 100, updateMs: 100 };
const OUTPUT_MAX_BYTES = 1_000_000;
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
}, 2 * MINUTE_MS);

afterAll(async () => {
  await stack.killEverything();
  await folder.remove();
}, MINUTE_MS);

/** Runs the script as a person would who has the key in a file; rejects with what it said where it fails. */
async function runScript(): Promise<string> {
  const { stderr } = await promisify(execFile)('bash', [SCRIPT, 'journeys'], {
    maxBuffer: OUTPUT_MAX_BYTES,
    env: {
      PATH: process.env.PATH,
      HOME: folder.home,
      KILOCLAW: COMMAND,
      KILOCLAW_NODE: process.execPath,
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
    const registered = async () => (await ready.client.call('instances', { userId: 'journeys-disk' })).body;
    // The registry is told a moment after the answer.
    await expect
      .poll(async () => (await registered()).items[0]?.instanceType, { timeout: 20_000 })
      .toBe('custom');
    const first = await truth();
    expect(first.timelines).toEqual({
      'journeys-grown': succeeded('start', 'resize', 'stop', 'provision'),
      'journeys-rescued': succeeded('restart', 'clear_override', 'restart', 'set_override', 'provision'),
      'journeys-sold': succeeded('resize', 'set_override', 'provision'),
      'journeys-disk': succeeded('extend_volume', 'provision'),
    });
    expect(first.machines.filter(({ state }) => state === 'started')).toHaveLength(4);

    expect(await runScript()).toMatch(DONE);
    expect(await truth()).toEqual(first);
  },
  6 * MINUTE_MS,
);
