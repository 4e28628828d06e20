import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { kiloclawInstances } from '@kiloclaw/db';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@kiloclaw/db/embedded';
import { type FlySimulator, startFlySimulator } from '@kiloclaw/fly-simulator';
import { INSTANT } from '@kiloclaw/fly-simulator/testing/test-simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { debugView, flyResources, newTarget, provision, type Target } from './testing/fleet.ts';
import { createFlyControl, type FlyControl } from './testing/fly-control.ts';
import { inParallel } from './testing/in-parallel.ts';
import { deleteAlarm, deleteObject, makeStuck } from './testing/object-files.ts';
import { withRegistry } from './testing/registry.ts';
import { runCli } from './testing/run-cli.ts';
import { makeStackFolder, type ReadyStack, type StackFolder, StackProcess } from './testing/stack-process.ts';

const MINUTE_MS = 60_000;
const FLY_TOKEN = 'token-of-the-test-simulator';
const HEALTHY = 100;
const AT_ONCE = 20;
/** What is younger counts as on its way, and is no orphan. */
const LONG_AGO_MS = 20 * MINUTE_MS;
const ARRIVAL = { timeout: MINUTE_MS, interval: 200 };
const OVERRIDE = {
  machineSize: { cpus: 4, memory_mb: 16_384, cpu_kind: 'performance' },
  reason: 'out of memory',
  actorId: 'support-1',
  createdAt: '2026-01-01T00:00:00.000Z',
};

const healthy = Array.from({ length: HEALTHY }, (_, index) => newTarget(`healthy-${index}`));
const abandoned = newTarget('abandoned');
const phantom = newTarget('phantom');
const otherGuest = newTarget('other-guest');
const withoutVolume = newTarget('without-volume');
const destroyed = newTarget('destroyed');
const asleep = newTarget('asleep');
const rejected = newTarget('rejected');
const fleet = [...healthy, phantom, otherGuest, withoutVolume, destroyed, asleep, rejected];

const FindingSchema = z.object({
  kind: z.string(),
  instanceId: z.string().nullable(),
  details: z.record(z.string(), z.unknown()),
  fix: z.object({ outcome: z.string() }).optional(),
});
const ReportSchema = z.object({
  healthy: z.boolean(),
  checkedCount: z.int(),
  findings: z.array(FindingSchema),
  unexamined: z.array(z.unknown()),
});

let folder: StackFolder;
let postgres: EmbeddedPostgres;
let simulator: FlySimulator;
let control: FlyControl;
let stack: StackProcess;
let ready: ReadyStack;
/** How far the simulator's clock is behind: what it makes then is old at once. */
let behindMs = 0;

const clock = {
  nowMs: () => Date.now() - behindMs,
  setTimer: (afterMs: number, callback: () => void) => {
    const timer = setTimeout(callback, Math.max(0, afterMs));
    return () => clearTimeout(timer);
  },
};

async function launch(): Promise<void> {
  const env = {
    DATABASE_URL: postgres.url,
    FLY_API_TOKEN: FLY_TOKEN,
    FLY_API_BASE_URL: simulator.url,
    KILOCLAW_DEFAULT_IMAGE: 'kiloclaw-demo:latest',
  };
  stack = new StackProcess({ folder, env });
  ready = await stack.ready();
}

beforeAll(async () => {
  folder = await makeStackFolder();
  postgres = await startEmbeddedPostgres({ dataDir: join(folder.home, 'registry') });
  simulator = await startFlySimulator({
    port: 0,
    controlPort: 0,
    stateDir: join(folder.home, 'fly'),
    token: FLY_TOKEN,
    settings: INSTANT,
    clock,
  });
  control = createFlyControl(simulator.controlUrl);
  await launch();
  behindMs = LONG_AGO_MS;
  await provision(ready.client, abandoned);
  await makeForeign();
  behindMs = 0;
  await inParallel(fleet, AT_ONCE, (target) => provision(ready.client, target));
}, 4 * MINUTE_MS);

afterAll(async () => {
  await stack?.killEverything();
  await simulator?.close();
  await postgres?.stop();
  await folder?.remove();
}, MINUTE_MS);

async function untilPaid(target: Target): Promise<void> {
  await expect
    .poll(async () => {
      const { registry } = await debugView(ready.client, target);
      return registry.version - registry.syncedVersion + registry.auditRowsWaiting;
    }, ARRIVAL)
    .toBe(0);
}

const FOREIGN_APP = 'kc-0123456789abcdef0123';
const FOREIGN_VOLUME = `kzzzz${'0'.repeat(24)}7`;

