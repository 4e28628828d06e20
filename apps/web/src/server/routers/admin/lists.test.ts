import { createTestCluster, type TestCluster } from '@kiloclaw/db/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Browser } from '../../testing/browser.ts';
import { emailOf, openTestWeb, PASSWORD, type TestWeb } from '../../testing/test-web.ts';

const COUNT = 120;
const idOf = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const LENT_BY_ALICE = 3;
const PAST_EXPIRY = 5;
const UNREADABLE = 7;
const LEGACY = 9;
const FORMULA = 11;

let cluster: TestCluster;
let web: TestWeb;
let alice: Browser;

beforeAll(async () => {
  cluster = await createTestCluster();
  web = await openTestWeb(cluster);
  await web.addPerson({ id: 'alice', role: 'admin' });
  await web.addPerson({ id: 'bob', hasPassword: false });
  await web.sql(`INSERT INTO kiloclaw_instances (id, user_id, sandbox_id, provider, name, instance_type, status,
      registry_version, created_at, updated_at)
    SELECT ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, 'bob', 'kc-' || n,
      CASE WHEN n % 4 = 0 THEN 'docker-local' ELSE 'fly' END, 'instance-' || n, 'perf-1-3', 'running', 1,
      now() - (1000 - n) * interval '1 minute', now()
    FROM generate_series(0, ${COUNT - 1}) n`);
  await lend(LENT_BY_ALICE, override({ setAt: daysFromNow(-8) }));
  await lend(PAST_EXPIRY, override({ setAt: daysFromNow(-2), expiresAt: daysFromNow(-1) }));
  await lend(UNREADABLE, '{"size": "large"}');
  await web.sql(`UPDATE kiloclaw_instances SET instance_type = 'shared-2-3' WHERE id = '${idOf(LEGACY)}'`);
  await web.sql(`UPDATE kiloclaw_instances SET name = '=1+1' WHERE id = '${idOf(FORMULA)}'`);
  alice = web.browser();
  await alice.signIn(emailOf('alice'), PASSWORD);
});
afterAll(async () => {
  await web?.close();
  await cluster?.stop();
});

const daysFromNow = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();

function override(times: { setAt: string; expiresAt?: string }): string {
  const machineSize = { cpus: 4, memory_mb: 16_384, cpu_kind: 'performance' };
  return JSON.stringify({ machineSize, preset: 'perf-4-16', reason: 'A launch', actorId: 'alice', ...times });
}

async function lend(n: number, payload: string): Promise<void> {
  await web.sql(
    `UPDATE kiloclaw_instances SET admin_size_override = '${payload}'::jsonb WHERE id = '${idOf(n)}'`,
  );
}

async function asked<Value>(answer: ReturnType<Browser['query']>, schema: z.ZodType<Value>): Promise<Value> {
  const { value, refusal } = await answer;
  expect(refusal).toBeNull();
  return schema.parse(value);
}

const InstancesSchema = z.object({
  items: z.array(z.looseObject({ instanceId: z.string() })),
  nextCursor: z.string().nullable(),
  total: z.int(),
});
const FileSchema = z.object({
  content: z.string(),
  rows: z.int(),
  isCutOff: z.boolean(),
  fileName: z.string(),
});
const auditRows = (action: string) =>
  web.sql(
    `SELECT outcome, actor_id, metadata FROM audit_log WHERE action = '${action}' ORDER BY at, outcome`,
  );

