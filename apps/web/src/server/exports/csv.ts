/** Tables as CSV (RFC 4180), safe to open in a spreadsheet. */

/** What a spreadsheet would take for the beginning of a formula, or of a cell of its own making. */
const FORMULA_BEGINNING = /^\s*[=+\-@|\uFF0B\uFF0D\uFF1D\uFF20]|^[\t\r\n]/u;
const NEEDS_QUOTES = /[",\r\n]/;
const LINE_END = '\r\n';

export type CsvCell = string | number | boolean | null;

/** One line, ended. Text that looks like a formula gets a `'` before it, by which spreadsheets know it for text. */
export function csvLine(cells: readonly CsvCell[]): string {
  return cells.map(csvCell).join(',') + LINE_END;
}

function csvCell(cell: CsvCell): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') return String(cell);
  const text = FORMULA_BEGINNING.test(cell) ? `'${cell}` : cell;
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
