/** What has arrived in Postgres, read and now and then written as its superuser. */
import { runInDurableObject } from 'cloudflare:test';
import {
  accounts,
  auditLog,
  ensureUsers,
  type InstanceRow,
  openRegistry,
  type RegistryDb,
  readInstanceRow,
  sessions,
  users,
  writeInstanceRows,
} from '@kiloclaw/db';
import { vi } from 'vitest';
import { REGISTRY_WRITER_NAMES } from '../registry/registry-port.ts';
import { bindings, debugStatusOf, type Target } from './platform.ts';

const ARRIVAL = { timeout: 20_000, interval: 50 };

async function read<Value>(query: (db: RegistryDb) => Promise<Value>): Promise<Value> {
  const registry = openRegistry(bindings.OBSERVER.connectionString);
  try {
    return await query(registry.db);
  } finally {
    await registry.close();
  }
}

/** Waits until an instance owes the registry nothing. */
export async function untilPaid(target: Target): Promise<void> {
  await vi.waitFor(async () => {
    const { registry } = await debugStatusOf(target);
    if (registry.auditRowsWaiting > 0 || registry.syncedVersion < registry.version)
      throw new Error(`still owed: ${JSON.stringify(registry)}`);
  }, ARRIVAL);
}

export function registryRowOf({ instanceId }: Target) {
  return read((db) => readInstanceRow(db, instanceId));
}

/** Writes rows that no instance stands behind, and their owners with an address each. */
export async function seedRegistry(rows: readonly InstanceRow[]): Promise<void> {
  const owners = [...new Set(rows.map(({ userId }) => userId))];
  await read(async (db) => {
    await ensureUsers(
      db,
      owners.map((id) => ({ id, email: `${id}@example.com` })),
    );
    await writeInstanceRows(db, rows);
  });
}

export interface TestPerson {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: 'admin' | 'customer';
}

/** Somebody who can sign in, and is signed in once. */
export async function seedPerson({ id, name, email, role }: TestPerson): Promise<void> {
  await read(async (db) => {
    await db
      .insert(users)
      .values({ id, name, email, role, contactEmail: email, image: `https://example.com/${name}` });
    await db.insert(accounts).values({ id, accountId: id, providerId: 'credential', userId: id });
    const expiresAt = new Date(Date.now() + 60_000);
    await db.insert(sessions).values({ id, token: id, userId: id, expiresAt, userAgent: name });
  });
}

/** Lets everybody who asks for instances wait until the work is done. */
export function whileRegistryHangs(work: () => Promise<void>): Promise<void> {
  return read(async (db) => {
    await db.execute('BEGIN');
    await db.execute('LOCK TABLE kiloclaw_instances IN ACCESS EXCLUSIVE MODE');
    try {
      await work();
    } finally {
      await db.execute('ROLLBACK');
    }
  });
}

/** Postgres away: each writer's connection is lost with it, and none can sign in until the work is done. */
export function whileRegistryRefuses(work: () => Promise<void>): Promise<void> {
  return read(async (db) => {
    await db.execute('ALTER ROLE kiloclaw_control_plane NOLOGIN');
    try {
      // Not cut by the server: on workerd that rejects a read that nobody awaits.
      for (const name of REGISTRY_WRITER_NAMES) {
        const writer = bindings.REGISTRY_WRITER.getByName(name);
        await runInDurableObject(writer, (_object, state) => state.abort('crash')).catch(() => undefined);
      }
      await work();
    } finally {
      await db.execute('ALTER ROLE kiloclaw_control_plane LOGIN');
    }
  });
}

/** An instance's audit rows, oldest first. */
export async function auditRowsOf({ instanceId }: Target) {
  const rows = await read((db) => db.select().from(auditLog));
  return rows
    .filter((row) => row.instanceId === instanceId)
    .sort((a, b) => Number(a.at) - Number(b.at) || (a.id < b.id ? -1 : 1));
}

/** The audit rows of an action, oldest first. */
export async function auditRowsByAction(action: string) {
  const rows = await read((db) => db.select().from(auditLog));
  return rows
    .filter((row) => row.action === action)
    .sort((a, b) => Number(a.at) - Number(b.at) || (a.id < b.id ? -1 : 1));
}

/** Loses the row of an instance. */
export function forgetRow({ instanceId }: Target): Promise<unknown> {
  return read((db) => db.execute(`DELETE FROM kiloclaw_instances WHERE id = '${instanceId}'`));
}

/** The columns of the instances' table, as Postgres has them. */
export async function instanceColumns(): Promise<string[]> {
  const rows = await read((db) =>
    db.execute("SELECT column_name FROM information_schema.columns WHERE table_name = 'kiloclaw_instances'"),
  );
  return (rows as unknown as { column_name: string }[]).map(({ column_name }) => column_name);
}

/** Every row of every table, as text. */
export function registryDump(): Promise<string> {
  return read(async (db) => {
    const tables = await db.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'");
    const texts: string[] = [];
    for (const { tablename } of tables as unknown as { tablename: string }[])
      texts.push(JSON.stringify(await db.execute(`SELECT t::text FROM "${tablename}" t`)));
    return texts.join('\n');
  });
}

/** The control plane's connections and when each last sent a statement: the same twice where it sent none between. */
export async function controlPlaneActivity(): Promise<string> {
  const rows = await read((db) =>
    db.execute(
      "SELECT pid, query_start::text FROM pg_stat_activity WHERE usename = 'kiloclaw_control_plane' ORDER BY pid",
    ),
  );
  return JSON.stringify(rows);
}

/** Writes into the row of an instance behind its back: columns by their names, values as SQL. */
export function tamperRow(
  { instanceId }: Target,
  columns: Readonly<Record<string, string>>,
): Promise<unknown> {
  const assignments = Object.entries(columns).map(([column, value]) => `${column} = ${value}`);
  return read((db) =>
    db.execute(`UPDATE kiloclaw_instances SET ${assignments.join(', ')} WHERE id = '${instanceId}'`),
  );
}
