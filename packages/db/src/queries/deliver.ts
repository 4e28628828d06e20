import { type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { RegistryDb } from '../client.ts';
import { ApiUserSchema, AuditRowSchema, type InstanceRow, InstanceRowSchema } from '../rows.ts';
import { insertAuditRows } from './append-audit.ts';
import { insertUsers } from './ensure-users.ts';
import { answersFor, upsertInstanceRows } from './instance-rows.ts';
import { classifyFailure, RegistryUnavailable } from './registry-failure.ts';

/** What one Instance owes the registry. The user goes first, since the row refers to it. */
export const DeliverySchema = z.strictObject({
  user: ApiUserSchema.nullable(),
  row: InstanceRowSchema.nullable(),
  audit: z.array(AuditRowSchema),
});
export type Delivery = z.infer<typeof DeliverySchema>;

export type DeliveryPart = keyof Delivery;

/** What Postgres refuses for good. The other parts of the delivery are stored. */
export type Rejection = {
  readonly part: DeliveryPart;
  readonly sqlState: string;
  /** The constraint's name; for a value of the wrong shape, the path of its field. */
  readonly constraint: string | null;
};

/**
 * `rowWritten` is false where there is no row to write, where it was refused, and where the registry has this
 * version or a later one: `currentVersion`, which is null in the first two cases.
 */
export type DeliveryResult = { readonly rowWritten: boolean; readonly currentVersion: number | null } & (
  | { readonly ok: true }
  | { readonly ok: false; readonly rejected: readonly Rejection[] }
);

/** Bounds of one call, so that its statement stays below the number of parameters that Postgres takes. */
export const DELIVERY_BATCH_MAX = 200;
export const DELIVERY_AUDIT_ROWS_MAX = 2_000;

const DEFAULT_TIMEOUT_MS = 30_000;
/** SQLSTATE "data exception": what Postgres answers to a value that it can't store. */
const DATA_EXCEPTION = '22000';
const IdsSchema = z.array(z.object({ id: z.string() }));
const NOTHING: Delivery = { user: null, row: null, audit: [] };
/** In the order in which they must be stored: the row refers to the user. */
const PARTS: readonly DeliveryPart[] = ['user', 'row', 'audit'];

/**
 * Delivers a batch in one transaction, with one answer per delivery in the same order. If Postgres refuses
 * something for good, each delivery is tried by itself, and of one that is refused each part, so that what is
 * bad blocks nothing else. Anything else throws `RegistryUnavailable`: nothing, all or a part is stored
 * then, and delivering again is harmless.
 *
 * `timeoutMs` bounds the whole call, because a dead connection never answers. After `RegistryUnavailable`
 * close the connection and open another: this one may still be at work, or beyond repair.
 */
export async function deliver(
  db: RegistryDb,
  batch: readonly Delivery[],
  { timeoutMs = DEFAULT_TIMEOUT_MS }: { readonly timeoutMs?: number } = {},
): Promise<DeliveryResult[]> {
  const auditRows = batch.reduce((count, { audit }) => count + audit.length, 0);
  if (batch.length > DELIVERY_BATCH_MAX || auditRows > DELIVERY_AUDIT_ROWS_MAX) {
    throw new RangeError(
      `A batch holds at most ${DELIVERY_BATCH_MAX} deliveries with ${DELIVERY_AUDIT_ROWS_MAX} audit rows, not ${batch.length} with ${auditRows}: split it.`,
    );
  }
  return within(timeoutMs, (isLate) => storeSingling(db, batch, isLate));
}

/** All together; else one by one; else part by part. */
async function storeSingling(
  db: RegistryDb,
  batch: readonly Delivery[],
  isLate: () => boolean,
): Promise<DeliveryResult[]> {
  const together = await store(db, batch);
  if (together.ok) return together.results;
  const results: DeliveryResult[] = [];
  for (const delivery of batch) {
    // Nobody waits for the answers any more.
    if (isLate()) break;
    const alone = await store(db, [delivery]);
    results.push(...(alone.ok ? alone.results : [await storeByParts(db, delivery)]));
  }
  return results;
}

async function storeByParts(db: RegistryDb, delivery: Delivery): Promise<DeliveryResult> {
  const rejected: Rejection[] = [];
  let row: Pick<DeliveryResult, 'rowWritten' | 'currentVersion'> = {
    rowWritten: false,
    currentVersion: null,
  };
  for (const part of PARTS) {
    const outcome = await store(db, [{ ...NOTHING, [part]: delivery[part] }]);
    if (!outcome.ok) rejected.push({ part, ...outcome.refusal });
    else if (part === 'row') row = outcome.results[0] ?? row;
  }
  return rejected.length === 0 ? { ...row, ok: true } : { ...row, ok: false, rejected };
}

type Stored =
  | { readonly ok: true; readonly results: DeliveryResult[] }
  | { readonly ok: false; readonly refusal: Omit<Rejection, 'part'> };

/**
 * One statement, and so one transaction, without BEGIN and COMMIT of our own: when a connection is cut within
 * `sql.begin`, the driver (3.4.9) still writes its ROLLBACK, to a socket that is gone, and throws where
 * nobody can catch it. Foreign keys are checked at the end of the statement, when the users are there.
 */
async function store(db: RegistryDb, batch: readonly Delivery[]): Promise<Stored> {
  const malformed = malformedField(batch);
  // In the driver it would fail too, but there it would look like an outage.
  if (malformed !== null) return { ok: false, refusal: { sqlState: DATA_EXCEPTION, constraint: malformed } };
  const rows = batch.flatMap(({ row }) => row ?? []);
  try {
    const answers = (await answersFor(db, rows, await runStatement(db, batch, rows))).values();
    const results = batch.map(({ row }): DeliveryResult => {
      const answer = row === null ? undefined : answers.next().value;
      return {
        ok: true,
        rowWritten: answer?.written ?? false,
        currentVersion: answer?.currentVersion ?? null,
      };
    });
    return { ok: true, results };
  } catch (error) {
    const failure = classifyFailure(error);
    if (failure.kind === 'unavailable') throw failure.error;
    return { ok: false, refusal: { sqlState: failure.sqlState, constraint: failure.constraint } };
  }
}

/** Returns the ids of the rows that were written. */
async function runStatement(
  db: RegistryDb,
  batch: readonly Delivery[],
  rows: readonly InstanceRow[],
): Promise<string[]> {
  const apiUsers = batch.flatMap(({ user }) => user ?? []);
  const auditRows = batch.flatMap(({ audit }) => audit);
  const parts: SQL[] = [];
  if (apiUsers.length > 0) parts.push(sql`made AS (${insertUsers(apiUsers)})`);
  if (rows.length > 0) parts.push(sql`written AS ${upsertInstanceRows(db, rows)}`);
  if (auditRows.length > 0) parts.push(sql`appended AS ${insertAuditRows(db, auditRows)}`);
  if (parts.length === 0) return [];
  const ids = rows.length > 0 ? sql`SELECT id FROM written` : sql`SELECT NULL AS id WHERE false`;
  const found = IdsSchema.parse(await db.execute(sql`WITH ${sql.join(parts, sql`, `)} ${ids}`));
  return found.map(({ id }) => id);
}

/** The path of the first field, below its delivery, that has not the agreed shape. */
function malformedField(batch: readonly Delivery[]): string | null {
  for (const delivery of batch) {
    const parsed = DeliverySchema.safeParse(delivery);
    if (!parsed.success) return parsed.error.issues[0]?.path.join('.') ?? '';
  }
  return null;
}

async function within<Result>(
  timeoutMs: number,
  work: (isLate: () => boolean) => Promise<Result>,
): Promise<Result> {
  let isLate = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      isLate = true;
      reject(new RegistryUnavailable(`no answer within ${timeoutMs} ms`, null));
    }, timeoutMs);
  });
  try {
    return await Promise.race([work(() => isLate), late]);
  } finally {
    clearTimeout(timer);
  }
}
