import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type FlySimulator, startFlySimulator } from '@kiloclaw/fly-simulator';
import { INSTANT } from '@kiloclaw/fly-simulator/testing/test-simulator';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { act, newTarget, provision } from './testing/fleet.ts';
import { createFlyControl, type FlyCall, type FlyControl } from './testing/fly-control.ts';
import { inParallel } from './testing/in-parallel.ts';
import { makeStackFolder, type ReadyStack, type StackFolder, StackProcess } from './testing/stack-process.ts';
import { openStatementCounts, prepareCounting, type StatementCounts } from './testing/statement-counts.ts';

const MINUTE_MS = 60_000;
const FLEET_SIZE = Number(process.env.KILOCLAW_TEST_FLEET_SIZE ?? 1_000);
const TICKS = 36;
const EVERY_SECOND = { RECONCILE_RUNNING_S: '1', RECONCILE_IDLE_S: '1', RECONCILE_BUSY_S: '1' };
const AT_ONCE = 40;
const ARRIVED_TIMEOUT_MS = MINUTE_MS;
const ARRIVED_POLL_MS = 500;
const TICKS_TIMEOUT_MS = 8 * MINUTE_MS;
/** The simulator keeps its last 10,000 calls, and telling them is work: looked at before as many more can have come. */
const POLL_MS = 5_000;
const MEMORY_FOLDER = '/dev/shm';
const ROOM_BYTES = 2 * 1024 ** 3;
const FLY_TOKEN = 'token-of-the-test-simulator';
/** Of the machine: at every tick. Its volume is looked at less often. */
const LOOK = 'GET /v1/apps/{app}/machines/{machine}';

let folder: StackFolder;
let superuserUrl: string;
let simulator: FlySimulator;
let control: FlyControl;
let stack: StackProcess;
let ready: ReadyStack;
let statements: StatementCounts;

/**
 * In memory, where there is room: a tick makes the runtime flush its alarm three times, and how fast a disk
 * does that says nothing about statements.
 */
async function roomyParent(): Promise<string> {
  const memory = await statfs(MEMORY_FOLDER).catch(() => null);
  return memory !== null && memory.bavail * memory.bsize >= ROOM_BYTES ? MEMORY_FOLDER : tmpdir();
}

async function launch(cadence: Readonly<Record<string, string>>): Promise<void> {
  const env = {
    FLY_API_TOKEN: FLY_TOKEN,
    FLY_API_BASE_URL: simulator.url,
    KILOCLAW_DEFAULT_IMAGE: 'kiloclaw-demo:latest',
    ...cadence,
  };
  stack = new StackProcess({ folder, env });
  ready = await stack.ready();
  statements = await openStatementCounts(superuserUrl, ready.endpoints.database);
}

async function end(): Promise<void> {
  await statements?.close();
  await stack?.killEverything();
}

beforeAll(async () => {
  folder = await makeStackFolder(undefined, await roomyParent());
  superuserUrl = await prepareCounting(folder.dataDir);
  simulator = await startFlySimulator({
    port: 0,
    controlPort: 0,
    stateDir: join(folder.home, 'fly'),
    token: FLY_TOKEN,
    settings: INSTANT,
  });
  control = createFlyControl(simulator.controlUrl);
  await launch({});
}, 2 * MINUTE_MS);

afterAll(async () => {
  await end();
  await simulator?.close();
  await folder?.remove();
}, MINUTE_MS);

/** Waits until everything that the fleet owes the registry is there. */
async function untilPaid(auditRows: number): Promise<void> {
  const wanted = { running: FLEET_SIZE, auditRows };
  await expect
    .poll(() => statements.arrived(), { timeout: ARRIVED_TIMEOUT_MS, interval: ARRIVED_POLL_MS })
    .toEqual(wanted);
}

/** Counts the looks at each machine from now on, until each had `TICKS`; answers the fewest, and every call that may change something. */
async function watchTicks(): Promise<{ fewest: number; changes: FlyCall[] }> {
  let lastSeq = (await control.calls()).at(-1)?.seq ?? 0;
  const looks = new Map<string, number>();
  const changes: FlyCall[] = [];
  const deadline = Date.now() + TICKS_TIMEOUT_MS;
  const fewest = () => (looks.size < FLEET_SIZE ? 0 : Math.min(...looks.values()));
  while (fewest() < TICKS && Date.now() < deadline) {
    await delay(POLL_MS);
    const calls = (await control.calls()).filter(({ seq }) => seq > lastSeq);
    if (calls[0] !== undefined && calls[0].seq !== lastSeq + 1) throw new Error('Calls were dropped unseen.');
    for (const call of calls) {
      if (call.route === LOOK) looks.set(call.path, (looks.get(call.path) ?? 0) + 1);
      if (call.mutating) changes.push(call);
    }
    lastSeq = calls.at(-1)?.seq ?? lastSeq;
  }
  return { fewest: fewest(), changes };
}

it(
  `asks Postgres nothing while ${FLEET_SIZE} running instances tick ${TICKS} times and nothing changes`,
  async () => {
    const fleet = Array.from({ length: FLEET_SIZE }, (_, index) => newTarget(`steady-${index}`));
    const began = Date.now();
    await inParallel(fleet, AT_ONCE, (target) => provision(ready.client, target));
    await untilPaid(2 * FLEET_SIZE);
    const paid = Date.now();
    // Provisioned at the usual cadence: a fleet that ticks every second meanwhile would only be slower to make.
    await end();
    await launch(EVERY_SECOND);
    await inParallel(fleet, AT_ONCE, (target) => ready.client.call('status', target));

    await statements.reset();
    const steady = Date.now();
    const { fewest, changes } = await watchTicks();
    const ended = Date.now();
    expect(await statements.sent()).toEqual([]);
    expect(fewest).toBeGreaterThanOrEqual(TICKS);
    expect(changes).toEqual([]);

    const [changed] = fleet;
    if (changed === undefined) throw new Error('the fleet is empty');
    await act(ready.client, 'stop', changed);
    await expect.poll(() => statements.sent(), { timeout: ARRIVED_TIMEOUT_MS }).not.toEqual([]);
    console.log(
      `provisioned and paid in ${paid - began} ms, launched again and woken in ${steady - paid} ms, ` +
        `${fewest} ticks or more of each in ${ended - steady} ms`,
    );
  },
  14 * MINUTE_MS,
);
