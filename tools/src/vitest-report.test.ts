import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeTree } from './testing/temp-tree.ts';
import { countVitestRun, describeFailures } from './vitest-report.ts';

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

describe('describeFailures', () => {
  const failed = {
    ...CLEAN,
    testResults: [
      {
        name: '/house/src/tier.test.ts',
        status: 'failed',
        message: '',
        assertionResults: [
          { status: 'passed', fullName: 'a tier grows', failureMessages: [] },
          { status: 'failed', fullName: 'a tier shrinks', failureMessages: ['Error: it grew\n    at here'] },
        ],
      },
      {
        name: '/house/src/volume.test.ts',
        status: 'failed',
        message: 'Cannot find ./volume.ts',
        assertionResults: [],
      },
    ],
  };

  it('tells each failed test and each file that broke, with what it said', () => {
    const root = writeTree({ 'report.json': JSON.stringify(failed) });
    expect(describeFailures(join(root, 'report.json'), '/house')).toEqual([
      'src/tier.test.ts > a tier shrinks\nError: it grew\n    at here',
      'src/volume.test.ts\nCannot find ./volume.ts',
    ]);
  });

  it('tells nothing of a run that left no report', () => {
    expect(describeFailures(join(writeTree({}), 'report.json'), '/house')).toEqual([]);
  });
});
