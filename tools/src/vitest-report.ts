/** What vitest's JSON report tells: how many tests passed, and which failed. */
import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';

const SHOWN_MESSAGE_LINES = 30;

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
  testResults: ReportedFile[];
}

interface ReportedFile {
  name: string;
  status: string;
  message: string;
  assertionResults: { status: string; fullName: string; failureMessages: string[] }[];
}

/** Files that failed outside of a test: could not be loaded, or broke in a hook. */
function isBroken({ status, assertionResults }: ReportedFile): boolean {
  return status === 'failed' && !assertionResults.some((assertion) => assertion.status === 'failed');
}

const readReport = (reportFile: string): VitestReport => JSON.parse(readFileSync(reportFile, 'utf8'));

/**
 * The counts of a finished vitest run. A run without a report, without a test, or with a bad exit code and no
 * failure to show for it (an unhandled rejection, a kill) counts as one failure.
 */
export function countVitestRun(reportFile: string, exitCode: number): Counts {
  if (!existsSync(reportFile)) return { passed: 0, failed: 1, skipped: 0 };
  const report = readReport(reportFile);
  const passed = report.numPassedTests;
  const failed = report.numFailedTests + report.testResults.filter(isBroken).length;
  const ranWell = exitCode === 0 && passed > 0;
  return {
    passed,
    failed: failed === 0 && !ranWell ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** Each test or file that failed, with what it said, its file told from `root`; none where there is no report. */
export function describeFailures(reportFile: string, root: string): string[] {
  if (!existsSync(reportFile)) return [];
  return readReport(reportFile).testResults.flatMap((file) => {
    const name = relative(root, file.name);
    if (isBroken(file)) return [`${name}\n${shortened(file.message)}`];
    return file.assertionResults
      .filter(({ status }) => status === 'failed')
      .map(
        ({ fullName, failureMessages }) => `${name} > ${fullName}\n${shortened(failureMessages.join('\n'))}`,
      );
  });
}

function shortened(message: string): string {
  const lines = message.trimEnd().split('\n');
  return lines.slice(0, SHOWN_MESSAGE_LINES).join('\n');
}
