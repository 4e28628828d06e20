import { createServer } from 'node:net';
import { eq, inArray } from 'drizzle-orm';
import fc from 'fast-check';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRegistry, type Registry } from '../client.ts';
import { auditLog } from '../schema/audit-log.ts';
import { createTestCluster, type TestCluster, type TestDatabase } from '../testing.ts';
import { DELIVERY_AUDIT_ROWS_MAX, DELIVERY_BATCH_MAX, type Delivery, deliver } from './deliver.ts';
import { auditRow, instanceRow } from './fixtures.ts';
import { readInstanceRow } from './instance-rows.ts';
import { RegistryUnavailable } from './registry-failure.ts';

const CLUSTER_TIMEOUT_MS = 60_000;

let cluster: TestCluster;
let database: TestDatabase;
let registry: Registry;
beforeAll(async () => {
  cluster = await createTestCluster();
  database = await cluster.createDatabase();
  registry = openRegistry(database.url);
}, CLUSTER_TIMEOUT_MS);
afterAll(async () => {
  await registry?.close();
  await cluster?.stop();
}, CLUSTER_TIMEOUT_MS);

const delivery = (changes: Partial<Delivery> = {}): Delivery => ({
  user: { id: 'owner' },
  row: instanceRow(),
  audit: [auditRow()],
  ...changes,
});

const storedAuditIds = async (ids: readonly string[]) =>
  (
    await registry.db
      .select({ id: auditLog.id })
      .from(auditLog)
      .where(inArray(auditLog.id, [...ids]))
  ).map(({ id }) => id);

const caughtFrom = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (error: unknown) => error,
  );

