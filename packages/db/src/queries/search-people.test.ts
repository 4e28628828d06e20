import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { instanceRow } from './fixtures.ts';
import { writeInstanceRows } from './instance-rows.ts';
import {
  type PeopleFilter,
  type PeoplePage,
  type Person,
  peopleQuery,
  readPerson,
  searchPeople,
} from './search-people.ts';
import { openWebRegistry, type WebRegistry } from './testing/web-registry.ts';
import type { TimeCursor } from './time-cursor.ts';
import { USER_NAMES_MAX, userNames } from './user-names.ts';

const NOON_MS = Date.UTC(2026, 0, 1, 12);
const PAGES_MAX = 100;

const people: Person[] = Array.from({ length: 60 }, (_, index) => {
  const signsIn = index % 3 === 0;
  const isDeleted = index % 11 === 10;
  return {
    id: `person_${index}`,
    name: index % 4 === 0 && !isDeleted ? `Name ${index} 100%` : null,
    email: isDeleted ? null : `${signsIn ? 'in' : 'given'}-${index}@example.com`,
    emailKind: isDeleted ? null : signsIn ? 'sign_in' : 'contact',
    role: index % 6 === 0 ? 'admin' : 'customer',
    canSignIn: signsIn,
    isBanned: index % 13 === 12,
    createdAt: NOON_MS + (index % 7) * 1_000,
    deletedAt: isDeleted ? NOON_MS + 60_000 : null,
    instances: index % 5 === 1 ? 2 : 0,
    lentOverrides: index === 0 ? 12 : 0,
    lastSessionAt: index % 9 === 0 ? NOON_MS + 5_000 : null,
  };
});

let registry: WebRegistry;
beforeAll(async () => {
  registry = await openWebRegistry();
  const { sql } = registry;
  await sql`DELETE FROM users`;
  for (const person of people) {
    const { id, name, email, emailKind, role, isBanned } = person;
    const [signIn, contact] = emailKind === 'sign_in' ? [email, null] : [null, email];
    const deletedAt = person.deletedAt === null ? null : new Date(person.deletedAt);
    await sql`INSERT INTO users (id, name, email, contact_email, role, banned, created_at, deleted_at) VALUES
      (${id}, ${name ?? ''}, ${signIn}, ${contact}, ${role}, ${isBanned}, ${new Date(person.createdAt)}, ${deletedAt})`;
    if (person.canSignIn)
      await sql`INSERT INTO accounts (id, account_id, provider_id, user_id) VALUES
        (${`a1-${id}`}, ${id}, 'credential', ${id}), (${`a2-${id}`}, ${id}, 'google', ${id})`;
    if (person.lastSessionAt !== null)
      await sql`INSERT INTO sessions (id, expires_at, token, updated_at, user_id) VALUES
        (${`s1-${id}`}, now(), ${`t1-${id}`}, ${new Date(person.lastSessionAt)}, ${id}),
        (${`s2-${id}`}, now(), ${`t2-${id}`}, ${new Date(person.lastSessionAt - 1)}, ${id})`;
  }
  const adminSizeOverride = { actorId: 'person_0', machineSize: 'of no matter' };
  const rows = people
    .filter(({ instances }) => instances === 2)
    .flatMap(({ id: userId }) => [
      instanceRow({ userId, adminSizeOverride }),
      instanceRow({ userId, adminSizeOverride: null }),
      instanceRow({ userId, adminSizeOverride, status: 'destroyed', destroyedAt: NOON_MS }),
    ]);
  await writeInstanceRows(registry.ownerDb, rows);
});
afterAll(() => registry?.close());

/** The filter told once more in plain JavaScript. */
function expected({ q, role, includeDeleted }: PeopleFilter): Person[] {
  const found = people.filter(
    (person) =>
      (role === undefined || person.role === role) &&
      (includeDeleted === true || person.deletedAt === null) &&
      (q === undefined ||
        `${person.id}|${person.name}|${person.email}`.toLowerCase().includes(q.toLowerCase())),
  );
  return found.sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1));
}

async function wholeList(filter: PeopleFilter, limit: number): Promise<Person[]> {
  const items: Person[] = [];
  let after: TimeCursor | null = null;
  for (let count = 0; count < PAGES_MAX; count += 1) {
    const page: PeoplePage = await searchPeople(registry.db, filter, { after, limit });
    items.push(...page.items);
    if (page.next === null) return items;
    after = page.next;
  }
  throw new Error('The list has no end.');
}

const filters: fc.Arbitrary<PeopleFilter> = fc.record(
  {
    q: fc.constantFrom('PERSON_1', 'name 1', '100%', 'given-', 'in-3', '@example.com', 'n_1', '%', 'nobody'),
    role: fc.constantFrom('admin', 'customer'),
    includeDeleted: fc.boolean(),
  },
  { requiredKeys: [] },
);

describe('people', () => {
  test('are found and paged newest first, each once, with what they have', () =>
    fc.assert(
      fc.asyncProperty(filters, fc.integer({ min: 1, max: 30 }), async (filter, limit) => {
        const found = expected(filter);
        expect(await wholeList(filter, limit)).toEqual(found);
        const { total, totalIsCapped } = await searchPeople(registry.db, filter, { after: null, limit });
        expect([total, totalIsCapped]).toEqual([found.length, false]);
      }),
      { numRuns: 100 },
    ));

  test('are the same where more are found than are counted', () =>
    fc.assert(
      fc.asyncProperty(filters, async (filter) => {
        const rows = await peopleQuery(registry.db, filter, { after: null, limit: 100, totalIsCapped: true });
        expect(rows.map(({ id }) => id)).toEqual(expected(filter).map(({ id }) => id));
      }),
      { numRuns: 50 },
    ));

  test('are read one by one, deleted ones too', async () => {
    for (const person of people.slice(0, 12))
      expect(await readPerson(registry.db, person.id)).toEqual(person);
    expect(await readPerson(registry.db, 'nobody')).toBeNull();
  });

  test('a limit out of bounds is refused', async () => {
    await expect(searchPeople(registry.db, {}, { after: null, limit: 0 })).rejects.toThrow(RangeError);
  });
});

describe('names', () => {
  test('are told by name, else by address; of the deleted none, and of strangers nothing', async () => {
    const names = await userNames(registry.db, [
      'person_0',
      'person_1',
      'person_3',
      'person_10',
      'nobody',
      'person_0',
    ]);
    expect(Object.fromEntries(names)).toEqual({
      person_0: { displayName: 'Name 0 100%', isDeleted: false },
      person_1: { displayName: 'given-1@example.com', isDeleted: false },
      person_3: { displayName: 'in-3@example.com', isDeleted: false },
      person_10: { displayName: null, isDeleted: true },
    });
    expect((await userNames(registry.db, [])).size).toBe(0);
  });

  test('are not looked up beyond the bound', async () => {
    const ids = Array.from({ length: USER_NAMES_MAX + 1 }, (_, index) => `id-${index}`);
    await expect(userNames(registry.db, ids)).rejects.toThrow(RangeError);
    expect((await userNames(registry.db, ids.slice(1))).size).toBe(0);
  });
});
