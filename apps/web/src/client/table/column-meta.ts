import type { ColumnDef, RowData } from '@tanstack/react-table';

declare module '@tanstack/react-table' {
  interface ColumnMeta<TData extends RowData, TValue> {
    /** What the server sorts by; without it the column can't be sorted. */
    sortKey?: string;
    /** Figures stand at the end of their column. */
    align?: 'end';
    /** In a card, at 390 px: left out, because the title says it already, or it matters little. */
    hiddenInCard?: boolean;
    /** A class of the column's cells: a width, mostly. */
    className?: string;
  }
}

/** A table's columns: the first one names the row and holds its link. `header` is text. */
export type TableColumn<Row> = ColumnDef<Row, unknown> & { id: string; header: string };
