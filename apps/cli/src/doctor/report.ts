/** What the doctor tells: one document for machines, the findings kind by kind for people. */
import { type Cell, type Tone, toned } from '../output/cells.ts';
import type { Screen } from '../output/screen.ts';
import { timeWords } from '../output/times.ts';
import type { Examination } from './examine.ts';
import type { DoctorFinding } from './finding.ts';
import type { Fixed, FixOutcome } from './fix.ts';
import { SEVERITIES, type Severity, wordsOf } from './words.ts';

/** Of one kind, for people: all of them are in the document. */
const ROWS_MAX = 20;

const TONES: Readonly<Record<Severity, Tone>> = { error: 'bad', warning: 'warn', notice: 'faint' };
const OUTCOME_TONES: Readonly<Record<FixOutcome, Tone>> = { fixed: 'good', failed: 'bad', left: 'warn' };

export interface Report extends Examination {
  /** In the order of the findings; null where nothing was to be fixed. */
  readonly fixes: readonly Fixed[] | null;
}

/** Nothing is amiss, or everything that was has been put right; and nothing was left out. */
export function isHealthy({ findings, fixes, unexamined }: Report): boolean {
  return openFindings({ findings, fixes }) === 0 && unexamined.length === 0;
}

/** Findings that are still there. */
export function openFindings({ findings, fixes }: Pick<Report, 'findings' | 'fixes'>): number {
  return fixes === null ? findings.length : fixes.filter(({ outcome }) => outcome !== 'fixed').length;
}

/** In the order of severity, then of the kind. */
export function sorted(findings: readonly DoctorFinding[]): DoctorFinding[] {
  const rank = (finding: DoctorFinding) => SEVERITIES.indexOf(wordsOf(finding).severity);
  return findings.toSorted(
    (a, b) =>
      rank(a) - rank(b) ||
      a.kind.localeCompare(b.kind) ||
      (a.instanceId ?? '').localeCompare(b.instanceId ?? ''),
  );
}

export function reportDocument(report: Report): unknown {
  const { checkedCount, looks, findings, fixes, unexamined } = report;
  return {
    healthy: isHealthy(report),
    checkedCount,
    looks,
    findings: findings.map((finding, index) => {
      const { severity, what, toDo } = wordsOf(finding);
      const fix = fixes?.[index];
      return {
        ...finding,
        severity,
        what,
        toDo,
        ...(fix !== undefined && { fix: { outcome: fix.outcome, message: fix.message } }),
      };
    }),
    unexamined,
  };
}

export function drawReport(screen: Screen, report: Report): void {
  const entries = report.findings.map((finding, index) => ({ finding, fix: report.fixes?.[index] }));
  for (const kind of new Set(report.findings.map((finding) => finding.kind)))
    drawKind(
      screen,
      kind,
      entries.filter(({ finding }) => finding.kind === kind),
    );
  for (const { what, message } of report.unexamined)
    screen.line(toned('warn', 'not examined:'), `${what}.`, message);
  drawLooks(screen, report);
  drawSummary(screen, report);
}

type Entry = { readonly finding: DoctorFinding; readonly fix: Fixed | undefined };

function drawKind(screen: Screen, kind: string, entries: readonly Entry[]): void {
  const { severity, what, toDo } = wordsOf({ kind });
  screen.line(toned(TONES[severity], severity), toned('strong', kind), `(${entries.length})`);
  screen.line(what);
  screen.line(toned('faint', 'To do:'), toDo);
  const hasFixes = entries.some(({ fix }) => fix !== undefined);
  const heads = ['instance', 'owner', 'provider', 'since', 'details', ...(hasFixes ? ['fix'] : [])];
  screen.table(heads, entries.slice(0, ROWS_MAX).map(rowOf));
  if (entries.length > ROWS_MAX)
    screen.line(`and ${entries.length - ROWS_MAX} more: kiloclaw doctor --only ${kind} --json`);
  screen.line();
}

function rowOf({ finding, fix }: Entry): Cell[] {
  const { instanceId, userId, provider, since, details } = finding;
  const row: Cell[] = [instanceId, userId, provider, timeWords(since), detailWords(details)];
  return fix === undefined
    ? row
    : [...row, toned(OUTCOME_TONES[fix.outcome], `${fix.outcome}: ${fix.message}`)];
}

/** "operationKind: destroy, step: delete_machine"; what is absent is left out. */
export function detailWords(details: DoctorFinding['details']): string {
  return Object.entries(details)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');
}

function drawLooks(screen: Screen, { looks }: Report): void {
  if (looks.heldBack === 0) return;
  const oldest = looks.oldestAt === null ? '' : ` The oldest of those is of ${timeWords(looks.oldestAt)}.`;
  screen.line(
    `${looks.heldBack} instances were not looked at anew, for their provider’s rate limit: what is told of them is of their last look.${oldest}`,
  );
}

function drawSummary(screen: Screen, report: Report): void {
  const { checkedCount, findings, fixes } = report;
  const checked = `${checkedCount} ${checkedCount === 1 ? 'instance' : 'instances'} checked`;
  if (findings.length === 0) {
    const words = report.unexamined.length === 0 ? 'nothing found.' : 'nothing found in what was examined.';
    screen.line(toned(report.unexamined.length === 0 ? 'good' : 'warn', `${checked}: ${words}`));
    return;
  }
  const open = openFindings(report);
  const found = `${findings.length} ${findings.length === 1 ? 'finding' : 'findings'}`;
  const fixed = fixes === null ? '' : `, ${findings.length - open} fixed`;
  screen.line(toned(open === 0 ? 'good' : 'bad', `${checked}: ${found}${fixed}.`));
}
