import { execFile } from 'node:child_process';
import { chmod, cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { startEmbeddedPostgres } from './embedded/embedded-postgres.ts';
import { MIGRATIONS_FOLDER, migrate } from './migrate.ts';
import { createTestCluster, type TestCluster } from './testing.ts';

const PACKAGE_FOLDER = fileURLToPath(new URL('..', import.meta.url));
const CLUSTER_TIMEOUT_MS = 60_000;
const JournalSchema = z.looseObject({
  entries: z.array(z.looseObject({ tag: z.string(), when: z.number() })),
});

let cluster: TestCluster;
let scratch: string;
beforeAll(async () => {
  cluster = await createTestCluster();
  scratch = await mkdtemp(join(tmpdir(), 'kiloclaw-migrations-'));
}, CLUSTER_TIMEOUT_MS);
afterAll(async () => {
  await cluster?.stop();
  await rm(scratch, { recursive: true, force: true });
}, CLUSTER_TIMEOUT_MS);

const readJournal = async (folder: string) =>
  JournalSchema.parse(JSON.parse(await readFile(join(folder, 'meta/_journal.json'), 'utf8')));

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = postgres(url, { max: 1, fetch_types: false });
  try {
    return [...(await client.unsafe(text))];
  } finally {
    await client.end();
  }
}

/** Tables, columns, constraints, indexes, triggers and rights, as text. */
const describeDatabase = (url: string) =>
  query(
    url,
    `SELECT 'column' AS kind, table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' || coalesce(column_default, '') AS what
       FROM information_schema.columns WHERE table_schema = 'public'
     UNION ALL SELECT 'constraint', conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
     UNION ALL SELECT 'index', indexdef FROM pg_indexes WHERE schemaname = 'public'
     UNION ALL SELECT 'trigger', pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
     UNION ALL SELECT 'rights', relname || ' ' || coalesce(relacl::text, '') FROM pg_class WHERE relnamespace = 'public'::regnamespace
     ORDER BY 1, 2`,
  );

const appliedCount = async (url: string) =>
  (await query(url, 'SELECT id FROM drizzle.__drizzle_migrations')).length;

async function folderUpTo(count: number): Promise<string> {
  const folder = join(scratch, `first-${count}`);
  await cp(MIGRATIONS_FOLDER, folder, { recursive: true });
  const journal = await readJournal(folder);
  await writeFile(
    join(folder, 'meta/_journal.json'),
    JSON.stringify({ ...journal, entries: journal.entries.slice(0, count) }),
  );
  return folder;
}

async function filesIn(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder, { recursive: true }))
    .filter((name) => /\.(sql|json)$/.test(name))
    .sort();
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  return Object.fromEntries(names.map((name, index) => [name, texts[index] ?? '']));
}

describe('migrations', () => {
  test('say exactly what the schema says: generating again yields nothing', async () => {
    const copy = join(scratch, 'drift');
    await cp(MIGRATIONS_FOLDER, copy, { recursive: true });
    const drizzleKit = join(dirname(createRequire(import.meta.url).resolve('drizzle-kit')), 'bin.cjs');
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [
        drizzleKit,
        'generate',
        '--dialect=postgresql',
        '--schema=./src/schema/*.ts',
        `--out=${relative(PACKAGE_FOLDER, copy)}`,
      ],
      { cwd: PACKAGE_FOLDER },
    );
    expect(stdout).toContain('8 tables');
    expect(stdout).toContain('No schema changes');
    expect(await filesIn(copy)).toEqual(await filesIn(MIGRATIONS_FOLDER));
  }, 60_000);

  test('are numbered without gaps, in the order of their times', async () => {
    const { entries } = await readJournal(MIGRATIONS_FOLDER);
    expect(entries.map(({ tag }) => Number.parseInt(tag, 10))).toEqual(entries.map((_, index) => index));
    const times = entries.map(({ when }) => when);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  test('bring an empty database to the same state from every earlier version, with data in it', async () => {
    const { entries } = await readJournal(MIGRATIONS_FOLDER);
    const fresh = await cluster.createEmptyDatabase();
    await migrate(fresh.url);
    const target = await describeDatabase(fresh.url);
    expect(target.length).toBeGreaterThan(100);
    for (let count = 1; count < entries.length; count += 1) {
      const { url } = await cluster.createEmptyDatabase();
      await migrate(url, await folderUpTo(count));
      expect(await appliedCount(url)).toBe(count);
      const hasTables = count >= 2;
      if (hasTables)
        await query(url, `INSERT INTO users (id, contact_email) VALUES ('alice', 'alice@example.com')`);
      await migrate(url);
      expect(await describeDatabase(url)).toEqual(target);
      if (hasTables)
        expect(await query(url, 'SELECT contact_email FROM users')).toEqual([
          { contact_email: 'alice@example.com' },
        ]);
    }
  }, 60_000);

  test('are a no-op the second time', async () => {
    const { url } = await cluster.createDatabase();
    const before = [await appliedCount(url), await describeDatabase(url)];
    await migrate(url);
    expect([await appliedCount(url), await describeDatabase(url)]).toEqual(before);
  });

  test('run once when several callers start them at once on one database', async () => {
    const { url } = await cluster.createEmptyDatabase();
    await Promise.all(Array.from({ length: 5 }, () => migrate(url)));
    expect(await appliedCount(url)).toBe((await readJournal(MIGRATIONS_FOLDER)).entries.length);
  }, 30_000);

  test('make the shared roles when several databases of one new cluster are migrated side by side', async () => {
    const dataDir = join(scratch, 'side by side');
    await chmod(scratch, 0o755);
    const server = await startEmbeddedPostgres({ dataDir, durable: false });
    try {
      const urls = Array.from(
        { length: 5 },
        (_, index) => Object.assign(new URL(server.url), { pathname: `/side_${index}` }).href,
      );
      for (const url of urls) await query(server.url, `CREATE DATABASE ${new URL(url).pathname.slice(1)}`);
      await Promise.all(urls.map((url) => migrate(url)));
      for (const url of urls) {
        const granted = await query(
          url,
          `SELECT has_table_privilege('kiloclaw_web', 'sessions', 'DELETE') AS ok`,
        );
        expect(granted).toEqual([{ ok: true }]);
      }
    } finally {
      await server.stop();
    }
  }, 60_000);
});
