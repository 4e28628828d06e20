import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRegistry } from '../client.ts';
import type { InstanceRow } from '../rows.ts';
import { instanceRow } from './fixtures.ts';
import { writeInstanceRows } from './instance-rows.ts';
import { SWEEP_PAGE_MAX, sweepPage } from './sweep-page.ts';
import { openTestRegistry, type TestRegistry } from './testing/test-registry.ts';

const CLUSTER_TIMEOUT_MS = 60_000;
const PAGES_MAX = 100;
const LONG_CLOSED_AT = 1_767_225_700_000;
const CLOSED_SINCE = LONG_CLOSED_AT + 1;
const LATELY_CLOSED_AT = LONG_CLOSED_AT + 2;
const FROM_BEGINNING = { afterId: null, limit: 1, closedSince: CLOSED_SINCE };

let registry: TestRegistry;
beforeAll(async () => {
  registry = await openTestRegistry();
}, CLUSTER_TIMEOUT_MS);
afterAll(() => registry?.close(), CLUSTER_TIMEOUT_MS);

describe('a sweep', () => {
  test('meets every row that is not destroyed, or only of late, once, in the order of ids', async () => {
    const destroyed = [LONG_CLOSED_AT, LATELY_CLOSED_AT];
    const rows = Array.from({ length: 40 }, (_, index) =>
      instanceRow({ registryVersion: index + 1, destroyedAt: destroyed[index % 8] ?? null }),
    );
    await writeInstanceRows(registry.db, rows);
    const active = rows
      .filter(({ destroyedAt }) => destroyedAt !== LONG_CLOSED_AT)
      .sort((a, b) => (a.id < b.id ? -1 : 1));
    for (const limit of [1, 7, 35, 36, SWEEP_PAGE_MAX]) {
      const met: InstanceRow[] = [];
      let page: InstanceRow[] = [];
      for (let count = 0; count < PAGES_MAX && (count === 0 || page.length === limit); count += 1) {
        page = await sweepPage(registry.db, { ...FROM_BEGINNING, afterId: met.at(-1)?.id ?? null, limit });
        met.push(...page);
      }
      expect(met).toEqual(active);
    }
  });

  test('refuses a page out of bounds', async () => {
    for (const limit of [0, -1, 0.5, SWEEP_PAGE_MAX + 1])
      await expect(sweepPage(registry.db, { ...FROM_BEGINNING, limit })).rejects.toThrow(RangeError);
  });

  test('says so where Postgres is away', async () => {
    const away = openRegistry('postgres://nobody@127.0.0.1:1/none');
    await expect(sweepPage(away.db, FROM_BEGINNING)).rejects.toMatchObject({ name: 'RegistryUnavailable' });
    await away.close();
  });
});
