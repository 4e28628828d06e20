import type { RegistryDb } from '../client.ts';
import type { AuditRow } from '../rows.ts';
import { auditLog } from '../schema/audit-log.ts';
import { inChunks, sortedBy } from './chunks.ts';
import { answered } from './registry-failure.ts';

/** Stores each audit row exactly once, by its id, however often it is delivered. Throws `RegistryUnavailable`. */
export async function appendAudit(db: RegistryDb, rows: readonly AuditRow[]): Promise<void> {
  for (const chunk of inChunks(rows)) await answered(() => insertAuditRows(db, chunk));
}

export function insertAuditRows(db: RegistryDb, rows: readonly AuditRow[]) {
  return db
    .insert(auditLog)
    .values(sortedBy(rows, (row) => row.id).map((row) => ({ ...row, at: new Date(row.at) })))
    .onConflictDoNothing({ target: auditLog.id });
}
