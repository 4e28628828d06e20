import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  INSTANCE_CHOICE_MAX,
  type InstanceExportPage,
  instancesById,
  instancesForExport,
} from './export-instances.ts';
import { instanceRow } from './fixtures.ts';
import { writeInstanceRows } from './instance-rows.ts';
import type { InstanceFilter } from './instance-search.ts';
import { openTestRegistry, type TestRegistry } from './testing/test-registry.ts';

const COUNT = 2_300;
const idOf = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const NEWEST_FIRST = Array.from({ length: COUNT }, (_, index) => idOf(COUNT - 1 - index));

let registry: TestRegistry;
beforeAll(async () => {
  registry = await openTestRegistry();
  const rows = Array.from({ length: COUNT }, (_, n) =>
    instanceRow({
      id: idOf(n),
      sandboxId: `kc-${n}`,
      userId: 'owner',
      createdAt: 1_000 + Math.floor(n / 3),
      provider: n % 2 === 0 ? 'fly' : 'docker-local',
    }),
  );
  await writeInstanceRows(registry.db, rows);
});
afterAll(() => registry?.close());

async function exported(filter: InstanceFilter, maxRows?: number) {
  const pages: InstanceExportPage[] = [];
  for await (const page of instancesForExport(registry.db, filter, maxRows)) pages.push(page);
  return {
    ids: pages.flatMap(({ items }) => items.map(({ row }) => row.id)),
    cutOff: pages.map(({ isCutOff }) => isCutOff),
  };
}

describe('an export of instances', () => {
  it('tells each instance once, newest first, over all pages', async () => {
    const { ids, cutOff } = await exported({});
    expect(ids).toEqual(NEWEST_FIRST);
    expect(cutOff).toEqual([false, false, false]);
  });

  it('holds to the filter', async () => {
    const { ids } = await exported({ provider: 'fly' });
    expect(ids).toEqual(NEWEST_FIRST.filter((id) => Number(id.slice(-12)) % 2 === 0));
  });

  it('ends at its bound, and says that there is more', async () => {
    expect(await exported({}, 1_500)).toEqual({ ids: NEWEST_FIRST.slice(0, 1_500), cutOff: [false, true] });
    expect((await exported({}, COUNT)).cutOff.at(-1)).toBe(false);
  });

  it('of chosen ones leaves out what is not there', async () => {
    const found = await instancesById(registry.db, [idOf(1), idOf(7), idOf(COUNT)]);
    expect(found.map(({ row }) => row.id)).toEqual([idOf(7), idOf(1)]);
  });

  it('of too many chosen ones is refused', async () => {
    const ids = Array.from({ length: INSTANCE_CHOICE_MAX + 1 }, (_, n) => idOf(n));
    await expect(instancesById(registry.db, ids)).rejects.toThrow(RangeError);
  });
});
