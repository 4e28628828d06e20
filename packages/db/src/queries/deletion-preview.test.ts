import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRegistry, type Registry } from '../client.ts';
import { setRoleLogin } from '../migrate.ts';
import { createTestCluster, type TestCluster } from '../testing.ts';
import { deletionPreview, PREVIEW_LIST_MAX } from './deletion-preview.ts';
import { instanceRow } from './fixtures.ts';
import { writeInstanceRows } from './instance-rows.ts';

const CLUSTER_TIMEOUT_MS = 60_000;
const PASSWORD = 'test-password-of-the-web';
const PERF_4_8 = { cpus: 4, memory_mb: 8192, cpu_kind: 'performance' } as const;

let cluster: TestCluster;
let owner: Registry;
let web: Registry;
let sql: postgres.Sql;
beforeAll(async () => {
  cluster = await createTestCluster();
  const { url } = await cluster.createDatabase();
  sql = postgres(url, { max: 1, fetch_types: false });
  owner = openRegistry(url);
  await setRoleLogin(url, 'kiloclaw_web', PASSWORD);
  web = openRegistry(Object.assign(new URL(url), { username: 'kiloclaw_web', password: PASSWORD }).href);
  await sql`INSERT INTO users (id, role, email, deleted_at) VALUES ('alice', 'admin', 'alice@example.com', NULL),
    ('customer', 'customer', NULL, NULL), ('gone', 'admin', NULL, now()), ('invited', 'admin', NULL, NULL)`;
}, CLUSTER_TIMEOUT_MS);
afterAll(async () => {
  await web?.close();
  await owner?.close();
  await sql?.end();
  await cluster?.stop();
}, CLUSTER_TIMEOUT_MS);

const overrideBy = (actorId: string, machineSize: unknown = PERF_4_8) =>
  ({ machineSize, reason: 'a reason', actorId, setAt: '2026-01-01T00:00:00.000Z' }) as never;

describe('what the deletion of a person would do', () => {
  test('is told by the web’s role: what is destroyed, what is closed, what stays lent', async () => {
    const open = instanceRow({ userId: 'alice', adminSizeOverride: null });
    const lent = instanceRow({ userId: 'customer', adminSizeOverride: overrideBy('alice') });
    const unreadable = instanceRow({
      userId: 'customer',
      createdAt: 1,
      adminSizeOverride: overrideBy('alice', 'huge'),
    });
    await writeInstanceRows(owner.db, [
      open,
      instanceRow({ userId: 'alice', destroyedAt: 1, status: 'destroyed', adminSizeOverride: null }),
      lent,
      unreadable,
      instanceRow({ userId: 'customer', adminSizeOverride: overrideBy('gone') }),
    ]);
    await sql`INSERT INTO sessions (id, expires_at, token, user_id) VALUES
      ('s1', now() + interval '1 hour', 't1', 'alice'), ('s2', now() - interval '1 hour', 't2', 'alice')`;
    expect(await deletionPreview(web.db, 'alice')).toEqual({
      instancesToDestroy: [{ id: open.id, name: open.name, provider: 'fly', status: 'running' }],
      instancesToDestroyCount: 1,
      closedInstances: 1,
      overridesInForceSetByThem: [
        { instanceId: lent.id, machineSize: PERF_4_8 },
        { instanceId: unreadable.id, machineSize: null },
      ],
      overridesInForceSetByThemCount: 2,
      sessions: 1,
      isLastAdmin: true,
      isDeleted: false,
    });
  });

  test('knows who is deleted, who is no admin, and nothing of somebody unknown', async () => {
    expect(await deletionPreview(web.db, 'gone')).toMatchObject({ isLastAdmin: false, isDeleted: true });
    expect(await deletionPreview(web.db, 'customer')).toMatchObject({ isLastAdmin: false, isDeleted: false });
    expect(await deletionPreview(web.db, 'nobody')).toBeNull();
  });

  test('lists no more than it may, and counts all', async () => {
    await sql`INSERT INTO users (id) VALUES ('many')`;
    const rows = Array.from({ length: PREVIEW_LIST_MAX + 1 }, () => instanceRow({ userId: 'many' }));
    await writeInstanceRows(owner.db, rows);
    const preview = await deletionPreview(web.db, 'many');
    expect(preview?.instancesToDestroy).toHaveLength(PREVIEW_LIST_MAX);
    expect(preview?.instancesToDestroyCount).toBe(PREVIEW_LIST_MAX + 1);
  });
});
