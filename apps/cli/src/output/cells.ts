/** A piece of text for people: what it says, and its colour where there are colours. */
import { styleText } from 'node:util';
import { safeText } from './safe-text.ts';

const COLOURS = { good: 'green', bad: 'red', warn: 'yellow', faint: 'dim', strong: 'bold' } as const;
export type Tone = keyof typeof COLOURS;

export type Cell = string | number | null | { readonly text: string; readonly tone: Tone };

/** What stands where a value is absent. */
const ABSENT = '–';

export function toned(tone: Tone, text: string): Cell {
  return { text, tone };
}

/** The only way from a value to the terminal: whatever it holds, no control character gets through. */
export function renderCell(cell: Cell, hasColours: boolean): string {
  if (cell === null) return ABSENT;
  if (typeof cell !== 'object') return safeText(String(cell));
  const text = safeText(cell.text);
  // Whether there are colours is decided by whose stream it is, and not by this process's standard output.
  return hasColours ? styleText(COLOURS[cell.tone], text, { validateStream: false }) : text;
}
