import { join } from 'node:path';
import { kiloclawInstances } from '@kiloclaw/db';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@kiloclaw/db/embedded';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newTarget, provision } from './testing/fleet.ts';
import { withRegistry } from './testing/registry.ts';
import { makeStackFolder, type StackFolder, StackProcess } from './testing/stack-process.ts';

const MINUTE_MS = 60_000;
const FOREIGN_VERSION = 1_000;

let folder: StackFolder;
let postgres: EmbeddedPostgres;
let stack: StackProcess;

beforeAll(async () => {
  folder = await makeStackFolder();
  postgres = await startEmbeddedPostgres({ dataDir: join(folder.home, 'registry') });
  const env = { DATABASE_URL: postgres.url, KILOCLAW_SWEEP_S: '1' };
  stack = new StackProcess({ folder, env });
}, 2 * MINUTE_MS);

afterAll(async () => {
  await stack.killEverything();
  await postgres.stop();
  await folder.remove();
}, MINUTE_MS);

it(
  'a row that somebody else has written or closed is found by the sweep, and the instance’s own is there again',
  async () => {
    const { client } = await stack.ready();
    const target = newTarget('alice');
    await provision(client, target, { start: false });
    const rows = () => withRegistry(postgres.url, (db) => db.select().from(kiloclawInstances));
    await expect.poll(rows, { timeout: MINUTE_MS }).toMatchObject([{ status: 'provisioned' }]);
    await withRegistry(postgres.url, (db) =>
      db.update(kiloclawInstances).set({ status: 'running', registryVersion: FOREIGN_VERSION }),
    );
    await expect
      .poll(rows, { timeout: MINUTE_MS })
      .toMatchObject([
        { id: target.instanceId, status: 'provisioned', registryVersion: FOREIGN_VERSION + 1 },
      ]);
    await withRegistry(postgres.url, (db) =>
      db.update(kiloclawInstances).set({ status: 'destroyed', destroyedAt: new Date() }),
    );
    await expect
      .poll(rows, { timeout: MINUTE_MS })
      .toMatchObject([{ status: 'provisioned', destroyedAt: null, registryVersion: FOREIGN_VERSION + 2 }]);
    expect(await stack.interrupt()).toBe(0);
  },
  3 * MINUTE_MS,
);
