import { join } from 'node:path';
import { kiloclawInstances, users } from '@kiloclaw/db';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@kiloclaw/db/embedded';
import type { PlatformClient } from '@kiloclaw/platform-contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { act, newTarget, provision, type Target } from './testing/fleet.ts';
import { dumpOfObjects, dumpOfPostgres, logOf } from './testing/left-on-disk.ts';
import { withRegistry } from './testing/registry.ts';
import { makeStackFolder, type StackFolder, StackProcess } from './testing/stack-process.ts';

const MINUTE_MS = 60_000;
const WAIT_S = 60;
const LEAVING_ADMIN = { id: 'leaving-admin', email: 'canary-admin@example.com', name: 'Canary Admin' };
const STAYING_ADMIN = { id: 'staying-admin', email: 'stays@example.com', name: 'Stays' };
const LEAVING_CUSTOMER = { id: 'leaving-customer', email: 'canary-customer@example.com' };
const REASON_IN_FORCE = 'canary reason that is in force';
const REASON_ENDED = 'canary reason that has ended';
const OTHER_REASON = 'a reason of somebody who stays';
const CANARIES = [LEAVING_ADMIN.email, LEAVING_ADMIN.name, LEAVING_CUSTOMER.email, 'canary'];

let folder: StackFolder;
let postgres: EmbeddedPostgres;
let stack: StackProcess;

beforeAll(async () => {
  folder = await makeStackFolder();
  postgres = await startEmbeddedPostgres({ dataDir: join(folder.home, 'registry') });
  stack = new StackProcess({ folder, env: { DATABASE_URL: postgres.url } });
}, 2 * MINUTE_MS);

afterAll(async () => {
  await stack.killEverything();
  await postgres.stop();
  await folder.remove();
}, MINUTE_MS);

function lend(client: PlatformClient, target: Target, actorId: string, reason: string) {
  const body = { ...target, preset: 'perf-4-8', reason, actor: { kind: 'admin' as const, id: actorId } };
  return client.call('setSizeOverride', body, { waitS: WAIT_S });
}

async function everythingToldOf(client: PlatformClient, targets: readonly Target[]): Promise<string> {
  const answers: unknown[] = [(await client.call('instances', { status: 'destroyed' })).body];
  answers.push((await client.call('instances', {})).body);
  for (const target of targets) {
    answers.push((await client.call('debugStatus', target)).body);
    answers.push((await client.call('operations', target)).body);
  }
  return JSON.stringify(answers);
}

async function rowOf({ instanceId }: Target) {
  const rows = await withRegistry(postgres.url, (db) => db.select().from(kiloclawInstances));
  return rows.find(({ id }) => id === instanceId);
}

it(
  'nothing tells of an admin and a customer who were deleted; what was lent stays lent, and what others did stays as it was',
  async () => {
    const { client } = await stack.ready();
    const admins = [LEAVING_ADMIN, STAYING_ADMIN].map((admin) => ({ ...admin, role: 'admin' as const }));
    await withRegistry(postgres.url, (db) => db.insert(users).values(admins));
    const [lentByLeaver, lentByOther, own] = [
      newTarget('a-customer'),
      newTarget('a-customer'),
      newTarget(LEAVING_CUSTOMER.id),
    ];
    await Promise.all([
      provision(client, lentByLeaver, { instanceType: 'perf-1-3' }),
      provision(client, lentByOther, { instanceType: 'perf-1-3' }),
      provision(client, own, { instanceType: 'perf-1-3', userEmail: LEAVING_CUSTOMER.email }),
    ]);
    await lend(client, lentByLeaver, LEAVING_ADMIN.id, REASON_ENDED);
    await lend(client, lentByLeaver, LEAVING_ADMIN.id, REASON_IN_FORCE);
    await act(client, 'restart', lentByLeaver);
    await lend(client, lentByOther, STAYING_ADMIN.id, OTHER_REASON);
    await lend(client, own, LEAVING_ADMIN.id, REASON_IN_FORCE);
    await expect
      .poll(async () => (await rowOf(lentByOther))?.adminSizeOverride, { timeout: MINUTE_MS })
      .toMatchObject({ reason: OTHER_REASON });
    const others = async () => [
      (await client.call('debugStatus', lentByOther)).body.sizeOverride,
      (await client.call('operations', lentByOther)).body,
      (await rowOf(lentByOther))?.adminSizeOverride,
    ];
    const before = await others();
    expect(await withRegistry(postgres.url, dumpOfPostgres)).toContain(REASON_IN_FORCE);

    const actor = { kind: 'admin' as const, id: STAYING_ADMIN.id };
    for (const userId of [LEAVING_ADMIN.id, LEAVING_CUSTOMER.id]) {
      const { body } = await client.call('scrubPerson', { userId, actor }, { waitS: WAIT_S });
      expect(body).toMatchObject({ userId, isFinished: true });
    }

    expect(await others()).toEqual(before);
    const { body: stillLent } = await client.call('debugStatus', lentByLeaver);
    expect(stillLent).toMatchObject({ status: 'running', effectiveSize: { cpus: 4, memory_mb: 8192 } });
    expect(stillLent.sizeOverride).toMatchObject({ actorId: 'deleted admin' });
    expect((await client.call('status', own)).body.status).toBe('destroyed');

    const told = await everythingToldOf(client, [lentByLeaver, lentByOther, own]);
    const inPostgres = await withRegistry(postgres.url, dumpOfPostgres);
    expect(await stack.interrupt()).toBe(0);
    const inObjects = await dumpOfObjects(folder.dataDir);
    const places = { told, inPostgres, inObjects, inLog: await logOf(folder.dataDir), said: stack.output };
    // What stays is found: these are the places where the rest would be.
    for (const place of [told, inPostgres, inObjects]) expect(place).toContain(OTHER_REASON);
    const found = Object.entries(places).flatMap(([place, text]) =>
      CANARIES.filter((canary) => text.toLowerCase().includes(canary.toLowerCase())).map(
        (canary) => `${canary} in ${place}`,
      ),
    );
    expect(found).toEqual([]);
  },
  4 * MINUTE_MS,
);
