import { and, desc, eq, gte, inArray, lt, type SQL, sql } from 'drizzle-orm';
import type { RegistryDb } from '../client.ts';
import type { AuditRow } from '../rows.ts';
import { auditLog } from '../schema/audit-log.ts';
import { users } from '../schema/users.ts';
import { displayName } from './display-name.ts';
import { COUNTED, checkLimit, cutPage, type Page, type PageRequest, readTotal } from './page.ts';
import { answered } from './registry-failure.ts';
import type { TimeCursor } from './time-cursor.ts';

/** Everything that is given must hold. Times are milliseconds since 1970: from `from` on, before `to`. */
export type AuditFilter = {
  readonly actorId?: string | undefined;
  readonly actorKind?: AuditRow['actorKind'] | undefined;
  readonly action?: string | undefined;
  readonly instanceId?: string | undefined;
  readonly targetUserId?: string | undefined;
  readonly outcome?: AuditRow['outcome'] | undefined;
  readonly requestId?: string | undefined;
  readonly operationId?: string | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
};

export type ListedAuditRow = AuditRow & {
  /** What the person who acted is called; null for keys and the system, where nobody knows, and after a deletion. */
  readonly actorName: string | null;
};

export type AuditPage = Page<ListedAuditRow, TimeCursor>;

/** Other actors are no people, though an id of theirs may be spelled like one's. */
const PEOPLE = ['admin', 'customer'] as const;

/**
 * A page of the audit log, newest first, then by id. Throws `RegistryUnavailable`, and a `RangeError` on a limit beyond
 * `SEARCH_PAGE_MAX`.
 */
export async function searchAudit(
  db: RegistryDb,
  filter: AuditFilter,
  { after, limit }: PageRequest<TimeCursor>,
): Promise<AuditPage> {
  checkLimit(limit, 'audit rows');
  const total = await readTotal(db, auditCountQuery(filter));
  const rows = await readAuditRows(db, filter, { after, limit: limit + 1 });
  return { ...total, ...cutPage(rows, limit, ({ at, id }) => ({ at, id })) };
}

/** Up to `limit` rows from the cursor on. */
export async function readAuditRows(
  db: RegistryDb,
  filter: AuditFilter,
  page: PageRequest<TimeCursor>,
): Promise<ListedAuditRow[]> {
  const rows = await answered(() => auditQuery(db, filter, page));
  return rows.map(({ row, actorName }) => ({
    ...row,
    before: row.before as AuditRow['before'],
    after: row.after as AuditRow['after'],
    metadata: row.metadata as AuditRow['metadata'],
    at: row.at.getTime(),
    actorName,
  }));
}

export function auditQuery(db: RegistryDb, filter: AuditFilter, { after, limit }: PageRequest<TimeCursor>) {
  const isActor = and(eq(users.id, auditLog.actorId), inArray(auditLog.actorKind, [...PEOPLE]));
  return db
    .select({ row: auditLog, actorName: displayName(users) })
    .from(auditLog)
    .leftJoin(users, isActor)
    .where(and(...conditionsOf(filter), after === null ? undefined : isOlder(after)))
    .orderBy(desc(auditLog.at), desc(auditLog.id))
    .limit(limit);
}

export function auditCountQuery(filter: AuditFilter): SQL {
  const conditions = and(...conditionsOf(filter)) ?? sql`true`;
  const found = sql`SELECT 1 FROM ${auditLog} WHERE ${conditions} ${COUNTED}`;
  return sql`SELECT count(*)::int AS count FROM (${found}) AS found`;
}

function conditionsOf({ from, to, ...exact }: AuditFilter): SQL[] {
  const { actorId, actorKind, action, instanceId, targetUserId, outcome, requestId, operationId } = exact;
  const conditions: SQL[] = [];
  if (actorId !== undefined) conditions.push(eq(auditLog.actorId, actorId));
  if (actorKind !== undefined) conditions.push(eq(auditLog.actorKind, actorKind));
  if (action !== undefined) conditions.push(eq(auditLog.action, action));
  if (instanceId !== undefined) conditions.push(eq(auditLog.instanceId, instanceId));
  if (targetUserId !== undefined) conditions.push(eq(auditLog.targetUserId, targetUserId));
  if (outcome !== undefined) conditions.push(eq(auditLog.outcome, outcome));
  if (requestId !== undefined) conditions.push(eq(auditLog.requestId, requestId));
  if (operationId !== undefined) conditions.push(eq(auditLog.operationId, operationId));
  if (from !== undefined) conditions.push(gte(auditLog.at, new Date(from)));
  if (to !== undefined) conditions.push(lt(auditLog.at, new Date(to)));
  return conditions;
}

function isOlder({ at, id }: TimeCursor): SQL {
  return sql`(${auditLog.at}, ${auditLog.id}) < (${new Date(at).toISOString()}::timestamptz, ${id})`;
}
