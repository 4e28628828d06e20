import { describe, expect, test } from 'vitest';
import { firstMissingLine } from './expected-output.ts';

const OUTPUT = ['NAME      STATUS', 'alpha     running', 'beta (2)  stopped'].join('\n');

describe('firstMissingLine', () => {
  test.each([
    [['alpha running']],
    [['NAME STATUS', 'beta (2)   stopped']],
    [['  alpha …']],
    [['NAME …', '…', '… stopped', '']],
  ])('%j is shown, however columns are spaced', (expected) => {
    expect(firstMissingLine(expected, OUTPUT)).toBeNull();
  });

  test.each([
    [['alpha'], 'alpha'],
    [['alpha stopped'], 'alpha stopped'],
    [['beta .2. stopped'], 'beta .2. stopped'],
    [['beta …', 'alpha …'], 'alpha …'],
    [['alpha running', 'alpha running'], 'alpha running'],
  ])('%j is not: a line is shown as a whole, in its order, and once each', (expected, missing) => {
    expect(firstMissingLine(expected, OUTPUT)).toBe(missing);
  });
});