describe('deliver', () => {
  test('stores users, rows and audit together, and is harmless to repeat', async () => {
    const row = instanceRow({ userId: 'new-owner' });
    const audit = [auditRow(), auditRow({ outcome: 'succeeded' })];
    const batch = [delivery({ user: { id: 'new-owner' }, row, audit }), delivery({ user: null, row: null })];
    expect(await deliver(registry.db, batch)).toEqual([
      { ok: true, rowWritten: true, currentVersion: 1 },
      { ok: true, rowWritten: false, currentVersion: null },
    ]);
    expect(await deliver(registry.db, batch)).toEqual([
      { ok: true, rowWritten: false, currentVersion: 1 },
      { ok: true, rowWritten: false, currentVersion: null },
    ]);
    expect(await readInstanceRow(registry.db, row.id)).toEqual(row);
    expect(await storedAuditIds(audit.map(({ id }) => id))).toHaveLength(2);
  });

  test('a late delivery leaves the row alone but stores its audit', async () => {
    const current = instanceRow({ registryVersion: 5 });
    await deliver(registry.db, [delivery({ row: current })]);
    const late = delivery({ row: instanceRow({ id: current.id, registryVersion: 4, name: 'late' }) });
    expect(await deliver(registry.db, [late])).toEqual([{ ok: true, rowWritten: false, currentVersion: 5 }]);
    expect(await readInstanceRow(registry.db, current.id)).toEqual(current);
    expect(await storedAuditIds(late.audit.map(({ id }) => id))).toHaveLength(1);
  });

  test('what is bad is refused alone and by name; everything else of the batch is stored', async () => {
    const unknownType = delivery({ row: instanceRow({ instanceType: 'perf-9-9' }) });
    const unknownOwner = delivery({ user: null, row: instanceRow({ userId: 'stranger' }) });
    const nullByte = delivery({ audit: [auditRow({ action: 'a\u0000b' })] });
    const tooLong = Array.from({ length: 4_000 }, () => crypto.randomUUID()).join('');
    const tooLarge = delivery({ row: instanceRow({ machineId: tooLong }) });
    const garbage = delivery({ row: { ...instanceRow(), createdAt: Number.NaN } });
    const good = Array.from({ length: 3 }, () => delivery());
    const written = { ok: true, rowWritten: true, currentVersion: 1 };
    const refused = (sqlState: string, constraint: string | null) => ({
      ok: false,
      rowWritten: false,
      currentVersion: null,
      rejected: [{ part: 'row', sqlState, constraint }],
    });
    const results = await deliver(registry.db, [
      ...good.slice(0, 1),
      unknownType,
      unknownOwner,
      ...good.slice(1, 2),
      nullByte,
      tooLarge,
      garbage,
      ...good.slice(2),
    ]);
    expect(results).toEqual([
      written,
      refused('23514', 'kiloclaw_instances_instance_type_known'),
      refused('23503', 'kiloclaw_instances_user_id_users_id_fk'),
      written,
      { ...written, ok: false, rejected: [{ part: 'audit', sqlState: '22021', constraint: null }] },
      refused('54000', null),
      refused('22000', 'row.createdAt'),
      written,
    ]);
    for (const { row } of [...good, nullByte])
      expect(await readInstanceRow(registry.db, row?.id ?? '')).toEqual(row);
    for (const { row, audit } of [unknownType, unknownOwner, tooLarge, garbage]) {
      expect(await readInstanceRow(registry.db, row?.id ?? '')).toBeNull();
      expect(await storedAuditIds(audit.map(({ id }) => id))).toHaveLength(1);
    }
  });

  test('refuses a batch beyond its bound', async () => {
    const batch = Array.from({ length: DELIVERY_BATCH_MAX + 1 }, () => delivery());
    await expect(deliver(registry.db, batch)).rejects.toThrow(RangeError);
    const audit = Array.from({ length: DELIVERY_AUDIT_ROWS_MAX + 1 }, () => auditRow());
    await expect(deliver(registry.db, [delivery({ audit })])).rejects.toThrow(RangeError);
    const full = Array.from({ length: DELIVERY_BATCH_MAX }, () => delivery({ audit: audit.splice(0, 10) }));
    expect((await deliver(registry.db, full)).every(({ rowWritten }) => rowWritten)).toBe(true);
    expect(await deliver(registry.db, [])).toEqual([]);
  });

  test('works with the rights of the control plane alone', async () => {
    const admin = postgres(database.url, { max: 1, fetch_types: false });
    await admin`ALTER ROLE kiloclaw_control_plane LOGIN PASSWORD 'password-of-the-role'`;
    await admin.end();
    const url = Object.assign(new URL(database.url), {
      username: 'kiloclaw_control_plane',
      password: 'password-of-the-role',
    });
    const limited = openRegistry(url.href);
    const row = instanceRow({ userId: 'brand-new' });
    const batch = [delivery({ user: { id: 'brand-new', email: 'new@example.com' }, row })];
    expect(await deliver(limited.db, batch)).toMatchObject([{ rowWritten: true }]);
    expect(
      await deliver(limited.db, [delivery({ user: null, row: { ...row, registryVersion: 2 } })]),
    ).toMatchObject([{ rowWritten: true }]);
    expect(await readInstanceRow(limited.db, row.id)).toMatchObject({ registryVersion: 2 });
    await limited.close();
  });
});

