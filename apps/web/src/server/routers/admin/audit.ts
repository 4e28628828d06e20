/** The audit log as admins read it, and as they take it along. */
import {
  AUDIT_ACTOR_KINDS,
  AUDIT_OUTCOMES,
  type AuditFilter,
  auditForExport,
  formatTimeCursor,
  type ListedAuditRow,
  parseTimeCursor,
  searchAudit,
  type TimeCursor,
} from '@kiloclaw/db';
import { InstanceIdSchema, UserIdSchema } from '@kiloclaw/platform-contract';
import { z } from 'zod';
import { audited } from '../../audit.ts';
import { AUDIT_EXPORT_FORMATS } from '../../exports/audit-formats.ts';
import { writeExport } from '../../exports/export-file.ts';
import { factsOfFilter } from '../../exports/facts-of-filter.ts';
import { namesOf } from '../../registry/names-of.ts';
import { Refusal } from '../../trpc/failures.ts';
import { adminProcedure, router } from '../../trpc/init.ts';

const AUDIT_ROWS_ON_A_PAGE = 50;
const IdSchema = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^\P{Cc}+$/u, 'must hold no control characters');
/** Postgres has no year 0, and the log nothing before it was begun. */
const InstantSchema = z.iso
  .datetime({ offset: true })
  .refine((text) => Date.parse(text) >= 0, 'must be in 1970 or later');

const AuditFilterSchema = z.strictObject({
  actorId: IdSchema.optional(),
  actorKind: z.enum(AUDIT_ACTOR_KINDS).optional(),
  action: z
    .string()
    .regex(/^[a-z_]{1,60}$/, 'must be an action such as resize')
    .optional(),
  instanceId: InstanceIdSchema.optional(),
  targetUserId: UserIdSchema.optional(),
  outcome: z.enum(AUDIT_OUTCOMES).optional(),
  requestId: IdSchema.optional(),
  operationId: IdSchema.optional(),
  /** From this time on. */
  from: InstantSchema.optional(),
  /** Before this time. */
  to: InstantSchema.optional(),
});
type AskedFilter = z.infer<typeof AuditFilterSchema>;

const list = adminProcedure
  .input(z.strictObject({ filter: AuditFilterSchema, cursor: z.string().max(400).optional() }))
  .query(async ({ ctx, input: { filter, cursor } }) => {
    const { db } = ctx.registry;
    const page = { after: readCursor(cursor), limit: AUDIT_ROWS_ON_A_PAGE };
    const { items, next, ...total } = await searchAudit(db, filterOf(filter), page);
    const names = await namesOf(
      db,
      items.flatMap(({ targetUserId }) => (targetUserId === null ? [] : [targetUserId])),
    );
    return {
      items: items.map((row) => viewOf(row, names)),
      nextCursor: next === null ? null : formatTimeCursor(next),
      ...total,
    };
  });

/** As a mutation, since it leaves a row of its own: what was taken along, and by whom. */
const exportFile = adminProcedure
  .input(z.strictObject({ filter: AuditFilterSchema, format: z.enum(['csv', 'json']) }))
  .mutation(({ ctx, input: { filter, format } }) => {
    const metadata = { format, ...factsOfFilter(filter) };
    return audited(ctx, { action: 'export_audit', metadata }, () =>
      writeExport('audit', AUDIT_EXPORT_FORMATS[format], auditForExport(ctx.registry.db, filterOf(filter))),
    );
  });

export const audit = router({ list, export: exportFile });

function filterOf({ from, to, ...exact }: AskedFilter): AuditFilter {
  return {
    ...exact,
    ...(from === undefined ? {} : { from: Date.parse(from) }),
    ...(to === undefined ? {} : { to: Date.parse(to) }),
  };
}

function readCursor(text: string | undefined): TimeCursor | null {
  if (text === undefined) return null;
  const cursor = parseTimeCursor(text);
  if (cursor !== null) return cursor;
  throw new Refusal('invalid_request', 'This page of the log can’t be found. Go to the first page.', {
    fields: [{ path: 'cursor', message: 'is none of this log' }],
  });
}

function viewOf({ at, ...row }: ListedAuditRow, names: Readonly<Record<string, string>>) {
  const targetUserName = row.targetUserId === null ? null : (names[row.targetUserId] ?? null);
  return { ...row, at: new Date(at).toISOString(), targetUserName };
}
