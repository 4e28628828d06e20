/** Where text for people goes, line by line. */
import type { Writable } from 'node:stream';
import { type Cell, renderCell } from './cells.ts';
import { renderPairs, renderTable } from './table.ts';

export interface Screen {
  /** One line; its parts follow each other with a space between them. */
  line(...parts: readonly Cell[]): void;
  table(heads: readonly string[], rows: readonly (readonly Cell[])[]): void;
  pairs(pairs: readonly (readonly [name: string, value: Cell])[]): void;
}

export function createScreen(stream: Writable, hasColours: boolean): Screen {
  const write = (text: string) => void stream.write(`${text}\n`);
  return {
    line: (...parts) => write(parts.map((part) => renderCell(part, hasColours)).join(' ')),
    table: (heads, rows) => write(renderTable(heads, rows, hasColours)),
    pairs: (pairs) => write(renderPairs(pairs, hasColours)),
  };
}
