import { INSTANCE_TYPES } from '@kiloclaw/instance-tiers';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestCluster, type TestCluster } from './testing.ts';

const CLUSTER_TIMEOUT_MS = 60_000;

let cluster: TestCluster;
let sql: postgres.Sql;
beforeAll(async () => {
  cluster = await createTestCluster();
  sql = postgres((await cluster.createDatabase()).url, { max: 1, fetch_types: false });
  await sql`INSERT INTO users (id) VALUES ('owner')`;
}, CLUSTER_TIMEOUT_MS);
afterAll(async () => {
  await sql?.end();
  await cluster?.stop();
}, CLUSTER_TIMEOUT_MS);

const insertInstance = (columns: Record<string, unknown>) => {
  const row = {
    id: crypto.randomUUID(),
    user_id: 'owner',
    sandbox_id: 'sandbox',
    provider: 'fly',
    status: 'running',
    registry_version: 1,
    created_at: '2026-01-01T00:00:00Z',
    updated_at: '2026-01-01T00:00:00Z',
    ...columns,
  };
  return sql`INSERT INTO kiloclaw_instances ${sql(row)}`;
};

const refusedBy = (constraint: string) => ({ constraint_name: constraint });

describe('kiloclaw_instances', () => {
  test('instance_type takes the whole catalog, custom and null', async () => {
    for (const instanceType of [...INSTANCE_TYPES, null])
      await insertInstance({ instance_type: instanceType });
  });

  test('instance_type takes nothing else: its CHECK lists exactly the catalog', async () => {
    for (const instanceType of ['', 'perf-1-4', 'PERF-1-3', 'perf-1-3 ', 'null']) {
      await expect(insertInstance({ instance_type: instanceType })).rejects.toMatchObject(
        refusedBy('kiloclaw_instances_instance_type_known'),
      );
    }
    const [check] = await sql`
      SELECT pg_get_constraintdef(oid) AS definition FROM pg_constraint
      WHERE conname = 'kiloclaw_instances_instance_type_known'`;
    const literals = [...String(check?.definition).matchAll(/'([^']*)'/g)].map(([, literal]) => literal);
    expect(literals).toEqual([...INSTANCE_TYPES]);
  });

  test('a machine size is whole or absent', async () => {
    await insertInstance({ cpus: 1, memory_mb: 3072, cpu_kind: 'performance' });
    for (const part of [{ cpus: 1 }, { cpus: 1, memory_mb: 3072 }, { cpu_kind: 'shared' }]) {
      await expect(insertInstance(part)).rejects.toMatchObject(
        refusedBy('kiloclaw_instances_machine_size_whole'),
      );
    }
  });

  test('an instance has one row, and an owner who exists', async () => {
    const id = crypto.randomUUID();
    await insertInstance({ id });
    await expect(insertInstance({ id })).rejects.toMatchObject(refusedBy('kiloclaw_instances_pkey'));
    await expect(insertInstance({ user_id: 'stranger' })).rejects.toMatchObject(
      refusedBy('kiloclaw_instances_user_id_users_id_fk'),
    );
  });
});

describe('users', () => {
  test('ids are those of the platform API', async () => {
    for (const id of ['a', 'A-z_9', 'x'.repeat(64)]) await sql`INSERT INTO users (id) VALUES (${id})`;
    for (const id of ['', 'x'.repeat(65), 'a b', 'a.b', 'ä', 'a\n']) {
      await expect(sql`INSERT INTO users (id) VALUES (${id})`).rejects.toMatchObject(
        refusedBy('users_id_format'),
      );
    }
  });

  test('a role is admin or customer, and customer unless told otherwise', async () => {
    await sql`INSERT INTO users (id, role) VALUES ('the-admin', 'admin')`;
    await expect(sql`INSERT INTO users (id, role) VALUES ('root', 'owner')`).rejects.toMatchObject(
      refusedBy('users_role_known'),
    );
    expect(await sql`SELECT role FROM users WHERE id = 'owner'`).toMatchObject([{ role: 'customer' }]);
  });

  test('one address signs in one user; addresses that the API gave may repeat', async () => {
    await sql`INSERT INTO users (id, email) VALUES ('alice', 'alice@example.com')`;
    await expect(
      sql`INSERT INTO users (id, email) VALUES ('eve', 'alice@example.com')`,
    ).rejects.toMatchObject(refusedBy('users_email_unique'));
    await sql`INSERT INTO users (id, contact_email) VALUES ('api-1', 'alice@example.com'), ('api-2', 'alice@example.com')`;
  });
});

