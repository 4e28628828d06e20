import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRegistry } from '../client.ts';
import type { AuditRow } from '../rows.ts';
import { appendAudit } from './append-audit.ts';
import { type AuditExportPage, auditForExport } from './export-audit.ts';
import { auditRow } from './fixtures.ts';
import { SEARCH_TOTAL_MAX } from './page.ts';
import { type AuditFilter, type AuditPage, type ListedAuditRow, searchAudit } from './search-audit.ts';
import { fewOf } from './testing/few-of.ts';
import { openWebRegistry, type WebRegistry } from './testing/web-registry.ts';
import { formatTimeCursor, parseTimeCursor, type TimeCursor } from './time-cursor.ts';

const NOON_MS = Date.UTC(2026, 0, 1, 12);
const PAGES_MAX = 200;
const INSTANCES = [crypto.randomUUID(), crypto.randomUUID(), null];
const ACTIONS = ['start', 'resize', 'set_override'];
const OUTCOMES = ['requested', 'succeeded', 'failed', 'denied'] as const;
const ACTORS = [
  { actorId: 'anna', actorKind: 'admin', name: 'Anna' },
  { actorId: 'bert', actorKind: 'admin', name: 'bert@example.com' },
  { actorId: 'carol', actorKind: 'customer', name: 'carol@example.com' },
  // An API key and a part of the control plane may be spelled like a person.
  { actorId: 'anna', actorKind: 'api', name: null },
  { actorId: 'bert', actorKind: 'system', name: null },
  { actorId: 'nobody', actorKind: 'admin', name: null },
  { actorId: 'gone', actorKind: 'admin', name: null },
] as const;

const at = <Item>(items: readonly Item[], index: number): Item => {
  const item = items[index % items.length];
  if (item === undefined) throw new Error('nothing to choose from');
  return item;
};

const rows: ListedAuditRow[] = Array.from({ length: 150 }, (_, index) => {
  const { name, ...actor } = at(ACTORS, index);
  const row = auditRow({
    ...actor,
    at: NOON_MS + (index % 12) * 1_000,
    action: at(ACTIONS, Math.trunc(index / 2)),
    outcome: at(OUTCOMES, Math.trunc(index / 3)),
    instanceId: at(INSTANCES, Math.trunc(index / 5)),
    targetUserId: index % 4 === 0 ? 'carol' : null,
    operationId: `operation-${index % 30}`,
    requestId: index % 6 === 0 ? null : `request-${index % 20}`,
  });
  return { ...row, actorName: name };
});

let registry: WebRegistry;
beforeAll(async () => {
  registry = await openWebRegistry();
  await registry.sql`INSERT INTO users (id, name, email, contact_email, role) VALUES
    ('anna', 'Anna', 'anna@example.com', NULL, 'admin'), ('bert', '', 'bert@example.com', NULL, 'admin'),
    ('carol', '', NULL, 'carol@example.com', 'customer'), ('gone', '', NULL, NULL, 'admin')`;
  await appendAudit(
    registry.ownerDb,
    rows.map(({ actorName: _actorName, ...row }): AuditRow => row),
  );
  await registry.sql`UPDATE users SET deleted_at = now() WHERE id = 'gone'`;
});
afterAll(() => registry?.close());

/** The filter told once more in plain JavaScript. */
function expected({ from, to, ...exact }: AuditFilter): ListedAuditRow[] {
  const found = rows.filter(
    (row) =>
      Object.entries(exact).every(([field, value]) => Reflect.get(row, field) === value) &&
      row.at >= (from ?? 0) &&
      row.at < (to ?? Number.MAX_SAFE_INTEGER),
  );
  return found.sort((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1));
}

async function wholeList(filter: AuditFilter, limit: number): Promise<ListedAuditRow[]> {
  const items: ListedAuditRow[] = [];
  let after: TimeCursor | null = null;
  for (let count = 0; count < PAGES_MAX; count += 1) {
    const page: AuditPage = await searchAudit(registry.db, filter, { after, limit });
    items.push(...page.items);
    if (page.next === null) return items;
    after = parseTimeCursor(formatTimeCursor(page.next));
  }
  throw new Error('The list has no end.');
}

