/** Rows of the audit log, newest first; the address holds the page. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { ScrollText } from 'lucide-react';
import type { ReactNode } from 'react';
import { formatExactTime } from '../../lib/format.ts';
import type { SearchValue } from '../../lib/search-params.ts';
import { useTRPC } from '../../lib/trpc.ts';
import { DataTable } from '../../table/data-table.tsx';
import type { TableDetails } from '../../table/table-props.ts';
import { usePageFailure, usePaging, usePlace } from '../../table/use-pages.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { AUDIT_COLUMNS, AUDIT_COLUMNS_OF_INSTANCE, type ListedAuditRow } from './audit-columns.tsx';
import { AuditDetails } from './audit-details.tsx';
import type { AuditFilter } from './audit-view.ts';
import { actionLabel } from './audit-words.ts';

const AUDIT_ROWS_ON_A_PAGE = 50;
const REFRESH_MS = 20_000;

interface AuditTableProps {
  filter: AuditFilter;
  /** What else the page's address holds, besides the page of this table. */
  search: Record<string, SearchValue>;
  /** Within the page of the instance that the filter names. */
  ofInstance?: boolean;
  /** Instead of its own words where there is no row. */
  empty?: ReactNode;
}

export function AuditTable({ filter, search, ofInstance = false, empty = <NoRows /> }: AuditTableProps) {
  const place = usePlace();
  const list = useQuery(
    useTRPC().admin.audit.list.queryOptions(
      { filter, ...(place.after === null ? {} : { cursor: place.after }) },
      { placeholderData: keepPreviousData, refetchInterval: REFRESH_MS },
    ),
  );
  const failure = usePageFailure(place, search, list);
  return (
    <DataTable
      caption="Audit log"
      columns={ofInstance ? AUDIT_COLUMNS_OF_INSTANCE : AUDIT_COLUMNS}
      rows={list.data?.items}
      rowId={({ id }) => id}
      isStale={list.isPlaceholderData}
      failure={failure}
      empty={empty}
      details={DETAILS}
      {...usePaging(place, search, list.data, AUDIT_ROWS_ON_A_PAGE)}
    />
  );
}

const DETAILS: TableDetails<ListedAuditRow> = {
  rowLabel: ({ action, outcome, at }) => `${actionLabel(action)}, ${outcome}, ${formatExactTime(at)}`,
  content: (row) => <AuditDetails row={row} />,
};

function NoRows() {
  return (
    <EmptyState icon={<ScrollText />} title="Nothing has been recorded yet.">
      Every change, and every refused attempt at one, will stand here.
    </EmptyState>
  );
}
