/** Counts from vitest's JSON report. */
import { existsSync, readFileSync } from 'node:fs';

export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: { status: string; assertionResults: { status: string }[] }[];
}

/** Files that failed outside of a test: could not be loaded, or broke in a hook. */
function countBrokenFiles({ testResults }: VitestReport): number {
  return testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((assertion) => assertion.status === 'failed'),
  ).length;
}

/**
 * The counts of a finished vitest run. A run without a report, without a test, or with a bad exit code and no
 * failure to show for it (an unhandled rejection, a kill) counts as one failure.
 */
export function countVitestRun(reportFile: string, exitCode: number): Counts {
  if (!existsSync(reportFile)) return { passed: 0, failed: 1, skipped: 0 };
  const report: VitestReport = JSON.parse(readFileSync(reportFile, 'utf8'));
  const passed = report.numPassedTests;
  const failed = report.numFailedTests + countBrokenFiles(report);
  const ranWell = exitCode === 0 && passed > 0;
  return {
    passed,
    failed: failed === 0 && !ranWell ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}
