import { and, desc, eq, ilike, isNull, or, type SQL, sql } from 'drizzle-orm';
import type { RegistryDb } from '../client.ts';
import { accounts } from '../schema/accounts.ts';
import { kiloclawInstances as instances } from '../schema/kiloclaw-instances.ts';
import { overrideActorId } from '../schema/override-fields.ts';
import { sessions } from '../schema/sessions.ts';
import { type UserRole, users } from '../schema/users.ts';
import { allOf, withoutWildcards } from './instance-search.ts';
import { COUNTED, checkLimit, cutPage, type Page, type PageRequest, readTotal } from './page.ts';
import { answered } from './registry-failure.ts';
import type { TimeCursor } from './time-cursor.ts';

/** Everything that is given must hold. `q` is a part of an id, an address or a name. */
export type PeopleFilter = {
  readonly q?: string | undefined;
  readonly role?: UserRole | undefined;
  readonly includeDeleted?: boolean | undefined;
};

/** Times are milliseconds since 1970. */
export type Person = {
  readonly id: string;
  readonly name: string | null;
  /** The address that they sign in with, else the one that the API gave for them. */
  readonly email: string | null;
  readonly emailKind: 'sign_in' | 'contact' | null;
  readonly role: UserRole;
  /** There is a way in which they sign in: a password, or an account elsewhere. */
  readonly canSignIn: boolean;
  readonly isBanned: boolean;
  readonly createdAt: number;
  readonly deletedAt: number | null;
  /** Their instances that are not destroyed. */
  readonly instances: number;
  /** Sizes that they have lent, and that are still on an instance. */
  readonly lentOverrides: number;
  /** When a session of theirs that is still kept was last used; null where there is none. */
  readonly lastSessionAt: number | null;
};

export type PeoplePage = Page<Person, TimeCursor>;

/**
 * A page of people, newest first, then by id. Throws `RegistryUnavailable`, and a `RangeError` on a limit beyond
 * `SEARCH_PAGE_MAX`.
 */
export async function searchPeople(
  db: RegistryDb,
  filter: PeopleFilter,
  { after, limit }: PageRequest<TimeCursor>,
): Promise<PeoplePage> {
  checkLimit(limit, 'people');
  const total = await readTotal(db, peopleCountQuery(filter));
  const page = { after, limit: limit + 1, totalIsCapped: total.totalIsCapped };
  const rows = await answered(() => peopleQuery(db, filter, page));
  return { ...total, ...cutPage(rows.map(personOf), limit, ({ createdAt: at, id }) => ({ at, id })) };
}

/** One person, deleted ones too; null where nobody has this id. Throws `RegistryUnavailable`. */
export async function readPerson(db: RegistryDb, id: string): Promise<Person | null> {
  const [found] = await answered(() => selectPeople(db).where(eq(users.id, id)));
  return found === undefined ? null : personOf(found);
}

export function peopleCountQuery(filter: PeopleFilter): SQL {
  const conditions = [...givenConditions(filter), hasPart(filter)];
  const found = sql`SELECT 1 FROM ${users} WHERE ${allOf(...conditions)} ${COUNTED}`;
  return sql`SELECT count(*)::int AS count FROM (${found}) AS found`;
}

/** What few people match is looked up and sorted; what more match than are counted is met along the list itself. */
export function peopleQuery(
  db: RegistryDb,
  filter: PeopleFilter,
  { after, limit, totalIsCapped }: PageRequest<TimeCursor> & { readonly totalIsCapped: boolean },
) {
  const part = hasPart(filter);
  const found =
    part === undefined || totalIsCapped
      ? part
      : // An array, not IN: the planner takes it for short, and never walks the whole list for a handful.
        sql`${users.id} = ANY(ARRAY(SELECT ${users.id} FROM ${users} WHERE ${part}))`;
  return selectPeople(db)
    .where(and(...givenConditions(filter), found, after === null ? undefined : isOlder(after)))
    .orderBy(desc(users.createdAt), desc(users.id))
    .limit(limit);
}

function givenConditions({ role, includeDeleted }: PeopleFilter): SQL[] {
  const conditions: SQL[] = [];
  if (role !== undefined) conditions.push(eq(users.role, role));
  if (includeDeleted !== true) conditions.push(isNull(users.deletedAt));
  return conditions;
}

function hasPart({ q }: PeopleFilter): SQL | undefined {
  if (q === undefined) return undefined;
  const part = `%${withoutWildcards(q)}%`;
  return or(...[users.id, users.name, users.email, users.contactEmail].map((column) => ilike(column, part)));
}

function isOlder({ at, id }: TimeCursor): SQL {
  return sql`(${users.createdAt}, ${users.id}) < (${new Date(at).toISOString()}::timestamptz, ${id})`;
}

// Subselects, not joins: each is read for the rows of the page alone. Columns are written out, since Drizzle leaves the
// table's name away where it sees one table only.
const ACTIVE_INSTANCES = sql`SELECT count(*)::int FROM ${instances} AS i WHERE i.destroyed_at IS NULL`;
const LENT_BY = overrideActorId(sql`i.admin_size_override`);
const PERSON = {
  id: users.id,
  name: users.name,
  email: users.email,
  contactEmail: users.contactEmail,
  role: users.role,
  isBanned: users.banned,
  createdAt: users.createdAt,
  deletedAt: users.deletedAt,
  canSignIn: sql<boolean>`EXISTS (SELECT 1 FROM ${accounts} AS a WHERE a.user_id = ${users}.id)`,
  instances: sql<number>`(${ACTIVE_INSTANCES} AND i.user_id = ${users}.id)`,
  lentOverrides: sql<number>`(${ACTIVE_INSTANCES} AND i.admin_size_override IS NOT NULL AND ${LENT_BY} = ${users}.id)`,
  lastSessionAt: sql<number | null>`(SELECT (extract(epoch FROM max(s.updated_at)) * 1000)::float8
    FROM ${sessions} AS s WHERE s.user_id = ${users}.id)`,
};

function selectPeople(db: RegistryDb) {
  return db.select(PERSON).from(users).$dynamic();
}

type FoundPerson = Awaited<ReturnType<typeof selectPeople>>[number];

function personOf({ contactEmail, ...found }: FoundPerson): Person {
  const email = found.email ?? contactEmail;
  return {
    ...found,
    name: found.name === '' ? null : found.name,
    email,
    emailKind: email === null ? null : found.email === null ? 'contact' : 'sign_in',
    createdAt: found.createdAt.getTime(),
    deletedAt: found.deletedAt?.getTime() ?? null,
  };
}
