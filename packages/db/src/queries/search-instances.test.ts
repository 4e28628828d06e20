import { type InstanceSort, InstanceSortSchema } from '@kiloclaw/platform-contract';
import { sql as fragment, type SQLWrapper } from 'drizzle-orm';
import fc from 'fast-check';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRegistry, type Registry } from '../client.ts';
import { setRoleLogin } from '../migrate.ts';
import type { InstanceRow } from '../rows.ts';
import { createTestCluster, type TestCluster } from '../testing.ts';
import { ensureUsers } from './ensure-users.ts';
import { instanceRow } from './fixtures.ts';
import type { InstanceCursor } from './instance-cursor.ts';
import { writeInstanceRows } from './instance-rows.ts';
import type { InstanceFilter } from './instance-search.ts';
import { SEARCH_PAGE_MAX, SEARCH_TOTAL_MAX } from './page.ts';
import { countQuery, pageQuery, searchInstances } from './search-instances.ts';
import { fewOf } from './testing/few-of.ts';

const CLUSTER_TIMEOUT_MS = 60_000;
const FLEET_SIZE = 12_000;
const PAGES_MAX = FLEET_SIZE;
const PASSWORD = 'test-control-plane-password';

let cluster: TestCluster;
let sql: postgres.Sql;
let registry: Registry;
beforeAll(async () => {
  cluster = await createTestCluster();
  const { url } = await cluster.createDatabase();
  sql = postgres(url, { max: 1, fetch_types: false });
  await setRoleLogin(url, 'kiloclaw_control_plane', PASSWORD);
  const asControlPlane = Object.assign(new URL(url), {
    username: 'kiloclaw_control_plane',
    password: PASSWORD,
  });
  registry = openRegistry(asControlPlane.href, { statementTimeoutMs: 20_000 });
}, CLUSTER_TIMEOUT_MS);
afterAll(async () => {
  await registry?.close();
  await sql?.end();
  await cluster?.stop();
}, CLUSTER_TIMEOUT_MS);

const search = (
  filter: InstanceFilter,
  limit = SEARCH_PAGE_MAX,
  after: InstanceCursor | null = null,
  sort: InstanceSort = 'created_desc',
) => searchInstances(registry.db, filter, { sort, after, limit });

/** Every page's items, one after the other. */
async function wholeList(
  filter: InstanceFilter,
  limit?: number,
  sort?: InstanceSort,
): Promise<InstanceRow[]> {
  const rows: InstanceRow[] = [];
  let after: InstanceCursor | null = null;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const { items, next }: Awaited<ReturnType<typeof search>> = await search(filter, limit, after, sort);
    rows.push(...items.map(({ row }) => row));
    if (next === null) return rows;
    after = next;
  }
  throw new Error('The list has no end.');
}

/** Takes one of the planner's ways from it: small tables tempt it to what large ones do not. */
async function without(setting: string, work: () => Promise<void>): Promise<void> {
  await registry.db.execute(`SET ${setting} = off`);
  try {
    await work();
  } finally {
    await registry.db.execute(`RESET ${setting}`);
  }
}

