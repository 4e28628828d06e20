/**
 * The registry's rows as plain SQL, in the form that `psql` reads as well: a COPY for each table. Postgres' own dump
 * program is not among the embedded binaries, and an installation may have none.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import postgres from 'postgres';
import { z } from 'zod';
import { appliedMigrations, knownMigrations, migrateUpTo } from './applied-migrations.ts';
import { dumpedTables } from './tables.ts';

export { knownMigrations } from './applied-migrations.ts';

const CONNECT_TIMEOUT_S = 10;
const FILE_MODE = 0o600;
const END_OF_ROWS = '\\.';
const COPY_LINE = /^COPY ("[a-z_]+") (\("[a-z_]+"(?:, "[a-z_]+")*\)) FROM stdin;$/;
const LINES_AT_ONCE = 1_000;
/** What Postgres answers to a query in a transaction of which something has failed. */
const TRANSACTION_FAILED = '25P02';

export class DumpError extends Error {
  override readonly name = 'DumpError';
}

export interface RegistryFacts {
  /** Null in a database that has none yet. */
  readonly fleetId: string | null;
  /** Hashes, oldest first. */
  readonly migrations: readonly string[];
}

async function withOwner<Value>(
  databaseUrl: string,
  work: (client: postgres.Sql) => Promise<Value>,
): Promise<Value> {
  const client = postgres(databaseUrl, {
    max: 1,
    fetch_types: false,
    connect_timeout: CONNECT_TIMEOUT_S,
    max_lifetime: null,
    onnotice: () => undefined,
  });
  try {
    return await work(client);
  } finally {
    await client.end({ timeout: 1 });
  }
}

async function factsOf(client: postgres.ISql): Promise<RegistryFacts> {
  const migrations = await appliedMigrations(client);
  const [found] = await client`SELECT to_regclass('public.fleet') IS NOT NULL AS ok`;
  const [fleet] = found?.ok === true ? await client`SELECT id FROM fleet` : [];
  return { migrations, fleetId: fleet === undefined ? null : z.uuid().parse(fleet.id) };
}

/** Whose database it is, and of which release. As the owner of the tables. */
export function readRegistryFacts(databaseUrl: string): Promise<RegistryFacts> {
  return withOwner(databaseUrl, factsOf);
}

/** Every row as of one moment, into a file that its owner alone can read. Others go on writing meanwhile. */
export async function dumpRegistry(databaseUrl: string, file: string): Promise<RegistryFacts> {
  return withOwner(databaseUrl, (client) =>
    client.begin('ISOLATION LEVEL REPEATABLE READ READ ONLY', async (snapshot) => {
      const facts = await factsOf(snapshot);
      const lines = Readable.from(dumpText(snapshot), { objectMode: false });
      await pipeline(lines, createWriteStream(file, { flags: 'wx', mode: FILE_MODE }));
      return facts;
    }),
  );
}

async function* dumpText(snapshot: postgres.ISql): AsyncGenerator<Buffer> {
  for (const { name, columns } of await dumpedTables(snapshot)) {
    const list = columns.map((column) => `"${column}"`).join(', ');
    yield Buffer.from(`COPY "${name}" (${list}) FROM stdin;\n`);
    // In the order of the first column, which is the key of every table: two dumps of the same rows are the same.
    const rows = await snapshot
      .unsafe(`COPY (SELECT ${list} FROM "${name}" ORDER BY 1) TO STDOUT`)
      .readable();
    for await (const chunk of rows) yield chunk as Buffer;
    yield Buffer.from(`${END_OF_ROWS}\n\n`);
  }
}

/**
 * Fills a database that holds nothing of ours: makes the schema of the dump, then all rows or none. What later
 * migrations add comes at the next start. Throws `DumpError` where the dump is of a later release or is damaged.
 */
export async function loadRegistry(
  databaseUrl: string,
  file: string,
  migrations: readonly string[],
): Promise<void> {
  const known = knownMigrations();
  if (migrations.length === 0 || migrations.some((hash, index) => known[index] !== hash)) {
    throw new DumpError(
      'The dump is of a database with migrations that this release does not know: load it with the release that made it.',
    );
  }
  await migrateUpTo(databaseUrl, migrations.length);
  await withOwner(databaseUrl, (client) => client.begin((transaction) => loadRows(transaction, file)));
}

async function loadRows(transaction: postgres.ISql, file: string): Promise<void> {
  const lines = linesOf(file);
  for await (const line of lines) {
    if (line === '') continue;
    const [, table, columns] = COPY_LINE.exec(line) ?? [];
    if (table === undefined || columns === undefined) {
      throw new DumpError(`The dump is damaged: a line begins with ${JSON.stringify(line.slice(0, 40))}.`);
    }
    await copyInto(transaction, `${table} ${columns}`, rowsOf(lines, table));
  }
}

/**
 * Where Postgres refuses rows after the last one was sent, the driver leaves its stream open for good, without a word.
 * The transaction knows: it refuses whatever comes next.
 */
async function copyInto(
  transaction: postgres.ISql,
  target: string,
  rows: AsyncIterable<string>,
): Promise<void> {
  const sink = await transaction.unsafe(`COPY ${target} FROM STDIN`).writable();
  // The write that fails tells it.
  sink.on('error', () => undefined);
  try {
    for await (const chunk of rows) await written(sink, chunk);
  } catch (error) {
    sink.destroy(error instanceof Error ? error : new Error('unknown error'));
    throw error;
  }
  sink.end();
  // By then the end is on its way, and the driver takes a query again.
  await nextTurn();
  await transaction`SELECT 1`.catch((error: unknown) => {
    const isRefused = error instanceof postgres.PostgresError && error.code === TRANSACTION_FAILED;
    if (!isRefused) throw error;
    throw new DumpError(`Postgres refuses the rows of ${target}: its log says why.`);
  });
}

function written(sink: Writable, chunk: string): Promise<void> {
  return new Promise((resolve, reject) => {
    sink.write(chunk, (error) => (error == null ? resolve() : reject(error)));
  });
}

/** Ended by a newline and nothing else: `node:readline` also ends one at U+2028, which stands within a row as it is. */
async function* linesOf(file: string): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of createReadStream(file, 'utf8')) {
    const [first = '', ...more] = String(chunk).split('\n');
    rest += first;
    for (const begun of more) {
      yield rest;
      rest = begun;
    }
  }
  if (rest !== '') yield rest;
}

async function* rowsOf(lines: AsyncIterator<string>, table: string): AsyncGenerator<string> {
  let pending: string[] = [];
  for (;;) {
    const { value, done } = await lines.next();
    if (done === true) throw new DumpError(`The dump is damaged: it ends among the rows of ${table}.`);
    if (value === END_OF_ROWS) break;
    pending.push(`${value}\n`);
    if (pending.length < LINES_AT_ONCE) continue;
    yield pending.join('');
    pending = [];
  }
  if (pending.length > 0) yield pending.join('');
}
