import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { REGISTRY_ROLES } from './roles.ts';
import { createTestCluster, type TestCluster } from './testing.ts';

const CLUSTER_TIMEOUT_MS = 60_000;
const INSUFFICIENT_PRIVILEGE = '42501';

let cluster: TestCluster;
let sql: postgres.Sql;
beforeAll(async () => {
  cluster = await createTestCluster();
  sql = postgres((await cluster.createDatabase()).url, { max: 1, fetch_types: false });
  await sql`INSERT INTO users (id) VALUES ('owner')`;
  await sql`INSERT INTO audit_log (id, at, actor_id, actor_kind, action, outcome)
            VALUES ('kept', now(), 'alice', 'admin', 'resize', 'requested')`;
}, CLUSTER_TIMEOUT_MS);
afterAll(async () => {
  await sql?.end();
  await cluster?.stop();
}, CLUSTER_TIMEOUT_MS);

/** Runs one statement as a role, and undoes it. */
async function as(role: string, statement: string): Promise<void> {
  const undo = new Error('undo');
  await sql
    .begin(async (tx) => {
      await tx.unsafe(`SET LOCAL ROLE ${role}`);
      await tx.unsafe(statement);
      throw undo;
    })
    .catch((error: unknown) => {
      if (error !== undo) throw error;
    });
}

const ROLES_AND_OWNER = ['postgres', ...REGISTRY_ROLES];
const TABLES = [
  'users',
  'sessions',
  'accounts',
  'verifications',
  'rate_limits',
  'fleet',
  'kiloclaw_instances',
  'audit_log',
];
const VERBS = ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER'];

describe('the audit log is append-only', () => {
  test.each(ROLES_AND_OWNER)('%s can append', async (role) => {
    await as(
      role,
      `INSERT INTO audit_log (id, at, actor_id, actor_kind, action, outcome) VALUES ('new', now(), 'a', 'api', 'x', 'failed')`,
    );
  });

  test.each(ROLES_AND_OWNER)('%s can neither change nor remove a row', async (role) => {
    for (const statement of [
      `UPDATE audit_log SET action = 'other'`,
      `UPDATE audit_log SET action = 'other' WHERE false`,
      'DELETE FROM audit_log',
      'TRUNCATE audit_log',
      `INSERT INTO audit_log (id, at, actor_id, actor_kind, action, outcome) VALUES ('kept', now(), 'a', 'api', 'x', 'failed')
       ON CONFLICT (id) DO UPDATE SET action = 'other'`,
    ]) {
      await expect(as(role, statement), statement).rejects.toMatchObject({ code: INSUFFICIENT_PRIVILEGE });
    }
  });

  test('the owner is held by the trigger, also where ordinary triggers are switched off', async () => {
    await expect(as('postgres', 'DELETE FROM audit_log')).rejects.toThrow(
      'audit_log is append-only: DELETE is refused',
    );
    const replica = sql.begin(async (tx) => {
      await tx`SET LOCAL session_replication_role = replica`;
      await tx`DELETE FROM audit_log`;
    });
    await expect(replica).rejects.toThrow('append-only');
  });
});

describe('rights', () => {
  /** Rights on whole tables; a right on some columns is written `VERB(columns)`. */
  const EXPECTED: Record<string, Record<string, string>> = {
    kiloclaw_control_plane: {
      users: 'SELECT(contact_email,email,id) INSERT(contact_email,id)',
      fleet: 'SELECT',
      kiloclaw_instances: 'SELECT INSERT UPDATE',
      audit_log: 'SELECT INSERT',
    },
    kiloclaw_web: {
      users: 'SELECT INSERT UPDATE',
      sessions: 'SELECT INSERT UPDATE DELETE',
      accounts: 'SELECT INSERT UPDATE DELETE',
      verifications: 'SELECT INSERT UPDATE DELETE',
      rate_limits: 'SELECT INSERT UPDATE DELETE',
      fleet: 'SELECT',
      kiloclaw_instances: 'SELECT',
      audit_log: 'SELECT INSERT',
    },
  };

  async function rightsOf(role: string, table: string): Promise<string> {
    const rights: string[] = [];
    for (const verb of VERBS) {
      const [whole] = await sql`SELECT has_table_privilege(${role}, ${table}, ${verb}) AS granted`;
      if (whole?.granted) {
        rights.push(verb);
        continue;
      }
      const columns = await sql`
        SELECT column_name AS name FROM information_schema.column_privileges
        WHERE grantee = ${role} AND table_name = ${table} AND privilege_type = ${verb} ORDER BY 1`;
      if (columns.length > 0) rights.push(`${verb}(${columns.map(({ name }) => String(name)).join(',')})`);
    }
    return rights.join(' ');
  }

  test('every table is in this list', async () => {
    const tables = await sql`SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`;
    expect(tables.map(({ name }) => name)).toEqual(TABLES.toSorted());
  });

  test.each(REGISTRY_ROLES)('%s has exactly the rights it needs', async (role) => {
    for (const table of TABLES)
      expect(`${table}: ${await rightsOf(role, table)}`).toBe(`${table}: ${EXPECTED[role]?.[table] ?? ''}`);
  });

  test.each(REGISTRY_ROLES)('%s cannot sign in, make tables or see the migrations', async (role) => {
    const [found] =
      await sql`SELECT rolcanlogin OR rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls AS strong FROM pg_roles WHERE rolname = ${role}`;
    expect(found?.strong).toBe(false);
    await expect(as(role, 'CREATE TABLE extra (id int)')).rejects.toMatchObject({
      code: INSUFFICIENT_PRIVILEGE,
    });
    await expect(as(role, 'SELECT * FROM drizzle.__drizzle_migrations')).rejects.toMatchObject({
      code: INSUFFICIENT_PRIVILEGE,
    });
  });

  test('the control plane makes no admin and gives nobody an address to sign in with', async () => {
    await as(
      'kiloclaw_control_plane',
      `INSERT INTO users (id, contact_email) VALUES ('new', 'alice@example.com')`,
    );
    for (const statement of [
      `INSERT INTO users (id, role) VALUES ('eve', 'admin')`,
      `INSERT INTO users (id, email) VALUES ('eve', 'alice@example.com')`,
      `UPDATE users SET role = 'admin'`,
      `SELECT name FROM users`,
      `SELECT * FROM accounts`,
    ]) {
      await expect(as('kiloclaw_control_plane', statement), statement).rejects.toMatchObject({
        code: INSUFFICIENT_PRIVILEGE,
      });
    }
  });
});