describe('a small fleet', () => {
  const USERS = ['alice', 'bob', 'carol'];
  const TYPES = ['perf-1-3', 'custom', null];
  const STATUSES = ['running', 'stopped', 'destroyed'];
  const rows = Array.from({ length: 120 }, (_, index) => {
    const status = STATUSES[Math.trunc(index / 2) % 3] ?? '';
    return instanceRow({
      userId: `small-${USERS[index % 3]}`,
      sandboxId: `kc-small-${index}`,
      name: `Small ${index}`,
      provider: index % 4 === 0 ? 'docker-local' : 'fly',
      instanceType: TYPES[Math.trunc(index / 3) % 3] ?? null,
      status,
      adminSizeOverride: index % 5 === 0 ? { preset: 'perf-4-16' } : null,
      driftKinds: index % 7 === 0 ? ['size_differs', 'volume_missing'] : [],
      // Times repeat: the id decides among equals.
      createdAt: 1_767_225_600_000 + (index % 10),
      updatedAt: 1_767_225_600_500 - (index % 13),
      destroyedAt: status === 'destroyed' ? 1_767_225_700_000 : null,
    });
  });
  beforeAll(async () => {
    await ensureUsers(
      registry.db,
      USERS.map((name) => ({ id: `small-${name}`, email: `${name}@small.example.com` })),
    );
    await writeInstanceRows(registry.db, rows);
  });

  const byId = (a: InstanceRow, b: InstanceRow) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
  const COMPARISONS: Record<InstanceSort, (a: InstanceRow, b: InstanceRow) => number> = {
    created_asc: (a, b) => a.createdAt - b.createdAt || byId(a, b),
    created_desc: (a, b) => b.createdAt - a.createdAt || byId(b, a),
    updated_asc: (a, b) => a.updatedAt - b.updatedAt || byId(a, b),
    updated_desc: (a, b) => b.updatedAt - a.updatedAt || byId(b, a),
  };

  /** The filter told once more in another way. */
  function expected(filter: InstanceFilter, sort: InstanceSort): InstanceRow[] {
    const { userId, provider, instanceType, status, hasOverride, drift, q } = filter;
    const found = rows.filter(
      (row) =>
        (status === undefined ? row.destroyedAt === null : row.status === status) &&
        [undefined, row.userId].includes(userId) &&
        [undefined, row.provider].includes(provider) &&
        (instanceType === undefined || (row.instanceType ?? 'unknown') === instanceType) &&
        [undefined, row.adminSizeOverride !== null].includes(hasOverride) &&
        (drift === undefined ||
          row.driftKinds.includes(drift) ||
          (drift === 'any' && row.driftKinds.length > 0)) &&
        (q === undefined || `${row.name}|${row.userId}`.toLowerCase().includes(q)),
    );
    return found.sort(COMPARISONS[sort]);
  }

  const sorts = fc.constantFrom(...InstanceSortSchema.options);
  const filters: fc.Arbitrary<InstanceFilter> = fewOf(
    {
      userId: fc.constantFrom(...USERS.map((name) => `small-${name}`)),
      provider: fc.constantFrom('fly', 'docker-local'),
      instanceType: fc.constantFrom('perf-1-3', 'custom', 'unknown'),
      status: fc.constantFrom(...STATUSES),
      hasOverride: fc.boolean(),
      drift: fc.constantFrom('size_differs', 'volume_missing', 'clamped', 'any'),
      q: fc.constantFrom('small', 'small 1', 'alice'),
    },
    3,
  );

  test.each(['enable_sort', 'enable_indexscan'])(
    'filters combine, and pages of any size join to the whole list without a gap or a double, without %s',
    (setting) =>
      without(setting, () =>
        fc.assert(
          fc.asyncProperty(filters, sorts, fc.integer({ min: 1, max: 60 }), async (filter, sort, limit) => {
            const found = expected(filter, sort);
            expect(await wholeList(filter, limit, sort)).toEqual(found);
            expect(await search(filter, limit)).toMatchObject({ total: found.length, totalIsCapped: false });
          }),
          { numRuns: 200 },
        ),
      ),
  );

  test('a cursor of another order is refused', async () => {
    const { next } = await search({}, 1);
    await expect(search({}, 1, next, 'updated_desc')).rejects.toThrow(RangeError);
  });

  test('a page is the same wherever new instances appear meanwhile', async () => {
    const filter = { userId: 'small-alice' };
    const [first, list] = [await search(filter, 5), await wholeList(filter)];
    const newer = instanceRow({ userId: 'small-alice', createdAt: 1_767_225_700_000 });
    await writeInstanceRows(registry.db, [newer]);
    const second = await search(filter, 5, first.next);
    expect(second.items.map(({ row }) => row)).toEqual(list.slice(5, 10));
    await sql`DELETE FROM kiloclaw_instances WHERE id = ${newer.id}`;
  });

  test('a limit out of bounds is refused', async () => {
    for (const limit of [0, -1, 1.5, SEARCH_PAGE_MAX + 1, Number.NaN])
      await expect(search({}, limit)).rejects.toThrow(RangeError);
  });
});

