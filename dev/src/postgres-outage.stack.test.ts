import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { auditLog, kiloclawInstances } from '@kiloclaw/db';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@kiloclaw/db/embedded';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { act, debugView, newTarget, provision, provisionUnnamed, type Target } from './testing/fleet.ts';
import { withRegistry } from './testing/registry.ts';
import { makeStackFolder, type ReadyStack, type StackFolder, StackProcess } from './testing/stack-process.ts';

const MINUTE_MS = 60_000;
const OUTAGE_MS = Number(process.env.KILOCLAW_TEST_OUTAGE_MS ?? MINUTE_MS);
const FLEET_SIZE = 10;
/** The debt's longest pause between two tries, and some. */
const CAUGHT_UP_TIMEOUT_MS = 2 * MINUTE_MS;
const POLL_MS = 500;

let folder: StackFolder;
let port: number;
let postgres: EmbeddedPostgres;
let stack: StackProcess;
let ready: ReadyStack;

/** Kept for the whole test: the stack knows one address, and Postgres comes back on it. */
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

function registryRows() {
  return withRegistry(postgres.url, async (db) => ({
    instances: await db.select().from(kiloclawInstances),
    audit: await db.select().from(auditLog),
  }));
}

/** The row that an instance's own view calls for. */
async function expectedRow(target: Target) {
  const view = await debugView(ready.client, target);
  const { machineId } = view.providerState;
  return {
    id: view.instanceId,
    userId: view.userId,
    sandboxId: view.sandboxId,
    provider: view.provider,
    name: view.name,
    region: view.region,
    instanceType: view.instanceType,
    adminSizeOverride: null,
    status: view.status,
    cpus: view.machineSize?.cpus ?? null,
    memoryMb: view.machineSize?.memory_mb ?? null,
    cpuKind: view.machineSize?.cpu_kind ?? null,
    volumeSizeGb: view.volumeSizeGb,
    machineId: machineId ?? null,
    driftKinds: view.drift.map(({ kind }) => kind),
    trackedImageTag: view.registry.trackedImageTag,
    registryVersion: view.registry.version,
    createdAt: new Date(view.createdAt),
    updatedAt: new Date(view.registry.updatedAt),
    destroyedAt: view.registry.destroyedAt === null ? null : new Date(view.registry.destroyedAt),
  };
}

/** Every accepted operation's audit rows: the request, and how it ended. */
async function expectedAudit(targets: readonly Target[]): Promise<string[]> {
  const pages = await Promise.all(targets.map((target) => ready.client.call('operations', target)));
  const operations = pages.flatMap(({ body }) => body.items.map(({ operation }) => operation));
  return operations
    .flatMap(({ id, kind, status }) => [`${id} ${kind} requested`, `${id} ${kind} ${status}`])
    .sort();
}

beforeAll(async () => {
  folder = await makeStackFolder();
  port = await freePort();
  postgres = await startPostgres();
  stack = new StackProcess({ folder, env: { DATABASE_URL: postgres.url } });
  ready = await stack.ready();
}, 2 * MINUTE_MS);

afterAll(async () => {
  await stack?.killEverything();
  await postgres?.stop();
  await folder?.remove();
}, MINUTE_MS);

/** Under an id of its own, or under one that it is given. */
async function provisionDuringOutage(userId: string, isNamed: boolean): Promise<Target> {
  if (!isNamed) return provisionUnnamed(ready.client, { userId, userEmail: `${userId}@example.com` });
  const target = newTarget(userId);
  await provision(ready.client, target);
  return target;
}

it(
  'serves every operation while Postgres is away, and catches the registry up by itself',
  async () => {
    const before = Array.from({ length: FLEET_SIZE }, (_, index) => newTarget(`before-${index}`));
    await Promise.all(before.map((target) => provision(ready.client, target)));

    await postgres.stop();
    const outageEndsAt = Date.now() + OUTAGE_MS;
    const users = Array.from({ length: FLEET_SIZE }, (_, index) => `during-${index}`);
    const [during] = await Promise.all([
      Promise.all(users.map((userId, index) => provisionDuringOutage(userId, index % 2 === 0))),
      ...before.map((target) => act(ready.client, 'destroy', target)),
    ]);
    const all = [...before, ...during];
    const views = await Promise.all(all.map((target) => debugView(ready.client, target)));
    expect(views.map(({ status }) => status)).toEqual([
      ...before.map(() => 'destroyed'),
      ...during.map(() => 'running'),
    ]);
    expect(Date.now(), 'the operations took longer than the outage').toBeLessThan(outageEndsAt);
    await delay(outageEndsAt - Date.now());
    postgres = await startPostgres();

    // Only Postgres is asked meanwhile: a request to an instance would wake it.
    const wantedAuditRows = 2 * (before.length * 2 + during.length);
    const deadline = Date.now() + CAUGHT_UP_TIMEOUT_MS;
    let rows = await registryRows();
    const isBehind = () =>
      rows.audit.length < wantedAuditRows ||
      rows.instances.filter(({ status }) => status === 'destroyed').length < before.length ||
      rows.instances.filter(({ status }) => status === 'running').length < during.length;
    while (isBehind() && Date.now() < deadline) {
      await delay(POLL_MS);
      rows = await registryRows();
    }

    const audit = rows.audit.map(({ operationId, action, outcome }) => `${operationId} ${action} ${outcome}`);
    expect(audit.sort()).toEqual(await expectedAudit(all));
    const expected = await Promise.all(all.map(expectedRow));
    const byId = (a: { id: string }, b: { id: string }) => a.id.localeCompare(b.id);
    expect(rows.instances.toSorted(byId)).toEqual(expected.toSorted(byId));
  },
  OUTAGE_MS + 2 * CAUGHT_UP_TIMEOUT_MS,
);
