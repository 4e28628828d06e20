import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvLine } from './csv.ts';

/** As a spreadsheet reads a line. */
function readLine(line: string): string[] {
  const cells: string[] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n$)/gy;
  for (let match = cell.exec(line); match !== null; match = cell.exec(line)) {
    cells.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] !== ',') break;
  }
  return cells;
}

describe('a line of CSV', () => {
  it('keeps figures as figures, and leaves out what is not there', () => {
    expect(csvLine(['a', 1, -2.5, true, null])).toBe('a,1,-2.5,true,\r\n');
  });

  it('quotes what would end a cell or a line', () => {
    expect(csvLine(['one, two', 'say "no"', 'a\nb'])).toBe('"one, two","say ""no""","a\nb"\r\n');
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '  =1', '\t=1', '\r=1', '|calc', '＝1'])(
    'holds no formula: %j',
    (text) => {
      expect(readLine(csvLine([text]))).toEqual([`'${text}`]);
    },
  );

  it('is read back as what was written, but for the mark before what looks like a formula', () => {
    const Cell = fc.string({
      unit: fc.constantFrom('a', 'é', '"', ',', '\n', '\r', "'", '=', '-', ' ', '\t'),
    });
    fc.assert(
      fc.property(fc.array(Cell, { minLength: 1, maxLength: 5 }), (cells) => {
        const read = readLine(csvLine(cells));
        expect(read).toHaveLength(cells.length);
        for (const [index, text] of read.entries()) {
          expect([cells[index], `'${cells[index]}`]).toContain(text);
          expect(text.trimStart()).not.toMatch(/^[=+@-]/);
        }
      }),
    );
  });
});