// The times of rows, and between them.
const times = fc.integer({ min: -2, max: 26 }).map((halfSeconds) => NOON_MS + halfSeconds * 500);
const filters: fc.Arbitrary<AuditFilter> = fewOf(
  {
    actorId: fc.constantFrom('anna', 'bert', 'carol', 'nobody', 'stranger'),
    actorKind: fc.constantFrom('admin', 'customer', 'api', 'system'),
    action: fc.constantFrom(...ACTIONS),
    instanceId: fc.constantFrom(...INSTANCES.filter((id) => id !== null)),
    targetUserId: fc.constantFrom('carol'),
    outcome: fc.constantFrom(...OUTCOMES),
    requestId: fc.constantFrom('request-1', 'request-2'),
    operationId: fc.constantFrom('operation-1', 'operation-2'),
    from: times,
    to: times,
  },
  3,
);

async function exported(filter: AuditFilter, maxRows?: number): Promise<AuditExportPage[]> {
  const pages: AuditExportPage[] = [];
  for await (const page of auditForExport(registry.db, filter, maxRows)) pages.push(page);
  return pages;
}

describe('the audit log', () => {
  test('is filtered and paged newest first, each row once and with its actor’s name', () =>
    fc.assert(
      fc.asyncProperty(filters, fc.integer({ min: 1, max: 60 }), async (filter, limit) => {
        const found = expected(filter);
        expect(await wholeList(filter, limit)).toEqual(found);
        const { total, totalIsCapped } = await searchAudit(registry.db, filter, { after: null, limit });
        expect([total, totalIsCapped]).toEqual([found.length, false]);
      }),
      { numRuns: 150 },
    ));

  test('is paged over rows of the same time', async () => {
    expect(await wholeList({}, 7)).toEqual(expected({}));
  });

  test('refuses a limit out of bounds, and says so where Postgres is away', async () => {
    await expect(searchAudit(registry.db, {}, { after: null, limit: 201 })).rejects.toThrow(RangeError);
    const away = openRegistry('postgres://nobody@127.0.0.1:1/none');
    const asked = searchAudit(away.db, {}, { after: null, limit: 1 });
    await expect(asked).rejects.toMatchObject({ name: 'RegistryUnavailable' });
    await away.close();
  });
});

describe('an export', () => {
  test('holds every row that the filter finds, in the list’s order', async () => {
    const pages = await exported({ action: 'resize' });
    expect(pages.flatMap(({ items }) => items)).toEqual(expected({ action: 'resize' }));
    expect(pages.map(({ isCutOff }) => isCutOff)).toEqual([false]);
  });

  test.each([
    [149, true],
    [150, false],
    [151, false],
  ])('of at most %i rows says whether it is cut off: %s', async (maxRows, isCutOff) => {
    const pages = await exported({}, maxRows);
    expect(pages.flatMap(({ items }) => items)).toEqual(expected({}).slice(0, maxRows));
    expect(pages.at(-1)?.isCutOff).toBe(isCutOff);
  });

  test('of many rows comes in pages without a gap or a double, and a total beyond the cap is capped', async () => {
    const many = SEARCH_TOTAL_MAX + 50;
    await registry.sql`INSERT INTO audit_log (id, at, actor_id, actor_kind, action, outcome)
      SELECT 'many-' || n, '2025-01-01'::timestamptz + n / 9 * interval '1 second', 'sweep', 'system', 'many', 'succeeded'
      FROM generate_series(1, ${many}::int) n`;
    const pages = await exported({ action: 'many' });
    expect(pages.map(({ items }) => items.length)).toEqual([...Array.from({ length: 10 }, () => 1_000), 50]);
    expect(new Set(pages.flatMap(({ items }) => items.map(({ id }) => id))).size).toBe(many);
    const page = await searchAudit(registry.db, { action: 'many' }, { after: null, limit: 1 });
    expect(page).toMatchObject({ total: SEARCH_TOTAL_MAX, totalIsCapped: true });
  });
});
