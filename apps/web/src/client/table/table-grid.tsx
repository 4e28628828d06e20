import { flexRender, type Row as ModelRow, type Table } from '@tanstack/react-table';
import { useId, useState } from 'react';
import { cn } from '../lib/cn.ts';
import { Skeleton } from '../ui/skeleton.tsx';
import { DetailsButton } from './details-button.tsx';
import { RowCheckbox, SelectAllCheckbox } from './selection-checkboxes.tsx';
import { SortHeader } from './sort-header.tsx';
import type { DataTableProps } from './table-props.ts';

const SKELETON_ROWS = ['1', '2', '3', '4', '5', '6', '7', '8'];

interface TableGridProps<Row> extends Omit<DataTableProps<Row>, 'rows'> {
  table: Table<Row>;
  rows: ModelRow<Row>[] | undefined;
  isStale: boolean;
}

/**
 * The table proper. Its header stays in sight where the page scrolls it; between 768 and 1280 px it may be wider than
 * the page and scrolls sideways within its own frame instead: from 1024 px on the navigation takes the room it gains.
 */
export function TableGrid<Row>({ caption, table, rows, isStale, ...props }: TableGridProps<Row>) {
  const { selection, sort, onSortChange, rowId, details } = props;
  const columnCount =
    table.getFlatHeaders().length + (selection === undefined ? 0 : 1) + (details === undefined ? 0 : 1);
  return (
    <div className="max-xl:overflow-x-auto">
      <table className="w-full border-separate border-spacing-0 text-left text-sm">
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr>
            {selection === undefined ? null : (
              <th scope="col" className={cn(headStyle, 'w-10 pr-0')}>
                <SelectAllCheckbox
                  caption={caption}
                  ids={rows?.map(({ original }) => rowId(original)) ?? []}
                  selection={selection}
                />
              </th>
            )}
            {table.getFlatHeaders().map(({ column }) => (
              <SortHeader
                key={column.id}
                label={String(column.columnDef.header)}
                sortKey={column.columnDef.meta?.sortKey}
                sort={sort}
                onSortChange={onSortChange}
                className={cn(
                  headStyle,
                  column.columnDef.meta?.align === 'end' && 'text-right',
                  column.columnDef.meta?.className,
                )}
              />
            ))}
            {details === undefined ? null : (
              <th scope="col" className={cn(headStyle, 'w-10')}>
                <span className="sr-only">Details</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody className={cn('transition-opacity duration-150', isStale && 'opacity-60')}>
          {rows === undefined ? (
            <SkeletonRows columnCount={columnCount} />
          ) : (
            rows.map((row) => (
              <BodyRow
                key={row.id}
                row={row}
                selection={selection}
                details={details}
                columnCount={columnCount}
              />
            ))
          )}
        </tbody>
      </table>
    </div>
  );
}

const headStyle =
  'sticky top-0 z-10 h-9 whitespace-nowrap border-border border-b bg-surface-raised px-2 font-medium text-muted text-xs xl:px-3 first:rounded-tl-lg first:pl-4 last:rounded-tr-lg last:pr-4';
const cellStyle =
  'h-11 border-border border-b px-2 py-1.5 xl:px-3 align-middle first:pl-4 last:pr-4 group-last:border-b-0';

interface BodyRowProps<Row> {
  row: ModelRow<Row>;
  selection: DataTableProps<Row>['selection'];
  details: DataTableProps<Row>['details'];
  columnCount: number;
}

function BodyRow<Row>({ row, selection, details, columnCount }: BodyRowProps<Row>) {
  const [expanded, setExpanded] = useState(false);
  const detailsId = useId();
  const selected = selection?.selected.has(row.id) ?? false;
  return (
    <>
      <tr className={cn('group', selected ? 'bg-accent-soft' : 'hover:bg-surface')}>
        {selection === undefined ? null : (
          <td className={cn(cellStyle, 'w-10 pr-0')}>
            <RowCheckbox id={row.id} row={row.original} selection={selection} />
          </td>
        )}
        {row.getVisibleCells().map((cell) => (
          <td
            key={cell.id}
            className={cn(
              cellStyle,
              cell.column.columnDef.meta?.align === 'end' && 'text-right',
              cell.column.columnDef.meta?.className,
            )}
          >
            {flexRender(cell.column.columnDef.cell, cell.getContext())}
          </td>
        ))}
        {details === undefined ? null : (
          <td className={cn(cellStyle, 'w-10 pl-0')}>
            <DetailsButton
              controls={detailsId}
              rowLabel={details.rowLabel(row.original)}
              expanded={expanded}
              onToggle={() => setExpanded(!expanded)}
            />
          </td>
        )}
      </tr>
      {details !== undefined && expanded ? (
        <tr className="group">
          <td id={detailsId} colSpan={columnCount} className={cn(cellStyle, 'bg-surface py-3')}>
            {details.content(row.original)}
          </td>
        </tr>
      ) : null}
    </>
  );
}

function SkeletonRows({ columnCount }: { columnCount: number }) {
  return SKELETON_ROWS.map((row) => (
    <tr key={row} className="group">
      <td colSpan={columnCount} className={cellStyle}>
        <Skeleton />
      </td>
    </tr>
  ));
}
