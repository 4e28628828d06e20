/** Which tables a dump holds, and in which order they can be filled. */
import type postgres from 'postgres';
import { z } from 'zod';

/**
 * Left out: a link that was used and a session that was ended must not come back with a backup, and what counts
 * attempts is over by then. Who was signed in signs in again; an invitation that is still open is sent again.
 */
const LEFT_OUT = new Set(['sessions', 'verifications', 'rate_limits']);

export interface DumpedTable {
  readonly name: string;
  /** In the order of the table. */
  readonly columns: readonly string[];
}

const ColumnsSchema = z.array(z.object({ name: z.string(), columns: z.array(z.string()) }));
const ReferencesSchema = z.array(z.object({ from: z.string(), to: z.string() }));

/** Every table whose rows are worth keeping; one that refers to another comes after it. */
export async function dumpedTables(client: postgres.ISql): Promise<DumpedTable[]> {
  const found = await client`
    SELECT table_name AS name, array_to_json(array_agg(column_name::text ORDER BY ordinal_position)) AS columns
    FROM information_schema.columns
    JOIN information_schema.tables USING (table_schema, table_name)
    WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND is_generated = 'NEVER'
    GROUP BY table_name ORDER BY table_name`;
  const references = await client`
    SELECT DISTINCT conrelid::regclass::text AS from, confrelid::regclass::text AS to
    FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND conrelid <> confrelid`;
  const tables = ColumnsSchema.parse([...found]).filter(({ name }) => !LEFT_OUT.has(name));
  return inFillOrder(tables, ReferencesSchema.parse([...references]));
}

/** Throws where tables refer to each other in a circle: no order fills those. */
export function inFillOrder<Table extends { readonly name: string }>(
  tables: readonly Table[],
  references: readonly { readonly from: string; readonly to: string }[],
): Table[] {
  const ordered: Table[] = [];
  let rest = [...tables];
  while (rest.length > 0) {
    const waiting = new Set(rest.map(({ name }) => name));
    const ready = rest.filter(
      ({ name }) => !references.some(({ from, to }) => from === name && waiting.has(to)),
    );
    if (ready.length === 0)
      throw new Error(`Tables refer to each other in a circle: ${[...waiting].join(', ')}.`);
    ordered.push(...ready);
    rest = rest.filter((table) => !ready.includes(table));
  }
  return ordered;
}
