/** Which migrations a database has had, so that its rows go back into the very schema that they come from. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import type postgres from 'postgres';
import { z } from 'zod';
import { MIGRATIONS_FOLDER, migrate } from '../migrate.ts';

const JournalSchema = z.looseObject({ entries: z.array(z.unknown()) });
const HashesSchema = z.array(z.object({ hash: z.string() }));

/** The hashes of what was applied, oldest first; none where there is no schema of ours. */
export async function appliedMigrations(client: postgres.ISql): Promise<string[]> {
  const [found] = await client`SELECT to_regclass('drizzle.__drizzle_migrations') IS NOT NULL AS ok`;
  if (found?.ok !== true) return [];
  const rows = await client`SELECT hash FROM drizzle.__drizzle_migrations ORDER BY created_at`;
  return HashesSchema.parse([...rows]).map(({ hash }) => hash);
}

/** The hashes of the migrations that this release knows, oldest first. */
export function knownMigrations(): string[] {
  return readMigrationFiles({ migrationsFolder: MIGRATIONS_FOLDER }).map(({ hash }) => hash);
}

/** Brings an empty database to the schema that the first `count` migrations make. */
export async function migrateUpTo(databaseUrl: string, count: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'kiloclaw-migrations-'));
  try {
    await cp(MIGRATIONS_FOLDER, folder, { recursive: true });
    const file = join(folder, 'meta/_journal.json');
    const journal = JournalSchema.parse(JSON.parse(await readFile(file, 'utf8')));
    await writeFile(file, JSON.stringify({ ...journal, entries: journal.entries.slice(0, count) }));
    await migrate(databaseUrl, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
