import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRegistry } from '../client.ts';
import { auditLog } from '../schema/audit-log.ts';
import { users } from '../schema/users.ts';
import { appendAudit } from './append-audit.ts';
import { ensureUsers } from './ensure-users.ts';
import { auditRow, instanceRow } from './fixtures.ts';
import { findInstanceRow, readInstanceRow, writeInstanceRows } from './instance-rows.ts';
import { openTestRegistry, type TestRegistry } from './testing/test-registry.ts';

const CLUSTER_TIMEOUT_MS = 60_000;

let registry: TestRegistry;
beforeAll(async () => {
  registry = await openTestRegistry();
}, CLUSTER_TIMEOUT_MS);
afterAll(() => registry?.close(), CLUSTER_TIMEOUT_MS);

describe('instance rows', () => {
  test('come back exactly as they were handed over', async () => {
    const full = instanceRow({ destroyedAt: 1_767_225_600_999 });
    const sparse = instanceRow({
      name: null,
      region: null,
      instanceType: null,
      adminSizeOverride: null,
      machineSize: null,
      volumeSizeGb: null,
      machineId: null,
      driftKinds: [],
      trackedImageTag: null,
      registryVersion: Number.MAX_SAFE_INTEGER,
    });
    await writeInstanceRows(registry.db, [full, sparse]);
    expect(await readInstanceRow(registry.db, full.id)).toEqual(full);
    expect(await readInstanceRow(registry.db, sparse.id)).toEqual(sparse);
    expect(await readInstanceRow(registry.db, crypto.randomUUID())).toBeNull();
  });

  test('are replaced by a later version, all but the time of creation', async () => {
    const first = instanceRow();
    const later = instanceRow({
      id: first.id,
      status: 'destroyed',
      registryVersion: 2,
      createdAt: 5,
      updatedAt: 6,
      destroyedAt: 7,
    });
    expect(await writeInstanceRows(registry.db, [first])).toEqual([
      { id: first.id, written: true, currentVersion: 1 },
    ]);
    expect(await writeInstanceRows(registry.db, [later])).toEqual([
      { id: first.id, written: true, currentVersion: 2 },
    ]);
    expect(await readInstanceRow(registry.db, first.id)).toEqual({ ...later, createdAt: first.createdAt });
  });

  test('are not replaced by the same version or an earlier one, and the answer names the one that stays', async () => {
    const stored = instanceRow({ registryVersion: 7 });
    await writeInstanceRows(registry.db, [stored]);
    for (const registryVersion of [7, 6, 0]) {
      const late = instanceRow({ id: stored.id, name: 'late', registryVersion });
      expect(await writeInstanceRows(registry.db, [late])).toEqual([
        { id: stored.id, written: false, currentVersion: 7 },
      ]);
    }
    expect(await readInstanceRow(registry.db, stored.id)).toEqual(stored);
  });

  test('may repeat within a batch: the highest version is stored, and each gets its answer in order', async () => {
    const [a, b] = [instanceRow(), instanceRow({ registryVersion: 9 })];
    const versions = [3, 5, 4].map((registryVersion) =>
      instanceRow({ id: a.id, registryVersion, name: `v${registryVersion}` }),
    );
    const answers = await writeInstanceRows(registry.db, [
      versions[0] ?? a,
      b,
      versions[1] ?? a,
      versions[2] ?? a,
    ]);
    expect(answers).toEqual([
      { id: a.id, written: false, currentVersion: 5 },
      { id: b.id, written: true, currentVersion: 9 },
      { id: a.id, written: true, currentVersion: 5 },
      { id: a.id, written: false, currentVersion: 5 },
    ]);
    expect((await readInstanceRow(registry.db, a.id))?.name).toBe('v5');
  });

  test('no rows, no statement', async () => {
    const unreachable = openRegistry('postgres://nobody@127.0.0.1:1/none');
    expect(await writeInstanceRows(unreachable.db, [])).toEqual([]);
    await ensureUsers(unreachable.db, []);
    await appendAudit(unreachable.db, []);
    await unreachable.close();
  });
});

describe('findInstanceRow', () => {
  test('tells an active row, a closed one and none apart', async () => {
    const active = instanceRow();
    const closed = instanceRow({ status: 'destroyed', destroyedAt: 1_767_225_600_999 });
    await writeInstanceRows(registry.db, [active, closed]);
    expect(await findInstanceRow(registry.db, active.id)).toEqual({ kind: 'active', row: active });
    expect(await findInstanceRow(registry.db, closed.id)).toEqual({ kind: 'closed', row: closed });
    expect(await findInstanceRow(registry.db, crypto.randomUUID())).toEqual({ kind: 'none' });
  });

  test('hands over an override as it is stored, and takes a machine size that can’t be read as unknown', async () => {
    const row = instanceRow({ adminSizeOverride: { machineSize: 'huge', note: [null] } });
    await writeInstanceRows(registry.db, [row]);
    await registry.db.execute(sql`UPDATE kiloclaw_instances SET cpu_kind = 'quantum' WHERE id = ${row.id}`);
    expect(await findInstanceRow(registry.db, row.id)).toEqual({
      kind: 'active',
      row: { ...row, machineSize: null },
    });
  });

  test('says so where Postgres is away, which is not the same as no row', async () => {
    const away = openRegistry('postgres://nobody@127.0.0.1:1/none');
    await expect(findInstanceRow(away.db, crypto.randomUUID())).rejects.toMatchObject({
      name: 'RegistryUnavailable',
      code: 'ECONNREFUSED',
    });
    await away.close();
  });
});

describe('ensureUsers', () => {
  test('makes those that are missing and leaves the others as they are', async () => {
    await ensureUsers(registry.db, [{ id: 'bob', email: 'bob@example.com' }, { id: 'carol' }]);
    await ensureUsers(registry.db, [
      { id: 'bob', email: 'other@example.com' },
      { id: 'dave', email: 'bob@example.com' },
      { id: 'dave', email: null },
    ]);
    const [bob] = await registry.db.select().from(users).where(eq(users.id, 'bob'));
    expect(bob).toMatchObject({
      contactEmail: 'bob@example.com',
      email: null,
      role: 'customer',
      emailVerified: false,
    });
    const [dave] = await registry.db.select().from(users).where(eq(users.id, 'dave'));
    expect(dave?.contactEmail).toBe('bob@example.com');
  });
});

describe('appendAudit', () => {
  test('stores a row exactly once, and its first content stays', async () => {
    const row = auditRow();
    await appendAudit(registry.db, [row, row]);
    await appendAudit(registry.db, [{ ...row, action: 'forged' }]);
    const stored = await registry.db.select().from(auditLog).where(eq(auditLog.id, row.id));
    expect(stored).toEqual([{ ...row, at: new Date(row.at) }]);
  });

  test('takes more rows than one statement holds', async () => {
    const rows = Array.from({ length: 2_500 }, () => auditRow({ actorId: 'many' }));
    await appendAudit(registry.db, rows);
    expect(await registry.db.$count(auditLog, eq(auditLog.actorId, 'many'))).toBe(2_500);
  });
});
