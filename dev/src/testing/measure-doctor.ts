/**
 * `npm run measure-doctor`: how long `kiloclaw doctor` takes over a healthy fleet on the Fly simulator, with objects that
 * sleep and with objects that are awake. KILOCLAW_FLEET_SIZE sets another size than 1,000.
 */
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { startFlySimulator } from '@kiloclaw/fly-simulator';
import { INSTANT } from '@kiloclaw/fly-simulator/testing/test-simulator';
import type { PlatformClient } from '@kiloclaw/platform-contract';
import { newTarget, provision } from './fleet.ts';
import { inParallel } from './in-parallel.ts';
import { runCli } from './run-cli.ts';
import { makeStackFolder, type ReadyStack, StackProcess } from './stack-process.ts';

const FLEET_SIZE = Number(process.env.KILOCLAW_FLEET_SIZE ?? 1_000);
const TARGET_MS = 30_000;
const AT_ONCE = 40;
const REGISTERED_TIMEOUT_MS = 120_000;
const POLL_MS = 500;
const FLY_TOKEN = 'token-of-the-measured-simulator';

const say = (line: string) => void process.stdout.write(`${line}\n`);

/** Whether the doctor found the fleet healthy, and in time. */
async function measure(ready: ReadyStack, what: string, ...args: readonly string[]): Promise<boolean> {
  const began = performance.now();
  const { exitCode, stdout } = await runCli(ready, ['doctor', ...args]);
  const tookMs = performance.now() - began;
  const verdict = tookMs <= TARGET_MS ? 'within' : 'BEYOND';
  say(`${what}: ${(tookMs / 1_000).toFixed(1)} s, ${verdict} ${TARGET_MS / 1_000} s; ${stdout.trim()}`);
  return exitCode === 0 && tookMs <= TARGET_MS;
}

/** What is still owed would be a row that nobody walks. */
async function untilRegistered(client: PlatformClient): Promise<void> {
  const deadline = Date.now() + REGISTERED_TIMEOUT_MS;
  while (Date.now() < deadline) {
    const { body } = await client.call('instances', { limit: 1 });
    if (body.total === FLEET_SIZE) return;
    await delay(POLL_MS);
  }
  throw new Error(`The registry did not have ${FLEET_SIZE} instances within ${REGISTERED_TIMEOUT_MS} ms.`);
}

async function main(): Promise<boolean> {
  const folder = await makeStackFolder();
  const simulator = await startFlySimulator({
    port: 0,
    controlPort: 0,
    stateDir: join(folder.home, 'fly'),
    token: FLY_TOKEN,
    settings: INSTANT,
  });
  const env = {
    FLY_API_TOKEN: FLY_TOKEN,
    FLY_API_BASE_URL: simulator.url,
    KILOCLAW_DEFAULT_IMAGE: 'kiloclaw-demo:latest',
  };
  let stack = new StackProcess({ folder, env });
  try {
    const { client } = await stack.ready();
    const fleet = Array.from({ length: FLEET_SIZE }, (_, index) => newTarget(`measured-${index}`));
    await inParallel(fleet, AT_ONCE, (target) => provision(client, target));
    await untilRegistered(client);
    await stack.interrupt();
    stack = new StackProcess({ folder, env });
    const ready = await stack.ready();
    const asleep = await measure(ready, `${FLEET_SIZE} instances asleep`);
    const awake = await measure(ready, `${FLEET_SIZE} instances awake`);
    const unseen = await measure(ready, `${FLEET_SIZE} instances awake, without looks`, '--no-live');
    return asleep && awake && unseen;
  } finally {
    await stack.killEverything();
    await simulator.close();
    await folder.remove();
  }
}

process.exitCode = (await main()) ? 0 : 1;
