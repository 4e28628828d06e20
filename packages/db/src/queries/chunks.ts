/** Rows per statement: the widest table's columns times this stay below Postgres's 65,535 parameters. */
const CHUNK_ROWS = 1_000;

export function inChunks<Row>(rows: readonly Row[]): Row[][] {
  return Array.from({ length: Math.ceil(rows.length / CHUNK_ROWS) }, (_, index) =>
    rows.slice(index * CHUNK_ROWS, (index + 1) * CHUNK_ROWS),
  );
}

/** In the order of a key: two batches that lock the same rows in the same order can't deadlock. */
export function sortedBy<Row>(rows: readonly Row[], key: (row: Row) => string): Row[] {
  return rows.toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}
