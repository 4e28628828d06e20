import { getCoreRowModel, type Row as ModelRow, useReactTable } from '@tanstack/react-table';
import { useMemo } from 'react';
import { cn } from '../lib/cn.ts';
import { useIsNarrow } from '../lib/use-media-query.ts';
import { ErrorState } from '../ui/error-state.tsx';
import { FormError } from '../ui/form-error.tsx';
import { PaginationBar } from '../ui/pagination-bar.tsx';
import { BulkBar } from './bulk-bar.tsx';
import { CardList } from './card-list.tsx';
import { SortSelect } from './sort-select.tsx';
import { TableGrid } from './table-grid.tsx';
import type { DataTableProps } from './table-props.ts';

const NO_ROWS: never[] = [];

/**
 * Every table of the app: one page of rows that the server has sorted and filtered. Below 768 px each row is a card of
 * a list, since a table that has to be moved sideways can't be read.
 */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { caption, rows, isStale = false, failure = null, empty, selection, paging } = props;
  const isNarrow = useIsNarrow();
  const data = useMemo(() => (rows === undefined ? NO_ROWS : [...rows]), [rows]);
  const columns = useMemo(() => [...props.columns], [props.columns]);
  const table = useReactTable<Row>({
    data,
    columns,
    getRowId: props.rowId,
    getCoreRowModel: getCoreRowModel(),
    manualSorting: true,
    manualPagination: true,
  });
  const modelRows: ModelRow<Row>[] | undefined = rows === undefined ? undefined : table.getRowModel().rows;
  const isFailed = failure !== null && rows === undefined;
  const isEmpty = rows?.length === 0;
  return (
    <div className="flex min-w-0 flex-col gap-2">
      {selection === undefined ? null : <BulkBar selection={selection} />}
      {isNarrow && !isEmpty && !isFailed ? <SortSelect {...props} /> : null}
      {isFailed ? null : <FormError failure={failure} />}
      <div
        aria-busy={isStale || (rows === undefined && !isFailed)}
        className={cn(
          'min-w-0 rounded-lg border border-border bg-surface-raised shadow-raised',
          isNarrow && !isEmpty && !isFailed && 'border-0 bg-transparent shadow-none',
        )}
      >
        {failure !== null && rows === undefined ? (
          <ErrorState {...failure} />
        ) : isEmpty ? (
          empty
        ) : isNarrow ? (
          <CardList {...props} columns={columns} isStale={isStale} rows={modelRows} />
        ) : (
          <TableGrid {...props} table={table} isStale={isStale} rows={modelRows} />
        )}
        {paging === undefined || isFailed ? null : (
          <div className={cn(!isNarrow && 'border-border border-t')}>
            <PaginationBar label={`Pages of ${caption}`} {...paging} />
          </div>
        )}
      </div>
      <span role="status" className="sr-only">
        {isStale ? 'Loading' : isEmpty ? 'No results' : ''}
      </span>
    </div>
  );
}
