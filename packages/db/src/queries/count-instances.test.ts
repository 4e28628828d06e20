import { INSTANCE_TYPES } from '@kiloclaw/instance-tiers';
import { DRIFT_KINDS, InstanceStatusSchema, ProviderIdSchema } from '@kiloclaw/platform-contract';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRegistry } from '../client.ts';
import type { InstanceRow } from '../rows.ts';
import { type ChipCount, countInstances, type InstanceCounts } from './count-instances.ts';
import { ensureUsers } from './ensure-users.ts';
import { instanceRow } from './fixtures.ts';
import { writeInstanceRows } from './instance-rows.ts';
import type { InstanceFilter } from './instance-search.ts';
import { SEARCH_TOTAL_MAX } from './page.ts';
import { fewOf } from './testing/few-of.ts';
import { openWebRegistry, type WebRegistry } from './testing/web-registry.ts';

const TYPES = [...INSTANCE_TYPES, null];
const TYPE_KEYS = [...INSTANCE_TYPES, 'unknown'] as const;
const STATUSES = InstanceStatusSchema.options;
const PROVIDERS = ProviderIdSchema.options;
const USERS = ['small-alice', 'small-bob'];

const rows = Array.from({ length: 150 }, (_, index) => {
  const status = STATUSES[index % STATUSES.length] ?? 'running';
  return instanceRow({
    userId: USERS[index % 2] ?? '',
    sandboxId: `kc-small-${String(index).padStart(3, '0')}`,
    name: `Small ${index}`,
    provider: PROVIDERS[Math.trunc(index / 2) % PROVIDERS.length] ?? 'fly',
    instanceType: TYPES[Math.trunc(index / 3) % TYPES.length] ?? null,
    status,
    adminSizeOverride: index % 5 === 0 ? { preset: 'perf-4-16' } : null,
    driftKinds: index % 7 === 0 ? ['size_differs', 'volume_missing'] : [],
    machineId: `machine-${index}`,
    destroyedAt: status === 'destroyed' ? 1_767_225_700_000 : null,
  });
});

let registry: WebRegistry;
beforeAll(async () => {
  registry = await openWebRegistry();
  await ensureUsers(
    registry.ownerDb,
    USERS.map((id) => ({ id, email: `${id}@example.com` })),
  );
  await writeInstanceRows(registry.ownerDb, rows);
});
afterAll(() => registry?.close());

/** How many rows a filter shows, told once more in plain JavaScript. */
function shown({ userId, provider, instanceType, status, hasOverride, drift, q }: InstanceFilter): ChipCount {
  const count = rows.filter((row) => {
    const isNamed = [row.id, row.sandboxId, row.machineId].includes(q ?? '');
    const isPart = q === undefined || `${row.name}|${row.userId}@example.com`.toLowerCase().includes(q);
    return (
      (isNamed || (isPart && (row.destroyedAt === null || status === 'destroyed'))) &&
      [undefined, row.userId].includes(userId) &&
      [undefined, row.provider].includes(provider) &&
      [undefined, row.instanceType ?? 'unknown'].includes(instanceType) &&
      [undefined, row.status].includes(status) &&
      [undefined, row.adminSizeOverride !== null].includes(hasOverride) &&
      (drift === undefined || (drift === 'any' ? row.driftKinds.length > 0 : row.driftKinds.includes(drift)))
    );
  }).length;
  return { count, isCapped: false };
}

function expected(filter: InstanceFilter): InstanceCounts {
  const each = (keys: readonly string[], chip: (key: string) => InstanceFilter) =>
    Object.fromEntries(keys.map((key) => [key, shown({ ...filter, ...chip(key) })]));
  return {
    active: shown({ ...filter, status: undefined }),
    destroyed: shown({ ...filter, status: 'destroyed' }),
    hasOverride: shown({ ...filter, hasOverride: true }),
    drift: shown({ ...filter, drift: 'any' }),
    byProvider: each(PROVIDERS, (provider) => ({ provider })),
    byInstanceType: each(TYPE_KEYS, (instanceType) => ({ instanceType })),
    byStatus: each(STATUSES, (status) => ({ status })),
  } as InstanceCounts;
}

