import { flexRender, type Row as ModelRow } from '@tanstack/react-table';
import { Fragment, useId, useState } from 'react';
import { cn } from '../lib/cn.ts';
import { Skeleton } from '../ui/skeleton.tsx';
import { DetailsButton } from './details-button.tsx';
import { RowCheckbox, SelectAllCheckbox } from './selection-checkboxes.tsx';
import type { DataTableProps } from './table-props.ts';

const SKELETON_CARDS = ['1', '2', '3', '4'];

interface CardListProps<Row> extends Omit<DataTableProps<Row>, 'rows'> {
  rows: ModelRow<Row>[] | undefined;
  isStale: boolean;
}

/** The same rows as a list of cards: the first column is a card's title, the others are its properties. */
export function CardList<Row>({ caption, rows, isStale, selection, details, rowId }: CardListProps<Row>) {
  return (
    <div className="flex flex-col gap-2">
      {selection === undefined || rows === undefined ? null : (
        <div className="flex items-center gap-2.5 px-4 text-muted text-sm">
          <SelectAllCheckbox
            caption={caption}
            ids={rows.map(({ original }) => rowId(original))}
            selection={selection}
          />
          <span aria-hidden="true">Select all</span>
        </div>
      )}
      <ul
        aria-label={caption}
        className={cn('flex flex-col gap-2 transition-opacity duration-150', isStale && 'opacity-60')}
      >
        {rows === undefined
          ? SKELETON_CARDS.map((card) => (
              <li key={card} className={cardStyle}>
                <Skeleton className="w-1/2" />
                <Skeleton className="mt-3 h-10" />
              </li>
            ))
          : rows.map((row) => <Card key={row.id} row={row} selection={selection} details={details} />)}
      </ul>
    </div>
  );
}

const cardStyle = 'rounded-lg border border-border bg-surface-raised px-4 py-3 shadow-raised';

interface CardProps<Row> {
  row: ModelRow<Row>;
  selection: DataTableProps<Row>['selection'];
  details: DataTableProps<Row>['details'];
}

function Card<Row>({ row, selection, details }: CardProps<Row>) {
  const [expanded, setExpanded] = useState(false);
  const detailsId = useId();
  const [title, ...others] = row.getVisibleCells();
  const selected = selection?.selected.has(row.id) ?? false;
  return (
    <li className={cn(cardStyle, selected && 'border-accent-border bg-accent-soft')}>
      <div className="flex items-start gap-3">
        {selection === undefined ? null : (
          <RowCheckbox id={row.id} row={row.original} selection={selection} />
        )}
        <div className="min-w-0 flex-1 break-words text-sm">
          {title === undefined ? null : flexRender(title.column.columnDef.cell, title.getContext())}
        </div>
        {details === undefined ? null : (
          <DetailsButton
            controls={detailsId}
            rowLabel={details.rowLabel(row.original)}
            expanded={expanded}
            onToggle={() => setExpanded(!expanded)}
          />
        )}
      </div>
      <dl className="mt-2 grid grid-cols-[auto_minmax(0,1fr)] items-center gap-x-4 gap-y-1 text-sm">
        {others
          .filter(({ column }) => column.columnDef.meta?.hiddenInCard !== true)
          .map((cell) => (
            <Fragment key={cell.id}>
              <dt className="text-muted text-xs">{String(cell.column.columnDef.header)}</dt>
              <dd className="min-w-0 break-words text-right">
                {flexRender(cell.column.columnDef.cell, cell.getContext())}
              </dd>
            </Fragment>
          ))}
      </dl>
      {details !== undefined && expanded ? (
        <div id={detailsId} className="mt-3 border-border border-t pt-3">
          {details.content(row.original)}
        </div>
      ) : null}
    </li>
  );
}
