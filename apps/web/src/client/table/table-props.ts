import type { ReactNode } from 'react';
import type { FormFailure } from '../ui/form-error.tsx';
import type { Paging } from '../ui/pagination-bar.tsx';
import type { TableColumn } from './column-meta.ts';

export interface TableSort {
  /** A column's `sortKey`. */
  key: string;
  direction: 'asc' | 'desc';
}

export interface TableSelection<Row> {
  /** Ids of rows, of other pages too. */
  selected: ReadonlySet<string>;
  onSelectedChange: (selected: ReadonlySet<string>) => void;
  /** Names a row's checkbox: `Select alpha`. */
  rowLabel: (row: Row) => string;
  /** What can be done with those selected. */
  actions: (selected: ReadonlySet<string>) => ReactNode;
}

export interface TableDetails<Row> {
  /** Names the button that shows them: `Details of resize`. */
  rowLabel: (row: Row) => string;
  content: (row: Row) => ReactNode;
}

export interface DataTableProps<Row> {
  /** Its accessible name: `Instances`. */
  caption: string;
  /** At module level, so that they are the same at each drawing. */
  columns: readonly TableColumn<Row>[];
  /** One page; `undefined` before the first answer. */
  rows: readonly Row[] | undefined;
  rowId: (row: Row) => string;
  /** The rows are of the page before, while the next one loads: they are dimmed. */
  isStale?: boolean;
  /** Why there are no rows; above those of before, where there are some. */
  failure?: (FormFailure & { onRetry: () => void; retrying?: boolean }) | null;
  /** Shown where a page without rows was answered: an `EmptyState`. */
  empty: ReactNode;
  sort?: TableSort;
  onSortChange?: (sort: TableSort) => void;
  selection?: TableSelection<Row>;
  /** More about a row, shown under it when asked for. */
  details?: TableDetails<Row>;
  paging?: Paging;
}
