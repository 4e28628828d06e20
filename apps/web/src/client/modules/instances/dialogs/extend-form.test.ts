import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultTargetSize, targetSizeGbOf, targetSizeProblem } from './extend-form.ts';

describe('the default target size', () => {
  it.each([
    [10, '15'],
    [495, '500'],
    [498, '500'],
    [500, ''],
    [600, ''],
    [null, ''],
  ])('of a volume of %s GB is %j', (volumeSizeGb, text) => {
    expect(defaultTargetSize(volumeSizeGb)).toBe(text);
  });

  it('can be asked for wherever there is one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 499 }), (volumeSizeGb) => {
        expect(targetSizeProblem(defaultTargetSize(volumeSizeGb), volumeSizeGb)).toBeUndefined();
      }),
    );
  });
});

describe('a target size', () => {
  it.each([
    ['11', 10],
    ['500', 10],
    [' 12 ', 10],
    ['1', null],
  ])('%j will do for a volume of %s GB', (text, volumeSizeGb) => {
    expect(targetSizeProblem(text, volumeSizeGb)).toBeUndefined();
    expect(targetSizeGbOf(text)).toBe(Number(text));
  });

  it.each(['', '10', '9', '501', '0', '-5', '12.5', '1e2', 'many', '9'.repeat(400)])(
    '%j is refused, and what is possible is said',
    (text) => {
      expect(targetSizeProblem(text, 10)).toBe('Give a whole number of GB from 11 to 500.');
    },
  );

  it('is refused whatever it is where the volume has all there is', () => {
    expect(targetSizeProblem('501', 500)).toContain('there is no larger one');
  });
});
