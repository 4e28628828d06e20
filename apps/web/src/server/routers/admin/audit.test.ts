import { createTestCluster, type TestCluster } from '@kiloclaw/db/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Browser } from '../../testing/browser.ts';
import { emailOf, openTestWeb, PASSWORD, type TestWeb } from '../../testing/test-web.ts';

const COUNT = 130;
const INSTANCE_ID = '00000000-0000-4000-8000-000000000001';

let cluster: TestCluster;
let web: TestWeb;
let alice: Browser;

beforeAll(async () => {
  cluster = await createTestCluster();
  web = await openTestWeb(cluster);
  await web.addPerson({ id: 'alice', role: 'admin' });
  await web.addPerson({ id: 'bob', hasPassword: false });
  await web.sql(`INSERT INTO audit_log (id, at, actor_id, actor_kind, action, target_user_id, instance_id, outcome,
      before, request_id)
    SELECT n || ':outcome', '2026-01-01T00:00:00Z'::timestamptz + n * interval '1 hour',
      CASE WHEN n % 2 = 0 THEN 'alice' ELSE 'bob' END, CASE WHEN n % 2 = 0 THEN 'admin' ELSE 'customer' END,
      CASE WHEN n % 5 = 0 THEN 'resize' ELSE 'start' END, 'bob',
      CASE WHEN n % 13 = 0 THEN '${INSTANCE_ID}'::uuid END,
      CASE WHEN n % 10 = 0 THEN 'failed' ELSE 'succeeded' END,
      '{"name": "=cmd"}'::jsonb, '=request'
    FROM generate_series(0, ${COUNT - 1}) n`);
  alice = web.browser();
  await alice.signIn(emailOf('alice'), PASSWORD);
});
afterAll(async () => {
  await web?.close();
  await cluster?.stop();
});

const PageSchema = z.object({
  items: z.array(z.looseObject({ id: z.string(), at: z.string() })),
  nextCursor: z.string().nullable(),
  total: z.int(),
});
const UNTIL = '2026-06-01T00:00:00Z';

async function idsOf(filter: Record<string, string>): Promise<string[]> {
  const PAGES_MAX = 10;
  const ids: string[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const input = { filter: { to: UNTIL, ...filter }, ...(cursor === undefined ? {} : { cursor }) };
    const { nextCursor, items } = PageSchema.parse((await alice.query('admin.audit.list', input)).value);
    ids.push(...items.map(({ id }) => id));
    if (nextCursor === null) return ids;
    cursor = nextCursor;
  }
  throw new Error('The pages do not end.');
}

const expected = (holds: (n: number) => boolean) =>
  Array.from({ length: COUNT }, (_, index) => COUNT - 1 - index)
    .filter(holds)
    .map((n) => `${n}:outcome`);

describe('the audit log', () => {
  it('is walked newest first, each row once', async () => {
    expect(await idsOf({})).toEqual(expected(() => true));
  });

  it.each([
    ['actor', { actorId: 'bob', actorKind: 'customer' }, (n: number) => n % 2 === 1],
    ['action', { action: 'resize' }, (n: number) => n % 5 === 0],
    ['outcome', { outcome: 'failed' }, (n: number) => n % 10 === 0],
    ['instance', { instanceId: INSTANCE_ID }, (n: number) => n % 13 === 0],
    ['several', { action: 'resize', outcome: 'succeeded' }, (n: number) => n % 10 === 5],
    [
      'time',
      { from: '2026-01-01T10:00:00Z', to: '2026-01-01T12:00:00+00:00' },
      (n: number) => n === 10 || n === 11,
    ],
  ] as const)('is filtered by %s', async (_, filter, holds) => {
    expect(await idsOf(filter)).toEqual(expected(holds));
  });

  it('says what people are called', async () => {
    const { items } = PageSchema.parse(
      (await alice.query('admin.audit.list', { filter: { to: UNTIL } })).value,
    );
    expect(items[1]).toMatchObject({
      actorName: 'alice',
      targetUserName: 'bob',
      at: '2026-01-06T08:00:00.000Z',
    });
  });

  it.each([
    ['from', 'yesterday'],
    ['from', '0000-01-01T00:00:00Z'],
    ['actorId', 'a\u0000b'],
  ])('refuses a filter that can’t be read by its field’s name: %s %j', async (field, value) => {
    const { refusal } = await alice.query('admin.audit.list', { filter: { [field]: value } });
    expect(refusal).toMatchObject({ status: 400, code: 'invalid_request' });
    expect(refusal?.message).toContain(`filter.${field}`);
  });

  it('refuses what is no JSON as the asker’s fault', async () => {
    const response = await alice.get('/api/trpc/admin.audit.list?input={bad');
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { data: { code: 'invalid_request' } } });
  });

  it('is taken along as CSV without formulas, or as JSON, and says so itself', async () => {
    const filter = { to: UNTIL, action: 'resize' };
    const FileSchema = z.object({ content: z.string(), rows: z.int() });
    const csv = FileSchema.parse((await alice.mutate('admin.audit.export', { filter, format: 'csv' })).value);
    expect(csv.rows).toBe(26);
    const line = csv.content.split('\r\n')[1];
    expect(line).toContain("'=request");
    expect(line).toContain('"{""name"":""=cmd""}"');
    const json = FileSchema.parse(
      (await alice.mutate('admin.audit.export', { filter, format: 'json' })).value,
    );
    const rows = z.array(z.looseObject({ id: z.string() })).parse(JSON.parse(json.content));
    expect(rows.map(({ id }) => id)).toEqual(expected((n) => n % 5 === 0));
    expect(rows[0]).toMatchObject({ at: '2026-01-06T05:00:00.000Z', before: { name: '=cmd' } });
    expect(rows[0]).not.toHaveProperty('actorName');
    const { items } = PageSchema.parse(
      (await alice.query('admin.audit.list', { filter: { action: 'export_audit' } })).value,
    );
    const facts = { to: UNTIL, action: 'resize' };
    const told = ['csv', 'json'].flatMap((format) =>
      ['requested', 'succeeded'].map((outcome) => ({ outcome, metadata: { format, ...facts } })),
    );
    expect(items).toHaveLength(told.length);
    expect(items).toEqual(expect.arrayContaining(told.map((row) => expect.objectContaining(row))));
  });
});
