/** Each example alert is brought about on a running stack, and judged by Prometheus' own rule checker. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { kiloclawInstances } from '@kiloclaw/db';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@kiloclaw/db/embedded';
import { type FlySimulator, startFlySimulator } from '@kiloclaw/fly-simulator';
import { INSTANT } from '@kiloclaw/fly-simulator/testing/test-simulator';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { act, newTarget, provision, type Target } from '../testing/fleet.ts';
import { createFlyControl, type FlyControl } from '../testing/fly-control.ts';
import { ADMIN, changeHardware } from '../testing/hardware.ts';
import { withRegistry } from '../testing/registry.ts';
import { hasTable, restartRuntimes, whileRuntimesPause } from '../testing/runtimes.ts';
import {
  makeStackFolder,
  type ReadyStack,
  type StackFolder,
  StackProcess,
} from '../testing/stack-process.ts';
import { checkFiles, expectAlerts, lintExposition } from './testing/promtool.ts';
import { exposition, type Samples, type ScrapeTarget, sampleOf, scrape } from './testing/scrapes.ts';

const MINUTE_MS = 60_000;
const CADENCE_S = 6;
/** Late by more than two cadences, whenever within its cadence an alarm was due. */
const PAUSE_MS = 20_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const PATIENT = { timeout: MINUTE_MS, interval: 250 };
const FLY_TOKEN = 'token-of-the-test-simulator';
const METRICS_TOKEN = 'token-of-the-test-metrics';
/** One more than an operation may fail before it is stuck. */
const FAILURES_BEFORE_LAST = 7;
const STUCK = 'kiloclaw_operations_stuck';
const DEBT_AGE = 'kiloclaw_registry_debt_oldest_age_seconds';

let folder: StackFolder;
let port: number;
let postgres: EmbeddedPostgres;
let simulator: FlySimulator;
let control: FlyControl;
let stack: StackProcess;
let ready: ReadyStack;
let target: ScrapeTarget;
let alice: Target;
let bob: Target;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

const startPostgres = () => startEmbeddedPostgres({ dataDir: join(folder.home, 'registry'), port });
const now = (metric: string, label?: string) =>
  scrape(target).then((samples) => sampleOf(samples, metric, label));

beforeAll(async () => {
  folder = await makeStackFolder();
  port = await freePort();
  postgres = await startPostgres();
  simulator = await startFlySimulator({
    port: 0,
    controlPort: 0,
    stateDir: join(folder.home, 'fly'),
    token: FLY_TOKEN,
    settings: INSTANT,
  });
  control = createFlyControl(simulator.controlUrl);
  stack = new StackProcess({
    folder,
    env: {
      DATABASE_URL: postgres.url,
      FLY_API_TOKEN: FLY_TOKEN,
      FLY_API_BASE_URL: simulator.url,
      KILOCLAW_DEFAULT_IMAGE: 'kiloclaw-demo:latest',
      KILOCLAW_METRICS_TOKEN: METRICS_TOKEN,
      RECONCILE_RUNNING_S: String(CADENCE_S),
      RECONCILE_IDLE_S: String(CADENCE_S),
      RECONCILE_BUSY_S: String(CADENCE_S),
    },
  });
  ready = await stack.ready();
  target = { apiUrl: ready.endpoints.apiUrl, token: METRICS_TOKEN };
  alice = newTarget('alice');
  bob = newTarget('bob');
  await Promise.all([alice, bob].map((owned) => provision(ready.client, owned)));
}, 2 * MINUTE_MS);

afterAll(async () => {
  await stack?.killEverything();
  await simulator?.close();
  await postgres?.stop();
  await folder?.remove();
}, MINUTE_MS);

/** Scrapes with something to count between any two of them. */
async function scrapesWith(times: number, between: () => Promise<unknown>): Promise<Samples[]> {
  const scrapes = [await scrape(target)];
  for (let time = 0; time < times; time += 1) {
    await between();
    scrapes.push(await scrape(target));
  }
  return scrapes;
}

const lookLive = (owned: Target) =>
  ready.client.call('debugStatus', { ...owned, live: '1' }).catch(() => undefined);

it('finds nothing wrong with the files, nor with what is scraped', async () => {
  await checkFiles();
  expect(await lintExposition(await exposition(target))).toBe('');
});

it(
  'stays quiet over a healthy stack',
  async () => {
    const looks = () => now('kiloclaw_reconcile_total', 'result="unchanged"');
    await expect.poll(looks, PATIENT).toBeGreaterThan(1);
    const scrapes = await scrapesWith(2, async () => {
      await act(ready.client, 'stop', bob);
      await act(ready.client, 'start', bob);
    });
    const last = scrapes.at(-1) ?? new Map();
    expect(sampleOf(last, 'kiloclaw_operation_duration_seconds_count', 'outcome="succeeded"')).toBe(6);
    expect(sampleOf(last, 'kiloclaw_registry_up')).toBe(1);
    await expectAlerts(scrapes, []);
  },
  2 * MINUTE_MS,
);

const rowsWithOverride = () =>
  withRegistry(postgres.url, async (db) => {
    const rows = await db.select().from(kiloclawInstances);
    return rows.filter(({ adminSizeOverride }) => adminSizeOverride !== null).length;
  });