/** A machine and a volume of another fleet, of names as ours has them, in the same organisation. */
async function makeForeign(): Promise<void> {
  const post = async (path: string, body: object) => {
    const response = await fetch(`${simulator.url}/v1${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${FLY_TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  };
  await post('/apps', { app_name: FOREIGN_APP, org_slug: 'personal' });
  await post(`/apps/${FOREIGN_APP}/volumes`, { name: FOREIGN_VOLUME, region: 'iad', size_gb: 10 });
  const metadata = { kiloclaw_fleet_id: randomUUID(), kiloclaw_instance_id: randomUUID() };
  await post(`/apps/${FOREIGN_APP}/machines`, {
    config: { image: 'registry.example.com/other:1', metadata },
    region: 'iad',
  });
}

async function foreignTruth(): Promise<unknown> {
  const { apps, machines, volumes } = await control.state();
  return [
    apps.filter(({ name }) => name === FOREIGN_APP),
    machines.filter(({ app }) => app === FOREIGN_APP),
    volumes.filter(({ app }) => app === FOREIGN_APP),
  ];
}

async function doctor(...args: readonly string[]) {
  const run = await runCli(ready, ['doctor', '--json', ...args]);
  if (run.stdout === '') throw new Error(`the doctor said nothing: ${run.stderr}`);
  return { ...run, report: ReportSchema.parse(JSON.parse(run.stdout)) };
}

/** What was found, without its order. */
function told(findings: readonly z.infer<typeof FindingSchema>[]): string[] {
  return findings.map(({ kind, instanceId }) => `${kind} of ${nameOf(instanceId)}`).sort();
}

function nameOf(instanceId: string | null): string {
  return (
    [...fleet, abandoned].find((target) => target.instanceId === instanceId)?.userId ?? String(instanceId)
  );
}

/** By the registry's superuser, while the stack runs. */
async function plantInRegistry(): Promise<void> {
  await withRegistry(postgres.url, async (db) => {
    await db.execute(
      "ALTER TABLE kiloclaw_instances ADD CONSTRAINT planted CHECK (name IS DISTINCT FROM 'refused')",
    );
    await db.execute(
      `UPDATE kiloclaw_instances SET admin_size_override = '${JSON.stringify(OVERRIDE)}' WHERE id = '${phantom.instanceId}'`,
    );
  });
  await ready.client.call('provision', { ...rejected, name: 'refused' }, { waitS: 30 });
  await expect
    .poll(async () => (await debugView(ready.client, rejected)).drift.map(({ kind }) => kind), ARRIVAL)
    .toEqual(['registry_rejected']);
}

async function plantAtProvider(): Promise<void> {
  const { machineId } = await flyResources(ready.client, otherGuest);
  await control.changeGuest(machineId ?? '', { cpus: 8, memory_mb: 65_536, cpu_kind: 'performance' });
  const { volumeId } = await flyResources(ready.client, withoutVolume);
  await control.deleteVolume(volumeId ?? '');
}

/** While the stack is down: what happens to objects that nobody watches. */
async function plantInObjects(): Promise<void> {
  await control.failEverything();
  await ready.client.call('destroy', destroyed, { waitS: 0 });
  await stack.interrupt();
  await control.clearFaults();
  await makeStuck(folder.dataDir, destroyed, 30 * MINUTE_MS);
  await deleteAlarm(folder.dataDir, asleep);
  await deleteObject(folder.dataDir, abandoned);
  await withRegistry(postgres.url, (db) =>
    db.execute(`DELETE FROM kiloclaw_instances WHERE id = '${abandoned.instanceId}'`),
  );
  await launch();
}

const LEFT_FOR_PEOPLE = [
  'orphan of abandoned',
  'orphan of abandoned',
  'size_differs of other-guest',
  'volume_missing of without-volume',
];
const PLANTED = [
  ...LEFT_FOR_PEOPLE,
  'alarm_repaired of asleep',
  'operation_stuck of destroyed',
  'phantom_override of phantom',
  'registry_rejected of rejected',
].sort();

describe('kiloclaw doctor', () => {
  it(
    'finds nothing in a healthy fleet, and changes nothing',
    async () => {
      await inParallel([...fleet, abandoned], AT_ONCE, untilPaid);
      const { exitCode, report } = await doctor();
      expect(report.findings).toEqual([]);
      expect([exitCode, report]).toMatchObject([
        0,
        { healthy: true, checkedCount: fleet.length + 1, unexamined: [] },
      ]);
    },
    2 * MINUTE_MS,
  );

  it(
    'finds each planted fault and nothing else, and shows nothing of another fleet',
    async () => {
      await plantAtProvider();
      await plantInRegistry();
      await plantInObjects();
      const before = await foreignTruth();
      const { exitCode, report, stdout } = await doctor();
      expect(told(report.findings)).toEqual(PLANTED);
      expect([exitCode, report]).toMatchObject([1, { healthy: false, unexamined: [] }]);
      const orphans = report.findings.filter(({ kind }) => kind === 'orphan');
      expect(orphans.map(({ details }) => details.resource).sort()).toEqual(['machine', 'volume']);
      expect(stdout).not.toContain(FOREIGN_APP);
      expect(await foreignTruth()).toEqual(before);
      const people = await runCli(ready, ['doctor']);
      expect([people.exitCode, people.stdout]).toEqual([1, expect.stringContaining('8 findings.')]);
    },
    3 * MINUTE_MS,
  );

  it(
    'mends what loses nothing once its cause is gone, and leaves the rest to people',
    async () => {
      await withRegistry(postgres.url, (db) =>
        db.execute('ALTER TABLE kiloclaw_instances DROP CONSTRAINT planted'),
      );
      const before = await foreignTruth();
      const { exitCode, report } = await doctor('--fix', '--as-admin', 'support-1');
      expect(exitCode).toBe(1);
      expect(told(report.findings.filter(({ fix }) => fix?.outcome === 'fixed'))).toEqual(
        PLANTED.filter((each) => !LEFT_FOR_PEOPLE.includes(each)),
      );
      expect(told(report.findings.filter(({ fix }) => fix?.outcome === 'left'))).toEqual(LEFT_FOR_PEOPLE);
      expect(await foreignTruth()).toEqual(before);
      const [row] = await withRegistry(postgres.url, (db) =>
        db
          .select()
          .from(kiloclawInstances)
          .then((rows) => rows.filter(({ id }) => id === phantom.instanceId)),
      );
      expect(row).toMatchObject({ adminSizeOverride: null });
      const again = await doctor();
      expect(told(again.report.findings)).toEqual(LEFT_FOR_PEOPLE);
    },
    3 * MINUTE_MS,
  );
});
