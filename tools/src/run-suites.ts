/** Runs suites, prints one line for each, and sums them up. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { type RunResult, runProcess } from './run-process.ts';
import type { Suite } from './suites.ts';
import { type Counts, countVitestRun, describeFailures } from './vitest-report.ts';

/** Checks mostly wait for one core each; more at once would only slow each other down. */
const CHECKS_AT_ONCE = 2;
const SHOWN_LINES = 120;

export interface SuiteRun {
  root: string;
  signal: AbortSignal;
  verbose: boolean;
  print: (text: string) => void;
}

interface SuiteResult extends RunResult {
  counts: Counts;
  /** What failed, by name; empty where only the output can tell. */
  failures: string[];
  seconds: number;
}

function lineOf({ name, timeoutMs }: Suite, { counts, seconds, timedOut }: SuiteResult): string {
  const skipped = counts.skipped === 0 ? '' : `, ${counts.skipped} skipped`;
  const bound = timedOut ? `, ended at its bound of ${timeoutMs / 1000} s` : '';
  const mark = counts.failed === 0 ? 'ok    ' : 'FAILED';
  return `${mark} ${name.padEnd(16)} ${counts.passed} passed, ${counts.failed} failed${skipped}, ${seconds.toFixed(1)} s${bound}\n`;
}

const indented = (lines: string[]) => `${lines.map((line) => `    ${line}`).join('\n')}\n`;

function tailOf(output: string): string {
  const lines = output.trimEnd().split('\n');
  const left = lines.length - SHOWN_LINES;
  const head = left > 0 ? `    (${left} lines before; --verbose shows all)\n` : '';
  return head + indented(lines.slice(-SHOWN_LINES));
}

/** The names of what failed come before anything else: what reads a long log may see its beginning alone. */
function reasonOf({ failures, output }: SuiteResult): string {
  return failures.length === 0 ? tailOf(output) : indented(failures.join('\n\n').split('\n'));
}

async function runSuite(suite: Suite, { root, signal, verbose, print }: SuiteRun): Promise<SuiteResult> {
  const folder = mkdtempSync(join(tmpdir(), 'kiloclaw-suite-'));
  const reportFile = join(folder, 'report.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`];
  const startedAt = performance.now();
  try {
    const run = await runProcess({
      ...suite,
      args: suite.kind === 'vitest' ? [...suite.args, ...reporters] : suite.args,
      root,
      signal,
      ...(verbose && { onOutput: print }),
    });
    const passed = run.exitCode === 0;
    const counts =
      suite.kind === 'vitest'
        ? countVitestRun(reportFile, run.exitCode)
        : { passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0 };
    const failures = suite.kind === 'vitest' ? describeFailures(reportFile, root) : [];
    return { ...run, counts, failures, seconds: (performance.now() - startedAt) / 1000 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Neighbours that may run side by side, together; every other suite alone. Keeps the order. */
function groupSuites(suites: Suite[]): Suite[][] {
  const groups: Suite[][] = [];
  for (const suite of suites) {
    const group = groups.at(-1);
    const joins = suite.kind === 'check' && group?.[0]?.kind === 'check' && group.length < CHECKS_AT_ONCE;
    if (joins) group.push(suite);
    else groups.push([suite]);
  }
  return groups;
}

function addCounts(a: Counts, b: Counts): Counts {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

/** Runs the suites and resolves to the sum of their counts. Suites after an abort are not started. */
export async function runSuites(suites: Suite[], run: SuiteRun): Promise<Counts> {
  let total: Counts = { passed: 0, failed: 0, skipped: 0 };
  for (const group of groupSuites(suites)) {
    if (run.signal.aborted) break;
    await Promise.all(
      group.map(async (suite) => {
        const result = await runSuite(suite, run);
        total = addCounts(total, result.counts);
        run.print(lineOf(suite, result));
        if (result.counts.failed > 0 && !run.verbose && !run.signal.aborted) run.print(reasonOf(result));
      }),
    );
  }
  return total;
}

/** `N passed, N failed`, and what was skipped if anything was. */
export function closingLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`;
}

/** Runs the suites as a command of its own: Ctrl-C ends their processes, the exit code tells of failures. */
export async function runSuitesAsCommand(root: string, suites: Suite[], verbose: boolean): Promise<void> {
  const controller = new AbortController();
  const stop = () => controller.abort();
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  const print = (text: string) => process.stdout.write(text);
  const startedAt = performance.now();
  const total = await runSuites(suites, { root, signal: controller.signal, verbose, print });
  if (controller.signal.aborted) {
    print('Stopped before the end.\n');
    process.exit(130);
  }
  print(
    `\n${suites.length} ${suites.length === 1 ? 'suite' : 'suites'} in ${((performance.now() - startedAt) / 1000).toFixed(1)} s\n`,
  );
  print(`${closingLine(total)}\n`);
  process.exitCode = total.failed === 0 ? 0 : 1;
}
