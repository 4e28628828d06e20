/** A row of the audit log in each format of its export. Ids, as they are stored: names are joined where they are shown. */
import type { ListedAuditRow } from '@kiloclaw/db';
import { type CsvCell, csvLine } from './csv.ts';
import type { ExportFormat } from './export-file.ts';

const COLUMNS = {
  at: (row) => new Date(row.at).toISOString(),
  actor_id: (row) => row.actorId,
  actor_kind: (row) => row.actorKind,
  action: (row) => row.action,
  outcome: (row) => row.outcome,
  target_user_id: (row) => row.targetUserId,
  instance_id: (row) => row.instanceId,
  operation_id: (row) => row.operationId,
  request_id: (row) => row.requestId,
  ip: (row) => row.ip,
  before: (row) => json(row.before),
  after: (row) => json(row.after),
  metadata: (row) => json(row.metadata),
  id: (row) => row.id,
} as const satisfies Record<string, (row: ListedAuditRow) => CsvCell>;

export const AUDIT_EXPORT_FORMATS: Record<'csv' | 'json', ExportFormat<ListedAuditRow>> = {
  csv: {
    extension: 'csv',
    before: csvLine(Object.keys(COLUMNS)),
    line: (row) => csvLine(Object.values(COLUMNS).map((cellOf) => cellOf(row))),
    between: '',
    after: '',
  },
  json: {
    extension: 'json',
    before: '[\n',
    line: ({ actorName: _, ...row }) => JSON.stringify({ ...row, at: new Date(row.at).toISOString() }),
    between: ',\n',
    after: '\n]\n',
  },
};

function json(value: ListedAuditRow['before']): string | null {
  return value === null ? null : JSON.stringify(value);
}
