import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatInstanceCursor, parseInstanceCursor } from './instance-cursor.ts';

const ID = '7d2f7c1e-4a58-4b0e-9f53-6a1f0c9d2b11';

describe('a cursor of instances', () => {
  test('comes back as it went out', () => {
    const cursors = fc.record({ id: fc.uuid(), createdAt: fc.integer({ min: 0, max: 253_402_300_799_999 }) });
    fc.assert(
      fc.property(cursors, (cursor) => {
        expect(parseInstanceCursor(formatInstanceCursor(cursor))).toEqual(cursor);
      }),
    );
  });

  test.each([
    '',
    '_',
    ID,
    `_${ID}`,
    `-1_${ID}`,
    `1.5_${ID}`,
    `1e3_${ID}`,
    ` 1_${ID}`,
    `1_${ID} `,
    `1_${ID}\n`,
    `1_${ID.slice(1)}`,
    `1_${'-'.repeat(36)}`,
    `253402300800000_${ID}`,
    `1_${ID.replace('7', "'")}`,
  ])('is refused where nobody made it: %j', (text) => {
    expect(parseInstanceCursor(text)).toBeNull();
  });

  test('any other text is refused, and none throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => parseInstanceCursor(text) === null));
  });
});
