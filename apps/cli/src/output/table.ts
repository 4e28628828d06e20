/** Tables for people: aligned columns, no frames, so that they can be cut and grepped. */
import Table from 'cli-table3';
import { type Cell, renderCell, toned } from './cells.ts';

const NO_FRAME = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

function render(rows: readonly (readonly Cell[])[], hasColours: boolean): string {
  const table = new Table({
    chars: NO_FRAME,
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 0 },
  });
  for (const row of rows) table.push(row.map((cell) => renderCell(cell, hasColours)));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

export function renderTable(
  heads: readonly string[],
  rows: readonly (readonly Cell[])[],
  hasColours: boolean,
): string {
  return render([heads.map((head) => toned('faint', head.toUpperCase())), ...rows], hasColours);
}

/** Names and values, one pair a line. */
export function renderPairs(
  pairs: readonly (readonly [name: string, value: Cell])[],
  hasColours: boolean,
): string {
  return render(
    pairs.map(([name, value]) => [toned('faint', name), value]),
    hasColours,
  );
}