describe('the list of instances', () => {
  it('is walked page by page in the order asked for, each instance once', async () => {
    const PAGES_MAX = 10;
    const ids: string[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const input = { filter: {}, sort: 'created_asc', ...(cursor === undefined ? {} : { cursor }) };
      const { items, nextCursor, total } = await asked(
        alice.query('admin.instances.list', input),
        InstancesSchema,
      );
      ids.push(...items.map(({ instanceId }) => instanceId));
      expect(total).toBe(COUNT);
      if (nextCursor === null) break;
      cursor = nextCursor;
    }
    expect(ids).toEqual(Array.from({ length: COUNT }, (_, n) => idOf(n)));
  });

  it('names the admin of an override, and says which tier is a legacy one', async () => {
    const { items } = await asked(
      alice.query('admin.instances.list', { filter: {}, sort: 'created_asc' }),
      InstancesSchema,
    );
    expect(items[LENT_BY_ALICE]).toMatchObject({
      overrideActorName: 'alice',
      sizeOverride: { reason: 'A launch' },
    });
    expect(items[UNREADABLE]).toMatchObject({ sizeOverride: null, sizeOverrideUnreadable: true });
    expect(items[LEGACY]).toMatchObject({ instanceType: 'shared-2-3', tierIsOffered: false });
    expect(items[0]).toMatchObject({ tierIsOffered: true, overrideActorName: null });
  });

  it('refuses a cursor of another order with the way out', async () => {
    const { items } = await asked(alice.query('admin.instances.list', { filter: {} }), InstancesSchema);
    expect(items).toHaveLength(50);
    const cursor = `created_desc_1_${idOf(1)}`;
    const { refusal } = await alice.query('admin.instances.list', {
      filter: {},
      sort: 'created_asc',
      cursor,
    });
    expect(refusal).toMatchObject({ status: 400, code: 'invalid_request' });
    expect(refusal?.message).toContain('first page');
  });

  it('has its counts beside each other', async () => {
    const counts = await alice.query('admin.instances.counts', { provider: 'fly' });
    expect(counts.value).toMatchObject({
      active: { count: 90, isCapped: false },
      destroyed: { count: 0 },
      hasOverride: { count: 3 },
      byProvider: { 'docker-local': { count: 30 } },
    });
  });
});

describe('an export of instances', () => {
  it('is CSV of what the filter finds, and stands in the audit log without what was searched for', async () => {
    const filter = { provider: 'docker-local', q: 'instance-' };
    const file = await asked(alice.mutate('admin.instances.export', { of: 'filter', filter }), FileSchema);
    expect(file).toMatchObject({ rows: 30, isCutOff: false });
    const [head, first] = file.content.split('\r\n');
    expect(head).toMatch(/^instance_id,name,owner_id,owner_email,/);
    expect(first).toMatch(`${idOf(116)},instance-116,bob,bob@example.com,docker-local`);
    const metadata = { provider: 'docker-local', searched: true };
    expect(await auditRows('export_instances')).toEqual([
      { outcome: 'requested', actor_id: 'alice', metadata },
      { outcome: 'succeeded', actor_id: 'alice', metadata },
    ]);
  });

  it('of chosen ones holds those alone, and no formula', async () => {
    const instanceIds = [idOf(FORMULA), idOf(LENT_BY_ALICE)];
    const file = await asked(
      alice.mutate('admin.instances.export', { of: 'chosen', instanceIds }),
      FileSchema,
    );
    expect(file.rows).toBe(2);
    expect(file.content).toContain(`${idOf(FORMULA)},'=1+1,`);
    expect(file.content).toContain('A launch');
  });

  it('does not happen where it can’t be put on record', async () => {
    await web.sql('REVOKE INSERT ON audit_log FROM kiloclaw_web');
    const { value, refusal } = await alice.mutate('admin.instances.export', { of: 'filter', filter: {} });
    await web.sql('GRANT INSERT ON audit_log TO kiloclaw_web');
    expect(value).toBeNull();
    expect(refusal?.code).toBe('registry_unavailable');
  });
});

describe('the list of overrides', () => {
  it('has the oldest first, with who lent it, and marks those of more than 7 days and those past their expiry', async () => {
    const schema = z.object({ items: z.array(z.looseObject({ instanceId: z.string() })), total: z.int() });
    const { items, total } = await asked(alice.query('admin.overrides.list', {}), schema);
    expect(total).toBe(3);
    const byId = new Map(items.map((item) => [item.instanceId, item]));
    expect(byId.get(idOf(LENT_BY_ALICE))).toMatchObject({
      actorName: 'alice',
      isLongLent: true,
      isPastExpiry: false,
    });
    expect(byId.get(idOf(PAST_EXPIRY))).toMatchObject({ isLongLent: false, isPastExpiry: true });
    expect(byId.get(idOf(UNREADABLE))).toMatchObject({
      sizeOverrideUnreadable: true,
      isLongLent: false,
      isPastExpiry: false,
    });
    const order = items.map(({ instanceId }) => instanceId);
    expect(order.indexOf(idOf(LENT_BY_ALICE))).toBeLessThan(order.indexOf(idOf(PAST_EXPIRY)));
  });

  it('tells what was lent on each day', async () => {
    const levels = z.array(z.object({ at: z.string(), cpus: z.number(), memoryGb: z.number() }));
    expect(await asked(alice.query('admin.overrides.lent', { days: 30 }), levels)).toHaveLength(30);
  });
});