it(
  'tells of a size that is lent for too long',
  async () => {
    const lent = { ...alice, actor: ADMIN, preset: 'perf-4-16', reason: 'out of memory' } as const;
    await changeHardware(ready.client, 'setSizeOverride', lent);
    await expect.poll(rowsWithOverride, PATIENT).toBe(1);

    const setAt = new Date(Date.now() - 8 * DAY_MS).toISOString();
    await withRegistry(postgres.url, (db) =>
      db.execute(`UPDATE kiloclaw_instances SET admin_size_override =
      jsonb_set(admin_size_override, '{setAt}', '"${setAt}"') WHERE id = '${alice.instanceId}'`),
    );
    await expect
      .poll(() => now('kiloclaw_override_oldest_age_seconds'), PATIENT)
      .toBeGreaterThan(8 * 86_400 - 1);
    await expectAlerts([await scrape(target)], ['KiloclawOverrideOld']);

    expect(await now('kiloclaw_overrides_active')).toBe(1);
    await changeHardware(ready.client, 'clearSizeOverride', { ...alice, actor: ADMIN });
  },
  3 * MINUTE_MS,
);

it(
  'tells of alarms that run late',
  async () => {
    const late = async () =>
      (await now('kiloclaw_alarm_lateness_cadences_count')) -
      (await now('kiloclaw_alarm_lateness_cadences_bucket', 'le="2"'));
    const before = await scrape(target);
    expect(await late()).toBe(0);
    await whileRuntimesPause(stack, () => delay(PAUSE_MS));
    await expect.poll(late, PATIENT).toBeGreaterThan(0);
    await expectAlerts([before, await scrape(target)], ['KiloclawAlarmsLate']);
  },
  2 * MINUTE_MS,
);

it(
  'tells of a provider that fails',
  async () => {
    await control.failEverything();
    const scrapes = await scrapesWith(8, () => lookLive(bob));
    await control.clearFaults();
    await expectAlerts(scrapes, ['KiloclawProviderErrors']);
  },
  2 * MINUTE_MS,
);

/** As after the tries of a minute and a half. */
async function failOftenAtOnce(): Promise<void> {
  await restartRuntimes(stack, folder, (object) => {
    if (!hasTable(object, 'operations')) return;
    object.exec(`UPDATE operations
      SET body = json_set(body, '$.steps[' || json_extract(body, '$.position') || '].failures', ${FAILURES_BEFORE_LAST})
      WHERE status = 'running'`);
  });
}

it(
  'tells of an operation that is stuck, also after a restart, until it has ended',
  async () => {
    await control.failEverything();
    const { body } = await ready.client.call('destroy', bob, { waitS: 0 });
    await expect.poll(() => now('kiloclaw_operations_running', 'kind="destroy"'), PATIENT).toBe(1);
    await failOftenAtOnce();
    await expect.poll(() => now(STUCK, 'kind="destroy"'), PATIENT).toBe(1);
    expect(await now('kiloclaw_operations_running')).toBe(0);
    await control.clearFaults();
    await expectAlerts([await scrape(target)], ['KiloclawOperationStuck']);

    await restartRuntimes(stack, folder);
    await expect.poll(() => now(STUCK), PATIENT).toBe(1);
    const { id } = body.operation;
    const retried = await ready.client.call('retryOperation', bob, { operationId: id, waitS: 60 });
    expect(retried.body.operation.status).toBe('succeeded');
    await expect.poll(() => now(STUCK), PATIENT).toBe(0);
  },
  3 * MINUTE_MS,
);

it(
  'tells of what has been owed to the registry for long, also after a restart',
  async () => {
    await postgres.stop();
    // Journaled in the object: a debt, without any change.
    const mallory = { ...alice, userId: 'mallory' };
    await expect(ready.client.call('status', mallory)).rejects.toThrow();
    await expect.poll(() => now('kiloclaw_registry_debt_instances'), PATIENT).toBe(1);
    expect(await now(DEBT_AGE)).toBeLessThan(60);

    const earlierMs = 10 * MINUTE_MS;
    await restartRuntimes(stack, folder, (object) => {
      if (!hasTable(object, 'outbox')) return;
      object.exec(
        `UPDATE outbox SET payload = json_set(payload, '$.at', json_extract(payload, '$.at') - ${earlierMs})`,
      );
    });
    await expect.poll(() => now(DEBT_AGE), PATIENT).toBeGreaterThan(earlierMs / 1_000);
    await expectAlerts([await scrape(target)], ['KiloclawRegistryDebtOld', 'KiloclawRegistryUnavailable']);

    postgres = await startPostgres();
    await expect.poll(() => now('kiloclaw_registry_debt_instances'), PATIENT).toBe(0);
    await expect.poll(() => now('kiloclaw_registry_up'), PATIENT).toBe(1);
  },
  4 * MINUTE_MS,
);

it(
  'tells of a row that Postgres refuses for good',
  async () => {
    const constraint = 'test_refuses_alice';
    await withRegistry(postgres.url, (db) =>
      db.execute(`ALTER TABLE kiloclaw_instances ADD CONSTRAINT ${constraint}
      CHECK (id <> '${alice.instanceId}') NOT VALID`),
    );
    const before = await scrape(target);
    await act(ready.client, 'stop', alice);
    await expect
      .poll(() => now('kiloclaw_registry_deliveries_total', 'rejected'), PATIENT)
      .toBeGreaterThan(0);
    await expectAlerts([before, await scrape(target)], ['KiloclawRegistryRejects']);
  },
  2 * MINUTE_MS,
);

it(
  'tells of a control plane that is down',
  async () => {
    await stack.killEverything();
    await expectAlerts([await scrape(target)], ['KiloclawDown']);
  },
  MINUTE_MS,
);
