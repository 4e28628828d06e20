/** All cases of one provider, one after the other, told as they go. */
import {
  type Case,
  type CaseReport,
  casesFor,
  runCase,
  type Subject,
} from '@kiloclaw/control-plane/conformance';

export interface RunAllOptions {
  readonly subject: Subject;
  readonly where: string;
  /** The cases that break calls too: many lives, each with machines of its own. */
  readonly withFaults: boolean;
  /** Cases whose names hold this alone; all of them where it is ''. */
  readonly only: string;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/** Answers whether every case has passed and nothing is left. */
export async function runAll(options: RunAllOptions): Promise<boolean> {
  const { subject, where, withFaults, only, signal, say } = options;
  const { cases, without } = casesFor(subject);
  const asked = cases.filter(({ name, group }) => (withFaults || group === 'plain') && name.includes(only));
  say(`${subject.name} at ${where}: ${asked.length} cases`);
  const reports: CaseReport[] = [];
  for (const each of asked) {
    if (signal.aborted) break;
    const report = await runCase(subject, each, signal);
    reports.push(report);
    for (const line of linesOf(report)) say(line);
  }
  const failed = reports.filter(({ failure }) => failure !== null).length;
  const left = reports.flatMap((report) => report.left);
  const skipped = asked.length - reports.length;
  say(
    [
      `${reports.length - failed} passed, ${failed} failed`,
      ...(skipped > 0 ? [`${skipped} not run`] : []),
      ...leftOut(without, cases, withFaults),
      left.length === 0 ? 'nothing was left' : `${left.length} left at ${where}`,
    ].join('; '),
  );
  return asked.length > 0 && failed === 0 && skipped === 0 && left.length === 0;
}

function leftOut(without: readonly string[], cases: readonly Case[], withFaults: boolean): string[] {
  const faults = cases.filter(({ group }) => group === 'faults').length;
  return [
    `${without.length} ruled out by what the provider can do`,
    ...(withFaults ? [] : [`${faults} that break calls left out (--faults)`]),
  ];
}

function linesOf({ name, failure, durationMs, left }: CaseReport): string[] {
  const seconds = `${(durationMs / 1_000).toFixed(1)} s`.padStart(8);
  return [
    `  ${failure === null ? 'passed' : 'FAILED'} ${seconds}  ${name}`,
    ...(failure === null ? [] : reasonOf(failure).map((line) => `                   ${line}`)),
    ...left.map(({ kind, id }) => `                   left: ${kind} ${id}`),
  ];
}

const REASON_LINES_MOST = 12;

function reasonOf(failure: unknown): string[] {
  const message = failure instanceof Error ? failure.message : String(failure);
  return message.split('\n').slice(0, REASON_LINES_MOST);
}
