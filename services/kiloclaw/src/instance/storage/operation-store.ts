/** The instance's operations: the unfinished one, and its timeline. */
import { IDEMPOTENCY_KEY_KEPT_MS } from '../bounds.ts';
import { type Operation, OperationSchema } from '../operations/operation.ts';
import type { InstanceStorage } from './instance-storage.ts';

/** How many operations the object keeps: the timeline. */
export const TIMELINE_LENGTH = 200;
/** The most of them that are kept because their key still stands for them: a change every 43 s for 24 hours. */
export const KEYED_OPERATIONS_MOST = 2_000;
const UNFINISHED = `status IN ('running', 'stuck')`;

type Row = { sequence: number; body: string };

/** Null for a row that does not validate: it stays where it is, and is shown nowhere. */
function parse(row: Row | undefined): Operation | null {
  if (row === undefined) return null;
  try {
    return OperationSchema.safeParse(JSON.parse(row.body)).data ?? null;
  } catch {
    return null;
  }
}

function unfinishedRow(storage: InstanceStorage): Row | undefined {
  return storage.exec<Row>(`SELECT sequence, body FROM operations WHERE ${UNFINISHED}`).at(0);
}

/** The operation in the slot, or null. */
export function unfinishedOperation(storage: InstanceStorage): Operation | null {
  return parse(unfinishedRow(storage));
}

/** Whether the operation under way can't be read any more: nobody knows then what it was about to do. */
export function unfinishedIsDamaged(storage: InstanceStorage): boolean {
  const row = unfinishedRow(storage);
  return row !== undefined && parse(row) === null;
}

/** Null where it is not kept any more. */
export function operationById(storage: InstanceStorage, id: string): Operation | null {
  return parse(storage.exec<Row>('SELECT sequence, body FROM operations WHERE id = ?', id).at(0));
}

/** The newest operation that was accepted under this key since `sinceMs`, or null. */
export function operationByKey(storage: InstanceStorage, key: string, sinceMs: number): Operation | null {
  const newest = parse(
    storage
      .exec<Row>(
        `SELECT sequence, body FROM operations 
         WHERE CASE WHEN json_valid(body) THEN json_extract(body, '$.idempotencyKey') END = ?
         ORDER BY sequence DESC LIMIT 1`,
        key,
      )
      .at(0),
  );
  return newest !== null && newest.startedAt >= sinceMs ? newest : null;
}

/** Newest first, beginning after `cursor`. */
export function operationPage(
  storage: InstanceStorage,
  cursor: number | null,
  limit: number,
): { items: Operation[]; nextCursor: number | null } {
  const rows = storage.exec<Row>(
    'SELECT sequence, body FROM operations WHERE sequence < ? ORDER BY sequence DESC LIMIT ?',
    cursor ?? Number.MAX_SAFE_INTEGER,
    limit + 1,
  );
  const shown = rows.slice(0, limit);
  const items = shown.flatMap((row) => parse(row) ?? []);
  return { items, nextCursor: rows.length > limit ? (shown.at(-1)?.sequence ?? null) : null };
}

/** Stores a new operation, and lets go of the oldest ended ones. */
export function insertOperation(storage: InstanceStorage, operation: Operation): void {
  storage.exec(
    'INSERT INTO operations (id, kind, status, body) VALUES (?, ?, ?, ?)',
    operation.id,
    operation.kind,
    operation.status,
    JSON.stringify(operation),
  );
  prune(storage, operation.startedAt - IDEMPOTENCY_KEY_KEPT_MS);
}

/** A key that was forgotten before its time would let a repeat act again. Rows that can't be read go with their age. */
function prune(storage: InstanceStorage, keyedSinceMs: number): void {
  const isKeyed = `CASE WHEN json_valid(body) THEN json_extract(body, '$.idempotencyKey') IS NOT NULL
     AND json_extract(body, '$.startedAt') >= ? ELSE FALSE END`;
  storage.exec(
    `DELETE FROM operations WHERE NOT (${UNFINISHED})
       AND (sequence <= (SELECT max(sequence) FROM operations) - ?
         OR sequence <= (SELECT max(sequence) FROM operations) - ? AND NOT (${isKeyed}))`,
    KEYED_OPERATIONS_MOST,
    TIMELINE_LENGTH,
    keyedSinceMs,
  );
}

/** Throws on one that could not be read again: its segment is undone then, and nothing is lost. */
export function saveOperation(storage: InstanceStorage, operation: Operation): void {
  storage.exec(
    'UPDATE operations SET status = ?, body = ? WHERE id = ?',
    operation.status,
    JSON.stringify(OperationSchema.parse(operation)),
    operation.id,
  );
}
