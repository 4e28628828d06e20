import { ListedInstanceSchema } from '@kiloclaw/platform-contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureUsers } from './ensure-users.ts';
import { instanceRow } from './fixtures.ts';
import { instanceOwner } from './instance-owner.ts';
import { writeInstanceRows } from './instance-rows.ts';
import { listedInstanceView } from './listed-instance.ts';
import { openWebRegistry, type WebRegistry } from './testing/web-registry.ts';

const override = {
  machineSize: { cpus: 4, memory_mb: 16_384, cpu_kind: 'performance' },
  reason: 'a launch',
  actorId: 'anna',
  setAt: '2026-01-01T00:00:00.000Z',
};
const active = instanceRow({ userId: 'carol', adminSizeOverride: override });
const gone = instanceRow({ userId: 'carol', status: 'destroyed', destroyedAt: 1_767_225_700_000 });

let registry: WebRegistry;
beforeAll(async () => {
  registry = await openWebRegistry();
  await ensureUsers(registry.ownerDb, [{ id: 'carol', email: 'carol@example.com' }]);
  await writeInstanceRows(registry.ownerDb, [active, gone]);
});
afterAll(() => registry?.close());

describe('an instance by its id', () => {
  test.each([
    ['active', active],
    ['destroyed', gone],
  ])('is found with its owner: %s', async (_what, row) => {
    const owned = { row, userEmail: 'carol@example.com' };
    expect(await instanceOwner(registry.db, row.id)).toEqual(owned);
    expect(await instanceOwner(registry.db, row.id.toUpperCase())).toEqual(owned);
  });

  test('is null where the registry has none', async () => {
    expect(await instanceOwner(registry.db, crypto.randomUUID())).toBeNull();
  });
});

describe('the view of a row', () => {
  const viewOf = (changes: Parameters<typeof instanceRow>[0]) =>
    listedInstanceView({ row: instanceRow(changes), userEmail: null });

  test('is what the platform API answers', () => {
    const view = listedInstanceView({ row: gone, userEmail: null });
    expect(ListedInstanceSchema.parse(view)).toEqual(view);
    expect(view).toMatchObject({ instanceId: gone.id, destroyedAt: '2026-01-01T00:01:40.000Z' });
  });

  test('shows an override as it is stored, one that can’t be read as that, and none as none', () => {
    const shown = [override, { machineSize: 'huge' }, null].map((adminSizeOverride) =>
      viewOf({ adminSizeOverride }),
    );
    expect(
      shown.map(({ sizeOverride, sizeOverrideUnreadable }) => [sizeOverride, sizeOverrideUnreadable]),
    ).toEqual([
      [override, false],
      [null, true],
      [null, false],
    ]);
  });

  test('shows a type that this release does not know as none', () => {
    expect(viewOf({ instanceType: 'perf-99' }).instanceType).toBeNull();
  });
});
