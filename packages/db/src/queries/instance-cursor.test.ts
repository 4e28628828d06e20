import { InstanceSortSchema } from '@kiloclaw/platform-contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatInstanceCursor, parseInstanceCursor } from './instance-cursor.ts';

const ID = '7d2f7c1e-4a58-4b0e-9f53-6a1f0c9d2b11';

describe('a cursor of instances', () => {
  test('comes back as it went out', () => {
    const cursors = fc.record({
      sort: fc.constantFrom(...InstanceSortSchema.options),
      id: fc.uuid(),
      at: fc.integer({ min: 0, max: 253_402_300_799_999 }),
    });
    fc.assert(
      fc.property(cursors, (cursor) => {
        for (const sort of InstanceSortSchema.options)
          expect(parseInstanceCursor(formatInstanceCursor(cursor), sort)).toEqual(
            sort === cursor.sort ? cursor : null,
          );
      }),
    );
  });

  test.each([
    '',
    ID,
    `1_${ID}`,
    `created_desc${ID}`,
    `created_desc_`,
    `created_desc__${ID}`,
    `newest_first_1_${ID}`,
    `created_desc_-1_${ID}`,
    `created_desc_1.5_${ID}`,
    `created_desc_1e3_${ID}`,
    ` created_desc_1_${ID}`,
    `created_desc_ 1_${ID}`,
    `created_desc_1_${ID} `,
    `created_desc_1_${ID}\n`,
    `created_desc_1_${ID.slice(1)}`,
    `created_desc_1_${'-'.repeat(36)}`,
    `created_desc_253402300800000_${ID}`,
    `created_desc_1_${ID.replace('7', "'")}`,
  ])('is refused where nobody made it: %j', (text) => {
    expect(parseInstanceCursor(text, 'created_desc')).toBeNull();
  });

  test('any other text is refused, and none throws', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        (text) => parseInstanceCursor(text, 'created_desc') === null,
      ),
    );
  });
});