describe('fleet', () => {
  test('has one row at most', async () => {
    await sql`INSERT INTO fleet DEFAULT VALUES`;
    await expect(sql`INSERT INTO fleet DEFAULT VALUES`).rejects.toMatchObject(
      refusedBy('fleet_singleton_unique'),
    );
    await expect(sql`INSERT INTO fleet (singleton) VALUES (false)`).rejects.toMatchObject(
      refusedBy('fleet_singleton'),
    );
  });
});

describe('audit_log', () => {
  test('knows its outcomes and kinds of actor', async () => {
    const insert = (kind: string, outcome: string) =>
      sql`INSERT INTO audit_log (id, at, actor_id, actor_kind, action, outcome)
          VALUES (${crypto.randomUUID()}, now(), 'alice', ${kind}, 'resize', ${outcome})`;
    await insert('admin', 'requested');
    await expect(insert('robot', 'requested')).rejects.toMatchObject(refusedBy('audit_log_actor_kind_known'));
    await expect(insert('admin', 'maybe')).rejects.toMatchObject(refusedBy('audit_log_outcome_known'));
  });
});

describe('indexes', () => {
  /** What the planner picks when reading the whole table is not on offer, as on a table too large for it. */
  async function planOf(query: string): Promise<string> {
    return sql.begin(async (tx) => {
      await tx`SET LOCAL enable_seqscan = off`;
      await tx`SET LOCAL enable_sort = off`;
      return (await tx.unsafe(`EXPLAIN ${query}`)).map((line) => String(line['QUERY PLAN'])).join('\n');
    });
  }
  const page = (where: string) =>
    `SELECT id FROM kiloclaw_instances WHERE ${where} ORDER BY created_at DESC, id DESC LIMIT 50`;
  const afterCursor = `(created_at, id) < ('2026-01-01', '00000000-0000-4000-8000-000000000000')`;

  test.each([
    ['kiloclaw_instances_created_at_idx', page(afterCursor)],
    ['kiloclaw_instances_user_id_idx', page(`user_id = 'owner' AND ${afterCursor}`)],
    [
      'kiloclaw_instances_instance_type_idx',
      page(`instance_type = 'custom' AND destroyed_at IS NULL AND ${afterCursor}`),
    ],
    ['kiloclaw_instances_override_idx', page('admin_size_override IS NOT NULL AND destroyed_at IS NULL')],
    ['kiloclaw_instances_machine_id_idx', `SELECT id FROM kiloclaw_instances WHERE machine_id = 'm'`],
    [
      'kiloclaw_instances_sandbox_id_trgm_idx',
      `SELECT id FROM kiloclaw_instances WHERE sandbox_id ILIKE '%part%'`,
    ],
    ['kiloclaw_instances_name_trgm_idx', `SELECT id FROM kiloclaw_instances WHERE name ILIKE '%part%'`],
    ['users_email_trgm_idx', `SELECT id FROM users WHERE email ILIKE '%part%'`],
    ['users_contact_email_trgm_idx', `SELECT id FROM users WHERE contact_email ILIKE '%part%'`],
    [
      'audit_log_instance_id_idx',
      `SELECT id FROM audit_log WHERE instance_id = '00000000-0000-4000-8000-000000000000' ORDER BY at DESC, id DESC LIMIT 50`,
    ],
    [
      'audit_log_actor_id_idx',
      `SELECT id FROM audit_log WHERE actor_id = 'alice' ORDER BY at DESC, id DESC LIMIT 50`,
    ],
  ])('%s serves its query, without a sort', async (index, query) => {
    const plan = await planOf(query);
    expect(plan).toContain(index);
    expect(plan).not.toContain('Sort');
  });
});