describe('a search', () => {
  const id = '7d2f7c1e-4a58-4b0e-9f53-6a1f0c9d2b11';
  const found = instanceRow({
    id,
    userId: 'dora',
    sandboxId: 'kc-7d2f7c1e4a584b0e9f536a1f0c9d2b11',
    name: "Dora's 100% own_box \\ Ünïcode",
    machineId: '5683d419b00e68',
  });
  const closed = instanceRow({
    userId: 'dora',
    sandboxId: `kc-closed-${'0'.repeat(8)}`,
    name: "Dora's closed one",
    machineId: 'closed-machine',
    status: 'destroyed',
    destroyedAt: 1_767_225_700_000,
  });
  beforeAll(async () => {
    await ensureUsers(registry.db, [{ id: 'dora', email: 'dora_the.first@example.net' }]);
    await writeInstanceRows(registry.db, [found, closed]);
    await sql`INSERT INTO users (id, email, contact_email) VALUES ('edgar', 'edgar@signed-in.example.org', 'edgar@given.example.org')`;
    await writeInstanceRows(registry.db, [
      instanceRow({ userId: 'edgar', sandboxId: 'kc-edgar', name: null }),
    ]);
  });
  const idsFor = async (q: string, more: InstanceFilter = {}) =>
    (await search({ ...more, q })).items.map(({ row }) => row.id);

  test.each([
    ['the id', id],
    ['the id in capitals', id.toUpperCase()],
    ['the id without dashes', id.replaceAll('-', '')],
    ['the beginning of the id', '7d2f'],
    ['the beginning of the id, dashed', '7d2f7c1e-4a58-4'],
    ['the sandbox id', 'kc-7d2f7c1e4a584b0e9f536a1f0c9d2b11'],
    ['a part of the sandbox id', '4a584b0e'],
    ['the machine id', '5683d419b00e68'],
    ['a part of the name, in any case', 'ORA’S'.replace('’', "'")],
    ['letters beyond ASCII', 'nïcode'],
    ['a percent sign', '100% own'],
    ['an underscore', 'own_box'],
    ['a backslash', 'box \\ '],
    ['a part of the address', 'dora_the.FIRST@'],
  ])('finds by %s', async (_what, q) => {
    expect(await idsFor(q)).toEqual([id]);
  });

  test.each([
    ['a wildcard', '%'.repeat(3)],
    ['an underscore for a letter', 'own box'.replace(' ', '-').replace('-', '\\_')],
    ['a letter where an underscore is', 'dora-the'],
    ['a part of the machine id', '683d419'],
    ['dashes in other places', '7d-2f7c'],
    ['three digits of an id', '7d2'],
    ['a quote', `'; DROP TABLE users; --`],
  ])('finds nothing by %s', async (_what, q) => {
    expect(await idsFor(q)).toEqual([]);
  });

  test('shows a closed row by its status or one of its whole ids alone', async () => {
    expect(await idsFor('closed one')).toEqual([]);
    expect(await idsFor('dora')).toEqual([id]);
    expect(await idsFor('dora', { status: 'destroyed' })).toEqual([closed.id]);
    for (const whole of [closed.id, closed.sandboxId, closed.machineId ?? ''])
      expect(await idsFor(whole)).toEqual([closed.id]);
    expect(await idsFor(closed.id.slice(0, 13))).toEqual([]);
    expect(await idsFor(closed.id, { status: 'running' })).toEqual([]);
  });

  test('finds an owner by either address, and shows the one that they sign in with', async () => {
    for (const q of ['@signed-in.', '@given.'])
      expect((await search({ q })).items).toMatchObject([{ userEmail: 'edgar@signed-in.example.org' }]);
    expect((await search({ q: id })).items).toEqual([
      { row: found, userEmail: 'dora_the.first@example.net' },
    ]);
  });

  test('an error tells nothing of what was asked', async () => {
    const away = openRegistry('postgres://nobody@127.0.0.1:1/none');
    const asked = searchInstances(away.db, { q: 'canary@example.com' }, { after: null, limit: 1 });
    await expect(asked).rejects.toMatchObject({ name: 'RegistryUnavailable', code: 'ECONNREFUSED' });
    await away.close();
    const refused = await search({ q: 'canary\0' }).catch((error: unknown) => String(error));
    expect(refused).toBe('Error: The registry refuses this question (SQLSTATE 22021).');
  });
});