const wholeNames = rows
  .slice(0, 12)
  .flatMap(({ id, sandboxId, machineId }: InstanceRow) => [id, sandboxId, machineId ?? '']);
const filters: fc.Arbitrary<InstanceFilter> = fewOf(
  {
    userId: fc.constantFrom(...USERS),
    provider: fc.constantFrom(...PROVIDERS),
    instanceType: fc.constantFrom(...TYPE_KEYS),
    status: fc.constantFrom(...STATUSES),
    hasOverride: fc.boolean(),
    drift: fc.constantFrom('size_differs', 'clamped', 'any'),
    q: fc.constantFrom('small', 'small 1', 'alice@', 'nothing of it', ...wholeNames),
  },
  3,
);

describe('the counts on the chips', () => {
  test('each tell what one would see with that chip set beside the other filters', () =>
    fc.assert(
      fc.asyncProperty(filters, async (filter) => {
        expect(await countInstances(registry.db, filter)).toEqual(expected(filter));
      }),
      { numRuns: 150 },
    ));

  test('are not told for a text too short to be looked up', async () => {
    const { active, byProvider } = await countInstances(registry.db, { q: 'sm' });
    expect([active, byProvider.fly]).toEqual([null, null]);
  });

  test('are all unknown where counting takes longer than a statement may', async () => {
    const hurried = openRegistry(registry.url, { statementTimeoutMs: 20 });
    const { active, byStatus } = await registry.sql.begin(async (tx) => {
      await tx`LOCK TABLE kiloclaw_instances`;
      return countInstances(hurried.db, {});
    });
    expect([active, byStatus.running]).toEqual([null, null]);
    await hurried.close();
  });

  test('are an error where Postgres is away', async () => {
    const away = openRegistry('postgres://nobody@127.0.0.1:1/none');
    await expect(countInstances(away.db, {})).rejects.toMatchObject({ name: 'RegistryUnavailable' });
    await away.close();
  });
});

describe('beyond the cap', () => {
  const MANY = SEARCH_TOTAL_MAX + 500;
  beforeAll(async () => {
    await registry.sql`INSERT INTO kiloclaw_instances
        (id, user_id, sandbox_id, provider, name, instance_type, status, drift_kinds, registry_version, created_at, updated_at)
      SELECT gen_random_uuid(), 'owner', 'kc-' || md5(n::text), CASE WHEN n % 100 = 0 THEN 'northflank' ELSE 'fly' END,
        'Large ' || n, 'perf-1-3', 'running', CASE WHEN n % 50 = 0 THEN ARRAY[${DRIFT_KINDS[0]}] ELSE '{}' END, 1, now(), now()
      FROM generate_series(1, ${MANY}::int) n`;
  });

  test('a count says that there are more, and the rarer ones beside it are exact', async () => {
    const counts = await countInstances(registry.db, { userId: 'owner' });
    const capped = { count: SEARCH_TOTAL_MAX, isCapped: true };
    expect(counts).toMatchObject({
      active: capped,
      destroyed: { count: 0, isCapped: false },
      drift: { count: MANY / 50, isCapped: false },
      byProvider: { fly: capped, northflank: { count: MANY / 100, isCapped: false } },
      byStatus: { running: capped, stopped: { count: 0, isCapped: false } },
    });
  });

  test('of what a text finds too much of, only a count that is capped is told', async () => {
    const counts = await countInstances(registry.db, { q: 'large' });
    expect(counts).toMatchObject({
      active: { count: SEARCH_TOTAL_MAX, isCapped: true },
      byProvider: { northflank: null },
      drift: null,
      destroyed: { count: 0, isCapped: false },
    });
    const few = await countInstances(registry.db, { q: 'large 77' });
    expect(few.active).toEqual({ count: 111, isCapped: false });
  });
});
