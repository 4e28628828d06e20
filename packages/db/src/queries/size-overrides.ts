/** Every lent size of the fleet that is in force, or has just ended. */
import type { ListedInstance as ListedInstanceView } from '@kiloclaw/platform-contract';
import { and, asc, desc, eq, isNotNull, isNull, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import { z } from 'zod';
import type { RegistryDb } from '../client.ts';
import { kiloclawInstances as instances } from '../schema/kiloclaw-instances.ts';
import { overrideActorId, overrideSetAt } from '../schema/override-fields.ts';
import { users } from '../schema/users.ts';
import { displayName } from './display-name.ts';
import { fromStored } from './instance-rows.ts';
import { listedInstanceView } from './listed-instance.ts';
import { COUNTED, checkLimit, cutPage, type Page, type PageRequest, readTotal } from './page.ts';
import { answered } from './registry-failure.ts';

/** An active instance with a size override: `sizeOverride` is null where it can't be read. */
export type LentOverride = ListedInstanceView & {
  /** What the admin who lent it is called; null where nobody knows, and after their deletion. */
  readonly actorName: string | null;
};

/** `setAt` is the text that the override is ordered by, empty for one that can't be read. */
export type OverrideCursor = { readonly setAt: string; readonly id: string };
export type OverrideSort = 'oldest' | 'newest';
export type OverridePage = Page<LentOverride, OverrideCursor>;

const CursorSchema = z.strictObject({ setAt: z.string(), id: z.guid() });

/** The cursor as callers carry it, unread. */
export function formatOverrideCursor({ setAt, id }: OverrideCursor): string {
  return `${setAt}_${id}`;
}

/** Null where the text is no cursor that `formatOverrideCursor` made. */
export function parseOverrideCursor(text: string): OverrideCursor | null {
  const [, setAt, id] = /^([0-9TZ:.+-]{0,40})_([0-9a-f-]{36})$/.exec(text) ?? [];
  return CursorSchema.safeParse({ setAt, id }).data ?? null;
}

const SET_AT = overrideSetAt(instances.adminSizeOverride);
const IS_LENT = sql`${isNotNull(instances.adminSizeOverride)} AND ${isNull(instances.destroyedAt)}`;

/**
 * A page of the overrides of instances that are not destroyed, by the time they were set and then by the instance's id.
 * Past their expiry too: the reader compares that with the clock. Throws `RegistryUnavailable`, and a `RangeError` on a
 * limit beyond `SEARCH_PAGE_MAX`.
 */
export async function listOverrides(
  db: RegistryDb,
  {
    sort = 'oldest',
    after,
    limit,
  }: PageRequest<OverrideCursor> & { readonly sort?: OverrideSort | undefined },
): Promise<OverridePage> {
  checkLimit(limit, 'overrides');
  const total = await readTotal(
    db,
    sql`SELECT count(*)::int AS count FROM (SELECT 1 FROM ${instances} WHERE ${IS_LENT} ${COUNTED}) AS found`,
  );
  const rows = await answered(() => overridesQuery(db, { sort, after, limit: limit + 1 }));
  const { items, next } = cutPage(rows, limit, ({ setAt, row }) => ({ setAt, id: row.id }));
  return {
    ...total,
    next,
    items: items.map(({ row, email, contactEmail, actorName }) => ({
      ...listedInstanceView({ row: fromStored(row), userEmail: email ?? contactEmail }),
      actorName,
    })),
  };
}

export function overridesQuery(
  db: RegistryDb,
  { sort, after, limit }: PageRequest<OverrideCursor> & { readonly sort: OverrideSort },
) {
  const admins = alias(users, 'admins');
  const direction = sort === 'oldest' ? asc : desc;
  return db
    .select({
      row: instances,
      setAt: sql<string>`${SET_AT}`,
      email: users.email,
      contactEmail: users.contactEmail,
      actorName: displayName(admins),
    })
    .from(instances)
    .innerJoin(users, eq(users.id, instances.userId))
    .leftJoin(admins, eq(admins.id, overrideActorId(instances.adminSizeOverride)))
    .where(and(IS_LENT, after === null ? undefined : isBeyond(after, sort)))
    .orderBy(direction(SET_AT), direction(instances.id))
    .limit(limit);
}

function isBeyond({ setAt, id }: OverrideCursor, sort: OverrideSort): SQL {
  const beyond = sql.raw(sort === 'oldest' ? '>' : '<');
  return sql`(${SET_AT}, ${instances.id}) ${beyond} (${setAt}, ${id}::uuid)`;
}
