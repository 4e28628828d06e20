/** The list of instances as a whole, for exports: what a filter finds, or what was chosen one by one. */
import { desc, eq, inArray } from 'drizzle-orm';
import type { RegistryDb } from '../client.ts';
import { kiloclawInstances as instances } from '../schema/kiloclaw-instances.ts';
import { users } from '../schema/users.ts';
import type { InstanceCursor } from './instance-cursor.ts';
import { fromStored } from './instance-rows.ts';
import type { InstanceFilter } from './instance-search.ts';
import type { ListedInstance } from './listed-instance.ts';
import { readTotal } from './page.ts';
import { answered } from './registry-failure.ts';
import { countQuery, pageQuery } from './search-instances.ts';

/** The most instances of one export: narrow the filter for the others. */
export const INSTANCE_EXPORT_MAX = 10_000;
/** The most instances that are chosen one by one. */
export const INSTANCE_CHOICE_MAX = 1_000;
const EXPORT_PAGE_ROWS = 1_000;

export type InstanceExportPage = {
  readonly items: readonly ListedInstance[];
  /** On the last page only: there are more instances than were asked for. */
  readonly isCutOff: boolean;
};

/**
 * The instances that a filter finds, newest first, page by page, at most `maxRows` of them. Throws
 * `RegistryUnavailable`.
 */
export async function* instancesForExport(
  db: RegistryDb,
  filter: InstanceFilter,
  maxRows: number = INSTANCE_EXPORT_MAX,
): AsyncGenerator<InstanceExportPage> {
  const { totalIsCapped } = await readTotal(db, countQuery(filter));
  let after: InstanceCursor | null = null;
  for (let told = 0; told < maxRows; told += EXPORT_PAGE_ROWS) {
    const limit = Math.min(EXPORT_PAGE_ROWS, maxRows - told);
    const rows: FoundRow[] = await readPage(db, filter, { after, limit: limit + 1, totalIsCapped });
    const items = rows.slice(0, limit).map(listed);
    const hasMore = rows.length > limit;
    yield { items, isCutOff: hasMore && told + limit >= maxRows };
    const last = items.at(-1);
    if (!hasMore || last === undefined) return;
    after = { sort: 'created_desc', at: last.row.createdAt, id: last.row.id };
  }
}

/**
 * The instances of these ids, destroyed ones too, newest first; ids that nothing has are left out. Throws
 * `RegistryUnavailable`, and a `RangeError` on more than `INSTANCE_CHOICE_MAX` ids.
 */
export async function instancesById(db: RegistryDb, ids: readonly string[]): Promise<ListedInstance[]> {
  if (ids.length > INSTANCE_CHOICE_MAX)
    throw new RangeError(`At most ${INSTANCE_CHOICE_MAX} instances are read at once, not ${ids.length}.`);
  if (ids.length === 0) return [];
  const rows = await answered(() =>
    db
      .select({ row: instances, email: users.email, contactEmail: users.contactEmail })
      .from(instances)
      .innerJoin(users, eq(users.id, instances.userId))
      .where(inArray(instances.id, [...ids]))
      .orderBy(desc(instances.createdAt), desc(instances.id)),
  );
  return rows.map(listed);
}

type FoundRow = Awaited<ReturnType<typeof pageQuery>>[number];

async function readPage(
  db: RegistryDb,
  filter: InstanceFilter,
  page: Parameters<typeof pageQuery>[2],
): Promise<FoundRow[]> {
  return answered(() => pageQuery(db, filter, page));
}

function listed({ row, email, contactEmail }: FoundRow): ListedInstance {
  return { row: fromStored(row), userEmail: email ?? contactEmail };
}
