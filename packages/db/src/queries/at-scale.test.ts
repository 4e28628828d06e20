/** What the console asks most, on 100,000 instances: the planner walks an index, and never a whole table. */
import { AdminSizeOverridePayloadSchema } from '@kiloclaw/instance-tiers';
import {
  DriftKindSchema,
  InstanceStatusSchema,
  ProviderIdSchema,
  sandboxIdOf,
} from '@kiloclaw/platform-contract';
import { sql as fragment, type SQLWrapper } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fillRegistry } from '../testing.ts';
import { countsQuery } from './count-instances.ts';
import type { InstanceFilter } from './instance-search.ts';
import { lentQuery } from './lent-over-time.ts';
import { SEARCH_TOTAL_MAX } from './page.ts';
import { type AuditFilter, auditCountQuery, auditQuery } from './search-audit.ts';
import { searchInstances } from './search-instances.ts';
import { type PeopleFilter, peopleCountQuery, peopleQuery } from './search-people.ts';
import { overridesQuery } from './size-overrides.ts';
import { openWebRegistry, type WebRegistry } from './testing/web-registry.ts';

const FILL_TIMEOUT_MS = 120_000;
const SIZE = { instances: 100_000, users: 20_000, auditRows: 100_000 };
const NOWHERE = '00000000-0000-4000-8000-000000000000';

let registry: WebRegistry;
beforeAll(async () => {
  registry = await openWebRegistry();
  await fillRegistry(registry.url, SIZE);
}, FILL_TIMEOUT_MS);
afterAll(() => registry?.close());

async function planOf(query: SQLWrapper): Promise<string> {
  const lines = await registry.db.execute(fragment`EXPLAIN ${query}`);
  return (lines as unknown as Record<string, string>[]).map((line) => line['QUERY PLAN']).join('\n');
}

describe('the counts on the chips', () => {
  test.each<[InstanceFilter, number]>([
    // What more match than are counted is met soon enough along the table.
    [{}, 10],
    [{ instanceType: 'unknown' }, 6],
    [{ hasOverride: true }, 0],
    [{ drift: 'any' }, 0],
    [{ userId: 'user-7' }, 0],
  ])('walk an index for what few have: %j', async (filter, walksMax) => {
    const counts = (await planOf(countsQuery(filter))).split('Aggregate');
    const walked = counts.filter((plan) => plan.includes('Seq Scan'));
    for (const plan of walked) expect(plan).toMatch(new RegExp(`Limit.* rows=${SEARCH_TOTAL_MAX + 1} `));
    expect(walked.length).toBeLessThanOrEqual(walksMax);
  });

  test('look up what a text finds once for all', async () => {
    const plan = await planOf(countsQuery({ q: 'user-7777@' }));
    expect(plan).not.toContain('Seq Scan');
    expect(plan.match(/users_contact_email_trgm_idx/g)).toHaveLength(2);
  });
});

describe('lists', () => {
  test.each(['oldest', 'newest'] as const)('of lent sizes come in their order: %s', async (sort) => {
    for (const after of [null, { setAt: '2026-01-01T00:00:00.000Z', id: NOWHERE }]) {
      const plan = await planOf(overridesQuery(registry.db, { sort, after, limit: 51 }));
      expect(plan).toContain('kiloclaw_instances_override_set_at_idx');
      expect(plan).not.toMatch(/Seq Scan on kiloclaw_instances|Sort/);
    }
  });

  test.each<[string, AuditFilter]>([
    ['audit_log_at_idx', {}],
    ['audit_log_at_idx', { outcome: 'succeeded' }],
    ['audit_log_at_idx', { from: Date.now() - 3_600_000 }],
    ['audit_log_actor_id_idx', { actorId: 'user-7' }],
    ['audit_log_action_idx', { action: 'set_override' }],
    ['audit_log_unsuccessful_idx', { outcome: 'denied' }],
    ['audit_log_instance_id_idx', { instanceId: NOWHERE }],
    ['audit_log_target_user_id_idx', { targetUserId: 'user-7' }],
    ['audit_log_operation_id_idx', { operationId: 'operation-1' }],
    ['audit_log_request_id_idx', { requestId: 'request-1' }],
  ])('of the audit log go by %s: %j', async (index, filter) => {
    for (const after of [null, { at: Date.now(), id: 'x' }]) {
      const plan = await planOf(auditQuery(registry.db, filter, { after, limit: 51 }));
      expect(plan).toContain(index);
      expect(plan).not.toContain('Seq Scan on audit_log');
    }
    if (Object.keys(filter).length > 0 && filter.outcome !== 'succeeded')
      expect(await planOf(auditCountQuery(filter))).not.toContain('Seq Scan');
  });

  test.each<[string, PeopleFilter]>([
    ['users_created_at_idx', {}],
    ['users_admins_idx', { role: 'admin' }],
    ['users_contact_email_trgm_idx', { q: 'user-7777@' }],
    ['users_id_trgm_idx', { q: 'user-7777' }],
    ['users_name_trgm_idx', { q: 'admin 2' }],
  ])('of people go by %s: %j', async (index, filter) => {
    const page = { after: null, limit: 51, totalIsCapped: false };
    const plan = await planOf(peopleQuery(registry.db, filter, page));
    expect(plan).toContain(index);
    expect(plan).toContain('kiloclaw_instances_override_actor_idx');
    expect(plan).not.toMatch(/Seq Scan on (users|kiloclaw_instances)/);
    if (filter.q !== undefined) expect(await planOf(peopleCountQuery(filter))).not.toContain('Seq Scan');
  });

  test('of what was lent over time read the sets, and of each the instance’s own rows', async () => {
    const plan = await planOf(lentQuery({ from: Date.now() - 86_400_000, to: Date.now(), buckets: 24 }));
    expect(plan).toContain('audit_log_action_idx');
    expect(plan).toContain('audit_log_instance_id_idx');
    expect(plan).not.toContain('Seq Scan');
  });
});

describe('a filled registry', () => {
  test('has the rows that were asked for, spread over every kind', async () => {
    const { sql } = registry;
    const [count] = await sql`SELECT (SELECT count(*)::int FROM kiloclaw_instances) AS instances,
      (SELECT count(*)::int FROM users WHERE role = 'customer') AS users, (SELECT count(*)::int FROM audit_log) AS "auditRows"`;
    expect(count).toEqual({ ...SIZE, users: SIZE.users + 1 });
    const valuesOf = async (column: string) =>
      (await sql`SELECT DISTINCT ${sql(column)} AS value FROM kiloclaw_instances`)
        .map(({ value }) => String(value))
        .sort();
    expect(await valuesOf('status')).toEqual(InstanceStatusSchema.options.toSorted());
    expect(await valuesOf('provider')).toEqual(ProviderIdSchema.options.toSorted());
    const drift = await sql`SELECT DISTINCT unnest(drift_kinds) AS kind FROM kiloclaw_instances`;
    expect(drift.map(({ kind }) => String(kind)).sort()).toEqual(DriftKindSchema.options.toSorted());
  });

  test('has overrides and instances that everything can read', async () => {
    const { items } = await searchInstances(registry.db, { hasOverride: true }, { after: null, limit: 200 });
    expect(items).toHaveLength(200);
    for (const { row, userEmail } of items) {
      expect(AdminSizeOverridePayloadSchema.safeParse(row.adminSizeOverride).error).toBeUndefined();
      expect(row.sandboxId).toBe(sandboxIdOf(row.id));
      expect(userEmail).toBe(`${row.userId}@example.com`);
    }
  });
});
