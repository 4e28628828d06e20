import { DELETED_ADMIN_ACTOR_ID, tierOf } from '@kiloclaw/instance-tiers';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { InstanceRow } from '../rows.ts';
import { ensureUsers } from './ensure-users.ts';
import { instanceRow } from './fixtures.ts';
import { writeInstanceRows } from './instance-rows.ts';
import {
  formatOverrideCursor,
  type LentOverride,
  listOverrides,
  type OverrideCursor,
  type OverridePage,
  type OverrideSort,
  parseOverrideCursor,
} from './size-overrides.ts';
import { openWebRegistry, type WebRegistry } from './testing/web-registry.ts';

const PAGES_MAX = 100;
const NOON_MS = Date.UTC(2026, 0, 1, 12);
const payload = (setAtMs: number, actorId = 'anna') => ({
  machineSize: { ...tierOf('perf-4-16').machineSize },
  preset: 'perf-4-16',
  reason: 'a launch',
  actorId,
  setAt: new Date(setAtMs).toISOString(),
});

const lent = Array.from({ length: 40 }, (_, index) =>
  // Few times for many rows: the id decides among equals.
  instanceRow({
    adminSizeOverride: payload(NOON_MS + (index % 6) * 1_000, ['anna', 'bert', 'nobody'][index % 3]),
  }),
);
const garbled = instanceRow({ adminSizeOverride: { machineSize: 'huge', setAt: 'ünreadable_' } });
const listless = instanceRow({ adminSizeOverride: ['no object'] });
const plain = instanceRow({ adminSizeOverride: null });
const gone = instanceRow({
  adminSizeOverride: payload(NOON_MS),
  status: 'destroyed',
  destroyedAt: NOON_MS,
});
const shown = [...lent, garbled, listless];

let registry: WebRegistry;
beforeAll(async () => {
  registry = await openWebRegistry();
  await ensureUsers(registry.ownerDb, [{ id: 'carol', email: 'carol@example.com' }]);
  await registry.sql`INSERT INTO users (id, name, email, role) VALUES
    ('anna', 'Anna', 'anna@example.com', 'admin'), ('bert', '', 'bert@example.com', 'admin')`;
  await writeInstanceRows(registry.ownerDb, [...shown, plain, gone]);
});
afterAll(() => registry?.close());

const setAtOf = ({ adminSizeOverride }: InstanceRow): string =>
  adminSizeOverride !== null && typeof adminSizeOverride === 'object' && 'actorId' in adminSizeOverride
    ? String(adminSizeOverride.setAt)
    : '';

function expectedIds(sort: OverrideSort): string[] {
  const keys = shown.map((row) => `${setAtOf(row)} ${row.id}`).sort();
  const ids = keys.map((key) => key.slice(key.indexOf(' ') + 1));
  return sort === 'oldest' ? ids : ids.reverse();
}

async function wholeList(sort: OverrideSort, limit: number): Promise<LentOverride[]> {
  const items: LentOverride[] = [];
  let after: OverrideCursor | null = null;
  for (let count = 0; count < PAGES_MAX; count += 1) {
    const page: OverridePage = await listOverrides(registry.db, { sort, after, limit });
    expect(page).toMatchObject({ total: shown.length, totalIsCapped: false });
    items.push(...page.items);
    if (page.next === null) return items;
    after = parseOverrideCursor(formatOverrideCursor(page.next));
    expect(after).toEqual(page.next);
  }
  throw new Error('The list has no end.');
}

describe('the lent sizes', () => {
  test.each(['oldest', 'newest'] as const)('come %s first, each once, on pages of any size', (sort) =>
    fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 50 }), async (limit) => {
        expect((await wholeList(sort, limit)).map(({ instanceId }) => instanceId)).toEqual(expectedIds(sort));
      }),
      { numRuns: 20 },
    ),
  );

  test('tell of whom, on what, how much and by whom', async () => {
    const row = instanceRow({ userId: 'carol', adminSizeOverride: payload(NOON_MS - 1_000) });
    await writeInstanceRows(registry.ownerDb, [row]);
    const { items } = await listOverrides(registry.db, { after: { setAt: '0', id: row.id }, limit: 1 });
    expect(items).toMatchObject([
      {
        instanceId: row.id,
        userId: 'carol',
        userEmail: 'carol@example.com',
        name: 'An instance',
        provider: 'fly',
        status: 'running',
        instanceType: 'perf-4-8',
        machineSize: { cpus: 4, memory_mb: 8_192 },
        sizeOverride: row.adminSizeOverride,
        sizeOverrideUnreadable: false,
        actorName: 'Anna',
      },
    ]);
    await registry.sql`DELETE FROM kiloclaw_instances WHERE id = ${row.id}`;
  });

  test('name their admin by name, else by address, and nobody who is not known', async () => {
    const items = await wholeList('oldest', 200);
    const names = new Set(
      items.map(({ sizeOverride, actorName }) => `${sizeOverride?.actorId}: ${actorName}`),
    );
    expect([...names].sort()).toEqual([
      'anna: Anna',
      'bert: bert@example.com',
      'nobody: null',
      'undefined: null',
    ]);
  });

  test('show one that can’t be read as that', async () => {
    const unreadable = (await wholeList('oldest', 200)).filter(
      ({ sizeOverrideUnreadable }) => sizeOverrideUnreadable,
    );
    expect(unreadable.map(({ instanceId }) => instanceId)).toEqual([garbled.id, listless.id].sort());
    expect(unreadable.map(({ sizeOverride }) => sizeOverride)).toEqual([null, null]);
  });

  test('of a deleted admin stay, without a name', async () => {
    const { reason: _reason, ...rest } = payload(NOON_MS - 5_000, DELETED_ADMIN_ACTOR_ID);
    const row = instanceRow({ adminSizeOverride: rest });
    await writeInstanceRows(registry.ownerDb, [row]);
    const { items } = await listOverrides(registry.db, { after: { setAt: '0', id: row.id }, limit: 1 });
    expect(items).toMatchObject([{ sizeOverride: rest, sizeOverrideUnreadable: false, actorName: null }]);
    await registry.sql`DELETE FROM kiloclaw_instances WHERE id = ${row.id}`;
  });

  test('a limit out of bounds is refused', async () => {
    await expect(listOverrides(registry.db, { after: null, limit: 201 })).rejects.toThrow(RangeError);
  });
});

test.each([
  '',
  'x',
  `_${'-'.repeat(36)}`,
  `a b_${plain.id}`,
  `2026_${plain.id} `,
  `${'1'.repeat(41)}_${plain.id}`,
])('a cursor that nobody made is refused: %j', (text) => {
  expect(parseOverrideCursor(text)).toBeNull();
});
