import type { RegistryDb } from '../client.ts';
import { type AuditFilter, type ListedAuditRow, readAuditRows } from './search-audit.ts';
import type { TimeCursor } from './time-cursor.ts';

/** The most rows of one export: narrow the filter, by time for example, for the others. */
export const AUDIT_EXPORT_MAX = 50_000;
const EXPORT_PAGE_ROWS = 1_000;

export type AuditExportPage = {
  readonly items: readonly ListedAuditRow[];
  /** On the last page only: there are more rows than `AUDIT_EXPORT_MAX`. */
  readonly isCutOff: boolean;
};

/**
 * The audit rows that a filter finds, newest first, page by page, at most `maxRows` of them. Throws
 * `RegistryUnavailable`.
 */
export async function* auditForExport(
  db: RegistryDb,
  filter: AuditFilter,
  maxRows: number = AUDIT_EXPORT_MAX,
): AsyncGenerator<AuditExportPage> {
  let after: TimeCursor | null = null;
  for (let told = 0; told < maxRows; told += EXPORT_PAGE_ROWS) {
    const limit = Math.min(EXPORT_PAGE_ROWS, maxRows - told);
    const rows: ListedAuditRow[] = await readAuditRows(db, filter, { after, limit: limit + 1 });
    const items = rows.slice(0, limit);
    const hasMore = rows.length > limit;
    yield { items, isCutOff: hasMore && told + limit >= maxRows };
    const last = items.at(-1);
    if (!hasMore || last === undefined) return;
    after = { at: last.at, id: last.id };
  }
}
