import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeTree } from './testing/temp-tree.ts';
import { countVitestRun } from './vitest-report.ts';

const CLEAN = { numPassedTests: 3, numFailedTests: 0, numPendingTests: 1, numTodoTests: 1, testResults: [] };

function count(report: object, exitCode: number) {
  return countVitestRun(join(writeTree({ 'report.json': JSON.stringify(report) }), 'report.json'), exitCode);
}

describe('countVitestRun', () => {
  it('takes the counts of a clean run', () => {
    expect(count(CLEAN, 0)).toEqual({ passed: 3, failed: 0, skipped: 2 });
  });

  it('counts a failed test once, although its file failed too', () => {
    const testResults = [
      { status: 'failed', assertionResults: [{ status: 'failed' }, { status: 'passed' }] },
    ];
    expect(count({ ...CLEAN, numFailedTests: 1, testResults }, 1).failed).toBe(1);
  });

  it('counts a file that could not be loaded', () => {
    const testResults = [{ status: 'failed', assertionResults: [] }];
    expect(count({ ...CLEAN, testResults }, 1).failed).toBe(1);
  });

  it('fails a run that executed no test', () => {
    expect(count({ ...CLEAN, numPassedTests: 0 }, 0).failed).toBe(1);
  });

  it('fails a run that ended badly without a failed test', () => {
    expect(count(CLEAN, 1)).toEqual({ passed: 3, failed: 1, skipped: 2 });
  });

  it('fails a run that left no report', () => {
    expect(countVitestRun(join(writeTree({}), 'report.json'), 0)).toEqual({
      passed: 0,
      failed: 1,
      skipped: 0,
    });
  });
});