describe('deliver, with Postgres away', () => {
  test('a refused connection is RegistryUnavailable at once, and says so again the next time', async () => {
    const away = openRegistry('postgres://postgres:secret-password@127.0.0.1:1/none');
    const began = Date.now();
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const error = await caughtFrom(deliver(away.db, [delivery()]));
      expect(error).toBeInstanceOf(RegistryUnavailable);
      expect(error).toMatchObject({ code: 'ECONNREFUSED' });
      expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('secret-password');
    }
    expect(Date.now() - began).toBeLessThan(3_000);
    await away.close();
  });

  test('a server that accepts and never answers is RegistryUnavailable after the bound', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const connecting = openRegistry(`postgres://postgres@127.0.0.1:${port}/none`, { connectTimeoutS: 1 });
    expect(await caughtFrom(deliver(connecting.db, [delivery()]))).toMatchObject({
      name: 'RegistryUnavailable',
      code: 'CONNECT_TIMEOUT',
    });
    await connecting.close();
    const impatient = openRegistry(`postgres://postgres@127.0.0.1:${port}/none`, { connectTimeoutS: 60 });
    const error = await caughtFrom(deliver(impatient.db, [delivery()], { timeoutMs: 200 }));
    expect(error).toMatchObject({ name: 'RegistryUnavailable', code: null });
    await impatient.close();
    silent.close();
  });

  test('a cut connection is RegistryUnavailable, and nothing is thrown where nobody can catch it', async () => {
    const admin = postgres(database.url, { max: 1, fetch_types: false });
    const blocked = openRegistry(database.url);
    const row = instanceRow();
    await deliver(blocked.db, [delivery({ row })]);
    const held = admin.begin(async (tx) => {
      await tx`SELECT 1 FROM kiloclaw_instances WHERE id = ${row.id} FOR UPDATE`;
      const waiting = caughtFrom(deliver(blocked.db, [delivery({ row: { ...row, registryVersion: 2 } })]));
      await expect
        .poll(
          async () =>
            (
              await tx`SELECT pg_stat_clear_snapshot(), pid FROM pg_stat_activity WHERE wait_event_type = 'Lock'`
            ).length,
        )
        .toBe(1);
      await tx`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock'`;
      return waiting;
    });
    const error = await held;
    expect(error).toMatchObject({ name: 'RegistryUnavailable', code: 'CONNECTION_CLOSED' });
    expect(String((error as Error).cause)).not.toContain(row.id);
    await blocked.close();
    const reopened = openRegistry(database.url);
    expect(await deliver(reopened.db, [delivery({ row: { ...row, registryVersion: 2 } })])).toMatchObject([
      { rowWritten: true },
    ]);
    await reopened.close();
    await admin.end();
  });

  test('a registry that is not migrated yet is unavailable, not a rejection', async () => {
    const empty = openRegistry((await cluster.createEmptyDatabase()).url);
    expect(await caughtFrom(deliver(empty.db, [delivery()]))).toMatchObject({
      name: 'RegistryUnavailable',
      code: '42P01',
    });
    await empty.close();
  });
});

describe('convergence', () => {
  test('any interleaving, repetition and batching of deliveries ends at the highest version', async () => {
    const writers = [openRegistry(database.url), openRegistry(database.url), openRegistry(database.url)];
    const INSTANCES = 3;
    const schedule = fc.array(
      fc.array(fc.record({ instance: fc.nat(INSTANCES - 1), version: fc.integer({ min: 1, max: 6 }) }), {
        minLength: 1,
        maxLength: 6,
      }),
      { minLength: 1, maxLength: 6 },
    );
    await fc.assert(
      fc.asyncProperty(schedule, async (batches) => {
        const ids = Array.from({ length: INSTANCES }, () => crypto.randomUUID());
        const idOf = (instance: number) => ids[instance] ?? '';
        const made = batches.map((batch) =>
          batch.map(({ instance, version }) =>
            delivery({
              row: instanceRow({ id: idOf(instance), registryVersion: version, name: `version ${version}` }),
              audit: [auditRow({ id: `${idOf(instance)}:${version}`, instanceId: idOf(instance) })],
            }),
          ),
        );
        await Promise.all(
          made.map((batch, index) => deliver((writers[index % writers.length] ?? registry).db, batch)),
        );
        for (const [instance, id] of ids.entries()) {
          const versions = batches
            .flat()
            .filter((one) => one.instance === instance)
            .map(({ version }) => version);
          const stored = await readInstanceRow(registry.db, id);
          if (versions.length === 0) {
            expect(stored).toBeNull();
            continue;
          }
          const highest = Math.max(...versions);
          expect(stored).toMatchObject({ registryVersion: highest, name: `version ${highest}` });
          expect(await registry.db.$count(auditLog, eq(auditLog.instanceId, id))).toBe(
            new Set(versions).size,
          );
        }
      }),
      { numRuns: 60 },
    );
    for (const writer of writers) await writer.close();
  }, 60_000);
});