describe('a large fleet', () => {
  const OWNERS = FLEET_SIZE / 4;
  beforeAll(async () => {
    await sql`INSERT INTO users (id, contact_email)
      SELECT 'user-' || n, 'user-' || n || '@large.example.com' FROM generate_series(0, ${OWNERS - 1}) n`;
    await sql`INSERT INTO kiloclaw_instances
        (id, user_id, sandbox_id, provider, name, instance_type, admin_size_override, status, drift_kinds, machine_id,
         registry_version, created_at, updated_at, destroyed_at)
      SELECT gen_random_uuid(), 'user-' || CASE WHEN n % 20 = 1 THEN 1 ELSE n % ${OWNERS} END, 'kc-' || md5(n::text),
        CASE WHEN n % 20 = 2 THEN 'northflank' ELSE 'fly' END, 'Large ' || n,
        CASE WHEN n % 20 = 3 THEN 'custom' WHEN n % 20 <> 7 THEN 'perf-1-3' END, CASE WHEN n % 20 = 4 THEN '{}'::jsonb END,
        CASE WHEN n % 11 = 0 THEN 'destroyed' WHEN n % 20 = 5 THEN 'destroying' ELSE 'running' END,
        CASE WHEN n % 20 = 6 THEN ARRAY['volume_not_mounted'] ELSE '{}' END, 'm-' || n, 1,
        '2026-02-01'::timestamptz + n / 10 * interval '1 second', '2026-02-01'::timestamptz + n * 7 % 12000 / 10 * interval '1 second',
        CASE WHEN n % 11 = 0 THEN now() END
      FROM generate_series(1, ${FLEET_SIZE}) n`;
    await sql`VACUUM ANALYZE`;
  }, CLUSTER_TIMEOUT_MS);

  test('is counted up to the cap, and listed beyond it', async () => {
    const active = Math.ceil((FLEET_SIZE * 10) / 11);
    expect(active).toBeGreaterThan(SEARCH_TOTAL_MAX);
    for (const filter of [{}, { q: 'large' }, { q: '@large.example' }, { provider: 'fly', q: 'large' }]) {
      expect(await search(filter, 1)).toMatchObject({ total: SEARCH_TOTAL_MAX, totalIsCapped: true });
    }
    const listed = await wholeList({ q: 'large' });
    expect(listed).toHaveLength(active);
    expect(new Set(listed.map(({ id }) => id)).size).toBe(active);
    expect(await search({ q: 'large', status: 'destroyed' }, 1)).toMatchObject({
      total: FLEET_SIZE - active,
      totalIsCapped: false,
    });
  });

  async function planOf(query: SQLWrapper): Promise<string> {
    const lines = await registry.db.execute(fragment`EXPLAIN ${query}`);
    return (lines as unknown as Record<string, string>[]).map((line) => line['QUERY PLAN']).join('\n');
  }

  test.each<[string, InstanceFilter, InstanceSort?]>([
    ['kiloclaw_instances_active_idx', {}],
    ['kiloclaw_instances_user_id_idx', { userId: 'user-1' }],
    ['kiloclaw_instances_provider_idx', { provider: 'northflank' }],
    ['kiloclaw_instances_instance_type_idx', { instanceType: 'custom' }],
    ['kiloclaw_instances_status_idx', { status: 'destroying' }],
    ['kiloclaw_instances_status_idx', { status: 'destroyed' }],
    ['kiloclaw_instances_override_idx', { hasOverride: true }],
    ['kiloclaw_instances_active_idx', { hasOverride: false }],
    ['kiloclaw_instances_drift_idx', { drift: 'volume_not_mounted' }],
    ['kiloclaw_instances_active_idx', { q: 'large' }],
    ['kiloclaw_instances_active_idx', {}, 'created_asc'],
    ['kiloclaw_instances_status_idx', { status: 'destroyed' }, 'created_asc'],
    ['kiloclaw_instances_updated_at_idx', {}, 'updated_desc'],
    ['kiloclaw_instances_updated_at_idx', {}, 'updated_asc'],
    ['kiloclaw_instances_updated_at_idx', { q: 'large' }, 'updated_desc'],
    ['kiloclaw_instances_closed_updated_at_idx', { status: 'destroyed' }, 'updated_desc'],
    ['kiloclaw_instances_unknown_type_idx', { instanceType: 'unknown' }],
    ['kiloclaw_instances_drift_idx', { drift: 'any' }],
  ])('%s gives every page of %j in its order (%s)', async (index, filter, sort = 'created_desc') => {
    const id = '00000000-0000-4000-8000-000000000000';
    const cursor = { sort, at: Date.UTC(2026, 1, 1, 0, 15), id };
    for (const after of [null, cursor]) {
      const page = { sort, after, limit: 51, totalIsCapped: true };
      const plan = await planOf(pageQuery(registry.db, filter, page));
      expect(plan).toContain(index);
      expect(plan).not.toMatch(/Sort|Seq Scan on kiloclaw_instances/);
    }
  });

  test.each(['large 77', '7d2f7c1e', 'user-77@', '5683d419b00e68'])(
    'what only a few match has an index for each way to be found: %s',
    (q) =>
      without('enable_seqscan', async () => {
        const page = { after: null, limit: 51, totalIsCapped: false };
        for (const query of [countQuery({ q }), pageQuery(registry.db, { q }, page)]) {
          const plan = await planOf(query);
          for (const index of ['name_trgm', 'sandbox_id_trgm', 'machine_id', 'user_id'])
            expect(plan).toContain(`kiloclaw_instances_${index}_idx`);
          expect(plan).toContain('users_email_trgm_idx');
          expect(plan).toContain('users_contact_email_trgm_idx');
          expect(plan).not.toContain('Seq Scan');
        }
      }),
  );
});
