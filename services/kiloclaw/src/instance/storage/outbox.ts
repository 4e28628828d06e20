/** Audit rows on their way to the registry: written in the segment that they tell of, gone when they have arrived. */
import type { AuditRow } from '@kiloclaw/db';
import type { InstanceStorage } from './instance-storage.ts';

export const OUTBOX_PAGE = 50;

export interface OutboxEntry {
  readonly sequence: number;
  readonly row: AuditRow;
}

export function appendToOutbox(storage: InstanceStorage, row: AuditRow): void {
  storage.exec('INSERT OR IGNORE INTO outbox (audit_id, payload) VALUES (?, ?)', row.id, JSON.stringify(row));
}

/** The oldest entries, in order; at most `OUTBOX_PAGE`. */
export function readOutbox(storage: InstanceStorage): OutboxEntry[] {
  return storage
    .exec<{ sequence: number; payload: string }>(
      'SELECT sequence, payload FROM outbox ORDER BY sequence LIMIT ?',
      OUTBOX_PAGE,
    )
    .map(({ sequence, payload }) => ({ sequence, row: JSON.parse(payload) as AuditRow }));
}

export function forgetOutbox(storage: InstanceStorage, entries: readonly OutboxEntry[]): void {
  for (const entry of entries) storage.exec('DELETE FROM outbox WHERE sequence = ?', entry.sequence);
}

export function countOutbox(storage: InstanceStorage): number {
  return storage.exec<{ waiting: number }>('SELECT count(*) AS waiting FROM outbox').at(0)?.waiting ?? 0;
}
