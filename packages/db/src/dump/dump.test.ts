import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureFleetId } from '../migrate.ts';
import { createTestCluster, type TestCluster } from '../testing.ts';
import { knownMigrations, migrateUpTo } from './applied-migrations.ts';
import { DumpError, dumpRegistry, loadRegistry, readRegistryFacts } from './dump.ts';
import { inFillOrder } from './tables.ts';

let cluster: TestCluster;
let scratch: string;
beforeAll(async () => {
  cluster = await createTestCluster();
  scratch = await mkdtemp(join(tmpdir(), 'kiloclaw-dump-'));
});
afterAll(async () => {
  await cluster?.stop();
  await rm(scratch, { recursive: true, force: true });
});

async function run(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = postgres(url, { max: 1, fetch_types: false });
  try {
    return [...(await client.unsafe(text))];
  } finally {
    await client.end();
  }
}

/** Its last separators end a line for some readers, and are none for Postgres. */
const AWKWARD = `tab\tnewline\nreturn\rback\\slash \\. '"{}, umlaut ü and 🦀, \u2028, \u2029, \u0085 and \v`;

/** A registry with a row in each table, and texts that a careless format would break. */
async function filled(): Promise<string> {
  const { url } = await cluster.createDatabase();
  await ensureFleetId(url);
  const text = AWKWARD.replaceAll("'", "''").replaceAll('\\', '\\\\');
  await run(
    url,
    `INSERT INTO users (id, name, email) VALUES ('alice', E'${text}', 'alice@example.com');
     INSERT INTO accounts (id, account_id, provider_id, user_id, password) VALUES ('a', 'alice', 'credential', 'alice', 'hash');
     INSERT INTO sessions (id, token, user_id, expires_at) VALUES ('s', 'session-token', 'alice', now());
     INSERT INTO verifications (id, identifier, value, expires_at) VALUES ('v', 'invitation:x', 'alice', now());
     INSERT INTO audit_log (id, at, actor_id, actor_kind, action, outcome, metadata)
       VALUES ('row', '2026-01-02T03:04:05.678Z', 'alice', 'admin', 'note', 'succeeded', jsonb_build_object('text', E'${text}'));
     INSERT INTO kiloclaw_instances (id, user_id, sandbox_id, provider, status, drift_kinds, registry_version, created_at, updated_at)
       VALUES ('6f0f6a7e-3a51-4c52-9b1e-0d7a4f7f9a01', 'alice', 'kc-1', 'fly', 'running', '{one,"two, three"}', 7, now(), now())`,
  );
  return url;
}

const KEPT = ['users', 'accounts', 'audit_log', 'kiloclaw_instances', 'fleet'];
const rowsOf = async (url: string) =>
  Object.fromEntries(
    await Promise.all(KEPT.map(async (table) => [table, await run(url, `SELECT * FROM ${table}`)])),
  );
const fileOf = (name: string) => join(scratch, `${name}.sql`);

