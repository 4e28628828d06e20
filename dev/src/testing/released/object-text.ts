/** An object's SQLite database as SQL text, and back: what is kept of a release can be reviewed, and nothing is lost. */
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';

const TablesSchema = z.array(z.object({ type: z.string(), name: z.string(), sql: z.string() }));

function literal(value: unknown): string {
  if (value === null) return 'NULL';
  if (typeof value === 'bigint' || typeof value === 'number') return String(value);
  if (value instanceof Uint8Array) return `X'${Buffer.from(value).toString('hex')}'`;
  return `'${String(value).replaceAll("'", "''")}'`;
}

/** Tables with their rows, then the indexes. Reads only. */
export function objectToText(file: string): string {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const made = TablesSchema.parse(
      database
        .prepare(
          "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'",
        )
        .all(),
    );
    const lines = made
      .filter(({ type }) => type === 'table')
      .flatMap(({ name, sql }) => [`${sql};`, ...rowsOf(database, name)]);
    const sequences = made.some(({ sql }) => /AUTOINCREMENT/i.test(sql))
      ? rowsOf(database, 'sqlite_sequence')
      : [];
    // The rows above have made their own.
    const reset = sequences.length > 0 ? ['DELETE FROM sqlite_sequence;', ...sequences] : [];
    const others = made.filter(({ type }) => type !== 'table').map(({ sql }) => `${sql};`);
    return `${[...lines, ...reset, ...others].join('\n')}\n`;
  } finally {
    database.close();
  }
}

function rowsOf(database: DatabaseSync, table: string): string[] {
  const statement = database.prepare(`SELECT * FROM "${table}"`);
  // The runtime's own times are beyond what a JavaScript number holds.
  statement.setReadBigInts(true);
  return statement
    .all()
    .map((row) => `INSERT INTO "${table}" VALUES (${Object.values(row).map(literal).join(', ')});`);
}

/** Makes the database that a text describes. The file must not be there yet. */
export function textToObject(text: string, file: string): void {
  const database = new DatabaseSync(file);
  try {
    database.exec('BEGIN');
    database.exec(text);
    database.exec('COMMIT');
  } finally {
    database.close();
  }
}
