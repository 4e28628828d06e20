/** Everything that a stack keeps, as text to search in. */
import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { RegistryDb } from '@kiloclaw/db';
import { z } from 'zod';

const NamesSchema = z.array(z.object({ name: z.string() }));
const RowsSchema = z.array(z.object({ row: z.string() }));

/** Each row of each table of Postgres. The connection must be the owner's. */
export async function dumpOfPostgres(db: RegistryDb): Promise<string> {
  const tables = await db.execute("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'");
  const dumps: string[] = [];
  for (const { name } of NamesSchema.parse([...(tables as unknown as Iterable<unknown>)])) {
    const rows = await db.execute(`SELECT "${name}"::text AS row FROM "${name}"`);
    const read = RowsSchema.parse([...(rows as unknown as Iterable<unknown>)]);
    dumps.push(...read.map(({ row }) => `${name} ${row}`));
  }
  return dumps.join('\n');
}

/** Each row of each table of each object, of a stack that has stopped: the runtime keeps the files to itself. */
export async function dumpOfObjects(dataDir: string): Promise<string> {
  const dumps: string[] = [];
  for await (const file of glob('objects/**/*.sqlite', { cwd: dataDir })) {
    const database = new DatabaseSync(join(dataDir, file));
    const rowsOf = (query: string) => {
      const statement = database.prepare(query);
      // The runtime's own times are beyond what a JavaScript number holds.
      statement.setReadBigInts(true);
      return statement.all();
    };
    const tables = rowsOf("SELECT name FROM sqlite_master WHERE type = 'table'");
    for (const { name } of NamesSchema.parse(tables)) {
      const rows = rowsOf(`SELECT * FROM "${name}"`);
      dumps.push(...rows.map((row) => `${name} ${Object.values(row).map(textOf).join(' ')}`));
    }
    database.close();
  }
  return dumps.join('\n');
}

/** A blob byte by byte: what stands in it as plain text is found. */
function textOf(value: unknown): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : String(value);
}

export function logOf(dataDir: string): Promise<string> {
  return readFile(join(dataDir, 'control-plane.log'), 'utf8');
}
