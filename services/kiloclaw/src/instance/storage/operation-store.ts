/** The instance's operations: the unfinished one, and its timeline. */
import { type Operation, OperationSchema } from '../operations/operation.ts';
import type { InstanceStorage } from './instance-storage.ts';

/** How many operations the object keeps: the timeline. */
export const TIMELINE_LENGTH = 200;
const UNFINISHED = `status IN ('running', 'stuck')`;

type Row = { sequence: number; body: string };

function parse(row: Row | undefined): Operation | null {
  return row === undefined ? null : OperationSchema.parse(JSON.parse(row.body));
}

export function unfinishedOperation(storage: InstanceStorage): Operation | null {
  return parse(storage.exec<Row>(`SELECT sequence, body FROM operations WHERE ${UNFINISHED}`).at(0));
}

export function operationById(storage: InstanceStorage, id: string): Operation | null {
  return parse(storage.exec<Row>('SELECT sequence, body FROM operations WHERE id = ?', id).at(0));
}

/** The newest operation that was accepted under this key since `sinceMs`, or null. */
export function operationByKey(storage: InstanceStorage, key: string, sinceMs: number): Operation | null {
  const rows = storage.exec<Row>(
    'SELECT sequence, body FROM operations ORDER BY sequence DESC LIMIT ?',
    TIMELINE_LENGTH,
  );
  for (const row of rows) {
    const operation = parse(row);
    if (operation?.idempotencyKey === key && operation.startedAt >= sinceMs) return operation;
  }
  return null;
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

export function insertOperation(storage: InstanceStorage, operation: Operation): void {
  storage.exec(
    'INSERT INTO operations (id, kind, status, body) VALUES (?, ?, ?, ?)',
    operation.id,
    operation.kind,
    operation.status,
    JSON.stringify(operation),
  );
  storage.exec(
    `DELETE FROM operations WHERE NOT (${UNFINISHED})
       AND sequence <= (SELECT max(sequence) FROM operations) - ?`,
    TIMELINE_LENGTH,
  );
}

export function saveOperation(storage: InstanceStorage, operation: Operation): void {
  storage.exec(
    'UPDATE operations SET status = ?, body = ? WHERE id = ?',
    operation.status,
    JSON.stringify(operation),
    operation.id,
  );
}
