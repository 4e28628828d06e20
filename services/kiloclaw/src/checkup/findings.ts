/** What an instance's row and its object's own word come to, as findings. Pure. */
import type { InstanceRow } from '@kiloclaw/db';
import type { CheckupFinding, CheckupKind } from '@kiloclaw/platform-contract';
import { OPERATION_DEADLINE_MS } from '../instance/bounds.ts';
import type { CheckupFacts } from '../instance/instance-rpc.ts';
import { differingFields } from '../instance/registry-row.ts';
import { rfc3339 } from '../time.ts';

/** A payment is tried again within a minute, and a second time within the next. */
export const DEBT_LATE_MS = 2 * 60_000;
/** An alarm that is late by more cadences than this has not run. */
export const LATE_CADENCES = 2;
/** What an operation that has run out of its time may take until it ends itself. */
export const OVERDUE_GRACE_MS = 2 * 60_000;

const OVERRIDE = 'adminSizeOverride';
const REJECTED = 'registry_rejected';

type Details = CheckupFinding['details'];

/** In a fixed order; none of a healthy instance. */
export function findingsOf(row: InstanceRow, facts: CheckupFacts): CheckupFinding[] {
  return [
    ...rowFindings(row, facts),
    ...debtFindings(facts),
    ...alarmFindings(facts),
    ...operationFindings(facts),
    ...facts.drift.map(({ kind, since, details }) => ({ kind, since: rfc3339(since), details })),
    ...lookFindings(facts),
  ];
}

/** A row that is behind because it is still owed is the debt's; one that was refused for good is told by its own finding. */
function rowFindings(row: InstanceRow, { registry, drift }: CheckupFacts): CheckupFinding[] {
  const { row: own, syncedVersion } = registry;
  const isOwed = own.registryVersion > syncedVersion;
  const isRejected = drift.some(({ kind }) => kind === REJECTED);
  if (isRejected || (isOwed && row.registryVersion <= own.registryVersion)) return [];
  const fields = differingFields(row, own);
  if (row.registryVersion === syncedVersion && fields.length === 0) return [];
  const isPhantom = fields.includes(OVERRIDE) && (row[OVERRIDE] === null) !== (own[OVERRIDE] === null);
  const others = isPhantom ? fields.filter((field) => field !== OVERRIDE) : fields;
  const found = isPhantom ? [finding('phantom_override', null, { isInRow: row[OVERRIDE] !== null })] : [];
  if (isPhantom && others.length === 0) return found;
  const versions = { rowVersion: row.registryVersion, writtenVersion: syncedVersion };
  return [...found, finding('row_differs', null, { fields: others, ...versions })];
}

function debtFindings({ now, registry }: CheckupFacts): CheckupFinding[] {
  const { row, syncedVersion, auditRowsOwed, owedSince } = registry;
  if (owedSince === null || now - owedSince <= DEBT_LATE_MS) return [];
  const details = { version: row.registryVersion, syncedVersion, auditRowsOwed };
  return [finding('registry_debt', owedSince, details)];
}

function alarmFindings({ now, alarm: { at, cadenceMs, repairs } }: CheckupFacts): CheckupFinding[] {
  const late =
    at !== null && now - at > LATE_CADENCES * cadenceMs
      ? [finding('alarm_late', at, { lateS: Math.round((now - at) / 1_000) })]
      : [];
  if (repairs === null) return late;
  return [...late, finding('alarm_repaired', repairs.lastAt, { times: repairs.times })];
}

function operationFindings({ now, operation }: CheckupFacts): CheckupFinding[] {
  if (operation === null) return [];
  const { id, kind, step, message, startedAt, countedFrom, isStuck } = operation;
  const details = { operationId: id, operationKind: kind, step, message };
  if (isStuck) return [finding('operation_stuck', startedAt, details)];
  const isOverdue = now - countedFrom > OPERATION_DEADLINE_MS + OVERDUE_GRACE_MS;
  return isOverdue ? [finding('operation_overdue', startedAt, details)] : [];
}

function lookFindings({ now, look, adopted }: CheckupFacts): CheckupFinding[] {
  const found = adopted.map((adoption) => finding('adopted', now, { ...adoption }));
  if (look.outcome !== 'failed') return found;
  return [
    ...found,
    finding('provider_silent', null, { lastLookAt: look.at === null ? null : rfc3339(look.at) }),
  ];
}

/** `since` in milliseconds since 1970. */
export function finding(kind: CheckupKind, since: number | null, details: Details): CheckupFinding {
  return { kind, since: since === null ? null : rfc3339(since), details };
}