describe('a dump of the registry', () => {
  test('brings every row back, byte for byte, with the fleet’s id', async () => {
    const url = await filled();
    const facts = await dumpRegistry(url, fileOf('whole'));
    const { url: empty } = await cluster.createEmptyDatabase();
    await loadRegistry(empty, fileOf('whole'), facts.migrations);
    expect(await rowsOf(empty)).toEqual(await rowsOf(url));
    expect(await readRegistryFacts(empty)).toEqual(facts);
    expect((await run(empty, 'SELECT name FROM users'))[0]?.name).toBe(AWKWARD);
    await dumpRegistry(empty, fileOf('again'));
    expect(await readFile(fileOf('again'), 'utf8')).toBe(await readFile(fileOf('whole'), 'utf8'));
  });

  test('holds no session and no open link, and is for its owner alone to read', async () => {
    await dumpRegistry(await filled(), fileOf('private'));
    const text = await readFile(fileOf('private'), 'utf8');
    expect(text).not.toContain('session-token');
    expect(text).not.toContain('invitation:x');
    expect((await stat(fileOf('private'))).mode & 0o777).toBe(0o600);
  });

  test('is of one moment: what is stored while it is made is in none of its tables', async () => {
    const url = await filled();
    const client = postgres(url, { max: 1, fetch_types: false });
    let dumping: Promise<unknown> = Promise.resolve();
    await client.begin(async (other) => {
      // It waits here, with users behind it and instances before it.
      await other`LOCK TABLE accounts IN ACCESS EXCLUSIVE MODE`;
      dumping = dumpRegistry(url, fileOf('moment'));
      const waiting = 'SELECT pid FROM pg_locks WHERE NOT granted AND database IS NOT NULL';
      await expect.poll(() => run(url, waiting), { timeout: 10_000 }).toHaveLength(1);
      await other`INSERT INTO users (id) VALUES ('late')`;
      await other`
        INSERT INTO kiloclaw_instances (id, user_id, sandbox_id, provider, status, registry_version, created_at, updated_at)
        VALUES (gen_random_uuid(), 'late', 'kc-late', 'fly', 'running', 1, now(), now())`;
    });
    await dumping;
    await client.end();
    expect(await readFile(fileOf('moment'), 'utf8')).not.toContain('late');
  });

  test('of an earlier schema goes into that schema, and later migrations come on top', async () => {
    const { url } = await cluster.createEmptyDatabase();
    await migrateUpTo(url, 6);
    await run(url, `INSERT INTO users (id) VALUES ('alice')`);
    const facts = await dumpRegistry(url, fileOf('earlier'));
    expect(facts).toEqual({ fleetId: null, migrations: knownMigrations().slice(0, 6) });
    const { url: empty } = await cluster.createEmptyDatabase();
    await loadRegistry(empty, fileOf('earlier'), facts.migrations);
    expect((await readRegistryFacts(empty)).migrations).toEqual(facts.migrations);
    expect(await run(empty, 'SELECT id FROM users')).toEqual([{ id: 'alice' }]);
  });

  test('of a later release, or of another history, is refused before anything is made', async () => {
    const facts = await dumpRegistry(await filled(), fileOf('later'));
    const { url: empty } = await cluster.createEmptyDatabase();
    for (const migrations of [[...facts.migrations, 'later'], ['other', ...facts.migrations.slice(1)], []]) {
      await expect(loadRegistry(empty, fileOf('later'), migrations)).rejects.toThrow(DumpError);
    }
    expect((await readRegistryFacts(empty)).migrations).toEqual([]);
  });

  test('that is damaged leaves no row behind', async () => {
    const facts = await dumpRegistry(await filled(), fileOf('sound'));
    const sound = await readFile(fileOf('sound'), 'utf8');
    const damaged = [
      sound.slice(0, sound.lastIndexOf('\\.')),
      sound.replace('COPY "users"', 'DROP TABLE "users"'),
      sound.replace('\\.\n\n', '\\.\n\nDELETE FROM users;\n'),
      // Read by Postgres alone, which refuses it when the table's last row has been sent.
      sound.replace('\\.\n\n', 'a row with one column\n\\.\n\n'),
    ];
    for (const [index, text] of damaged.entries()) {
      await writeFile(fileOf(`damaged-${index}`), text);
      const { url: empty } = await cluster.createEmptyDatabase();
      await expect(loadRegistry(empty, fileOf(`damaged-${index}`), facts.migrations)).rejects.toThrow(
        DumpError,
      );
      expect(await run(empty, 'SELECT id FROM users')).toEqual([]);
    }
  });
});

describe('the order of tables', () => {
  test('puts what is referred to first, and refuses a circle', () => {
    const tables = [{ name: 'c' }, { name: 'b' }, { name: 'a' }];
    const chain = [
      { from: 'c', to: 'b' },
      { from: 'b', to: 'a' },
    ];
    expect(inFillOrder(tables, chain).map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect(() => inFillOrder(tables, [...chain, { from: 'a', to: 'c' }])).toThrow('circle');
  });
});
