/** Rewrites what is stored as JSON, row by row and without regard to any schema: for what has to be forgotten. */
import type { InstanceStorage } from './instance-storage.ts';

const COLUMNS = {
  record: { key: 'only', json: 'state' },
  operations: { key: 'sequence', json: 'body' },
  outbox: { key: 'sequence', json: 'payload' },
} as const;

/**
 * Puts every row of a table through `change`, and writes back those that it made anew. Answers how many; a row that is
 * no JSON object is left as it is. Call within a segment.
 */
export function rewriteStored(
  storage: InstanceStorage,
  table: keyof typeof COLUMNS,
  change: (stored: object) => object,
): number {
  const { key, json } = COLUMNS[table];
  const rows = storage.exec<{ key: number; json: string }>(
    `SELECT ${key} AS key, ${json} AS json FROM ${table}`,
  );
  let rewritten = 0;
  for (const row of rows) {
    const stored = parseObject(row.json);
    const text = stored === null ? row.json : JSON.stringify(change(stored));
    if (text === row.json) continue;
    storage.exec(`UPDATE ${table} SET ${json} = ? WHERE ${key} = ?`, text, row.key);
    rewritten += 1;
  }
  return rewritten;
}

/** All that is stored as JSON; `parsed` is null where it is none. */
export function storedTexts(storage: InstanceStorage): { text: string; parsed: object | null }[] {
  return Object.entries(COLUMNS).flatMap(([table, { json }]) =>
    storage
      .exec<{ json: string }>(`SELECT ${json} AS json FROM ${table}`)
      .map((row) => ({ text: row.json, parsed: parseObject(row.json) })),
  );
}

function parseObject(text: string): object | null {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? parsed : null;
  } catch {
    return null;
  }
}
