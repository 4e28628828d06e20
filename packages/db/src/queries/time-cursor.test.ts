import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatTimeCursor, parseTimeCursor } from './time-cursor.ts';

describe('a cursor by time', () => {
  test('comes back as it went out', () => {
    const ids = fc.string({ minLength: 1, maxLength: 300 }).filter((id) => /^\P{Cc}+$/u.test(id));
    const cursors = fc.record({ at: fc.integer({ min: 0, max: 253_402_300_799_999 }), id: ids });
    fc.assert(
      fc.property(cursors, (cursor) => {
        expect(parseTimeCursor(formatTimeCursor(cursor))).toEqual(cursor);
      }),
    );
  });

  test.each([
    '',
    '_',
    '1_',
    '_a',
    'a',
    '-1_a',
    '1.5_a',
    '1e3_a',
    ' 1_a',
    '1_a\0',
    '1_a\nb',
    '253402300800000_a',
    `1_${'a'.repeat(301)}`,
  ])('is refused where nobody made it: %j', (text) => {
    expect(parseTimeCursor(text)).toBeNull();
  });
});
