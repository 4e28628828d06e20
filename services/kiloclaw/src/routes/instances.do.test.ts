import type { InstanceRow } from '@kiloclaw/db';
import {
  API_BASE,
  API_KEY_HEADER,
  ErrorBodySchema,
  INSTANCES_PAGE_MAX,
  type InstancePage,
  InstancePageSchema,
  sandboxIdOf,
} from '@kiloclaw/platform-contract';
import { beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../app.ts';
import { FULL_KEY, READ_KEY } from '../testing/bindings.ts';
import { bindings, debugStatusOf, errorOf, newTarget, provisioned, send } from '../testing/platform.ts';
import { seedRegistry, untilPaid, whileRegistryHangs } from '../testing/registry.ts';

const NOON_MS = Date.UTC(2026, 0, 1, 12);
const PAGES_MAX = 100;

function seededRow(changes: Partial<InstanceRow> = {}): InstanceRow {
  const id = crypto.randomUUID();
  return {
    id,
    userId: 'seeded',
    sandboxId: sandboxIdOf(id),
    provider: 'fly',
    name: null,
    region: 'iad',
    instanceType: 'perf-1-3',
    adminSizeOverride: null,
    status: 'running',
    machineSize: { cpus: 1, memory_mb: 3072, cpu_kind: 'performance' },
    volumeSizeGb: 10,
    machineId: null,
    driftKinds: [],
    trackedImageTag: 'v1',
    registryVersion: 3,
    createdAt: NOON_MS,
    updatedAt: NOON_MS + 1,
    destroyedAt: null,
    ...changes,
  };
}

async function list(query: object): Promise<InstancePage> {
  const answer = await send('instances', query);
  expect(answer.status, answer.text).toBe(200);
  return InstancePageSchema.parse(answer.body);
}

async function idsOf(query: object): Promise<string[]> {
  return (await list(query)).items.map(({ instanceId }) => instanceId);
}

it('shows a provisioned instance as its own debug-status does', async () => {
  const target = newTarget();
  await provisioned(target, { name: 'listed', userEmail: 'alice@example.com' });
  await untilPaid(target);
  const debug = await debugStatusOf(target);
  expect(await list({ q: target.instanceId })).toEqual({
    items: [
      {
        ...target,
        userEmail: 'alice@example.com',
        sandboxId: debug.sandboxId,
        name: 'listed',
        provider: 'fly',
        region: debug.region,
        status: 'running',
        instanceType: 'perf-1-3',
        machineSize: debug.machineSize,
        volumeSizeGb: debug.volumeSizeGb,
        sizeOverride: null,
        sizeOverrideUnreadable: false,
        driftKinds: [],
        machineId: debug.providerState.machineId,
        imageTag: debug.registry.trackedImageTag,
        registryVersion: debug.registry.version,
        createdAt: debug.createdAt,
        updatedAt: debug.registry.updatedAt,
        destroyedAt: null,
      },
    ],
    nextCursor: null,
    total: 1,
    totalIsCapped: false,
  });
});

describe('filters', () => {
  const userId = `user-${crypto.randomUUID()}`;
  const override = {
    machineSize: { cpus: 4, memory_mb: 16384, cpu_kind: 'performance' },
    preset: 'perf-4-16',
    reason: 'a launch',
    actorId: 'admin-1',
    setAt: '2026-01-01T00:00:00Z',
    // Long past: it is shown as it is stored.
    expiresAt: '2026-01-02T00:00:00Z',
  };
  const plain = seededRow({ userId });
  const lent = seededRow({ userId, adminSizeOverride: override, createdAt: NOON_MS + 1 });
  const garbled = seededRow({ userId, adminSizeOverride: { machineSize: 'huge' }, createdAt: NOON_MS + 2 });
  const local = seededRow({
    userId,
    provider: 'docker-local',
    name: `Box of ${userId}`,
    instanceType: null,
    createdAt: NOON_MS + 3,
  });
  const odd = seededRow({
    userId,
    instanceType: 'custom',
    status: 'stopped',
    driftKinds: ['volume_missing', 'volume_not_mounted'],
    machineId: `machine-${userId}`,
    createdAt: NOON_MS + 4,
  });
  const gone = seededRow({
    userId,
    status: 'destroyed',
    createdAt: NOON_MS + 5,
    destroyedAt: NOON_MS + 6,
  });
  beforeAll(() => seedRegistry([plain, lent, garbled, local, odd, gone]));

  it.each<[object, InstanceRow[]]>([
    [{}, [odd, local, garbled, lent, plain]],
    [{ provider: 'docker-local' }, [local]],
    [{ instanceType: 'custom' }, [odd]],
    [{ instanceType: 'unknown' }, [local]],
    [{ drift: 'any' }, [odd]],
    [{ status: 'stopped' }, [odd]],
    [{ status: 'destroyed' }, [gone]],
    [{ hasOverride: true }, [garbled, lent]],
    [{ hasOverride: false }, [odd, local, plain]],
    [{ drift: 'volume_not_mounted' }, [odd]],
    [{ drift: 'volume_not_mounted', status: 'running' }, []],
    [{ provider: 'fly', status: 'running', hasOverride: 0 }, [plain]],
    [{ q: `BOX OF ${userId.slice(0, 20)}` }, [local]],
    [{ q: `${userId}@example` }, [odd, local, garbled, lent, plain]],
    [{ q: `machine-${userId}` }, [odd]],
    [{ q: gone.id }, [gone]],
    [{ q: gone.sandboxId }, [gone]],
    [{ q: plain.sandboxId, status: 'running' }, [plain]],
  ])('%j finds what it says, newest first', async (filter, rows) => {
    const page = await list({ userId, ...filter });
    expect(page.items.map(({ instanceId }) => instanceId)).toEqual(rows.map(({ id }) => id));
    expect(page).toMatchObject({ total: rows.length, totalIsCapped: false, nextCursor: null });
  });

  it('keep to the owner who is asked for', async () => {
    expect(await idsOf({ userId: `user-${crypto.randomUUID()}` })).toEqual([]);
  });

  it('show an override as it is stored, and one that can’t be read as that', async () => {
    const { items } = await list({ userId, hasOverride: 1 });
    expect(items).toMatchObject([
      { instanceId: garbled.id, sizeOverride: null, sizeOverrideUnreadable: true },
      { instanceId: lent.id, sizeOverride: override, sizeOverrideUnreadable: false },
    ]);
  });
});

describe('pages', () => {
  const userId = `user-${crypto.randomUUID()}`;
  // Few times for many rows: the id decides among equals.
  const rows = Array.from({ length: 53 }, (_, index) =>
    seededRow({ userId, createdAt: NOON_MS + (index % 4), updatedAt: NOON_MS + 10 + (index % 3) }),
  );
  const inOrder = rows
    .toSorted((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1))
    .map(({ id }) => id);
  beforeAll(() => seedRegistry(rows));

  it.each([1, 7, 53, INSTANCES_PAGE_MAX])(
    'of %i join to the list without a gap or a double',
    async (limit) => {
      const ids: string[] = [];
      let cursor: string | null = null;
      for (let page = 0; page < PAGES_MAX && (page === 0 || cursor !== null); page += 1) {
        const { items, nextCursor, total }: InstancePage = await list({
          userId,
          limit,
          ...(cursor !== null && { cursor }),
        });
        expect(total).toBe(rows.length);
        ids.push(...items.map(({ instanceId }) => instanceId));
        cursor = nextCursor;
      }
      expect(ids).toEqual(inOrder);
    },
  );

  const ascends = (a: InstanceRow, b: InstanceRow) => (a.id < b.id ? -1 : 1);
  it.each([
    ['created_asc', rows.toSorted((a, b) => a.createdAt - b.createdAt || ascends(a, b))],
    ['updated_asc', rows.toSorted((a, b) => a.updatedAt - b.updatedAt || ascends(a, b))],
    ['updated_desc', rows.toSorted((a, b) => b.updatedAt - a.updatedAt || ascends(b, a))],
  ])('may come by %s, and a cursor belongs to its order', async (sort, sorted) => {
    const first = await list({ userId, sort, limit: 30 });
    const second = await list({ userId, sort, limit: 30, cursor: first.nextCursor });
    const ids = [...first.items, ...second.items].map(({ instanceId }) => instanceId);
    expect(ids).toEqual(sorted.map(({ id }) => id));
    const error = errorOf(await send('instances', { userId, cursor: first.nextCursor }));
    expect(error).toMatchObject({ status: 400, details: { fields: [{ path: 'cursor' }] } });
  });

  it('hold 50 unless told otherwise', async () => {
    expect(await idsOf({ userId })).toEqual(inOrder.slice(0, 50));
  });
});

describe('a question', () => {
  it.each<[string, object]>([
    ['cursor', { cursor: 'nonsense' }],
    ['cursor', { cursor: '1_7d2f7c1e' }],
    ['cursor', { cursor: `created_desc_${'9'.repeat(15)}_7d2f7c1e-4a58-4b0e-9f53-6a1f0c9d2b11` }],
    ['sort', { sort: 'newest' }],
    ['limit', { limit: 0 }],
    ['limit', { limit: INSTANCES_PAGE_MAX + 1 }],
    ['limit', { limit: 'all' }],
    ['status', { status: 'asleep' }],
    ['provider', { provider: 'mars' }],
    ['instanceType', { instanceType: 'perf-9-9' }],
    ['hasOverride', { hasOverride: 'maybe' }],
    ['drift', { drift: 'asleep' }],
    ['userId', { userId: 'alice@example.com' }],
    ['q', { q: ' ' }],
    ['q', { q: 'a\0b' }],
    ['instanceId', { instanceId: crypto.randomUUID() }],
    ['surprise', { surprise: 1 }],
  ])('with a bad %s is refused by its name: %j', async (path, query) => {
    const error = errorOf(await send('instances', query));
    expect(error).toMatchObject({ status: 400, code: 'invalid_request', details: { fields: [{ path }] } });
    expect(error.message).toContain(`${path}: `);
  });

  it('may be asked with a key that reads only', async () => {
    expect((await send('instances', { limit: 1 }, { key: READ_KEY })).status).toBe(200);
  });
});

describe('without Postgres', () => {
  it('the answer is 503 with a sentence, and nothing of the connection', async () => {
    const connectionString = 'postgres://canary-user:canary-password@127.0.0.1:1/canary';
    const request = new Request(`http://control-plane.test${API_BASE}/instances?q=canary`, {
      headers: { [API_KEY_HEADER]: FULL_KEY },
    });
    const answer = await createApp().fetch(request, { ...bindings, REGISTRY: { connectionString } });
    expect(answer.status).toBe(503);
    const text = await answer.text();
    expect(ErrorBodySchema.parse(JSON.parse(text)).error).toMatchObject({
      code: 'registry_unavailable',
      message: expect.stringContaining('Postgres does not answer. Try again later'),
    });
    expect(text).not.toContain('canary');
  });

  it('nobody waits for one that hangs', async () => {
    await whileRegistryHangs(async () => {
      expect(errorOf(await send('instances', {}))).toMatchObject({
        status: 503,
        code: 'registry_unavailable',
      });
    });
    expect((await list({ limit: 1 })).items).toHaveLength(1);
  });
});
