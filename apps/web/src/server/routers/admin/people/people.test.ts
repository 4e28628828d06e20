import { createTestCluster, type TestCluster } from '@kiloclaw/db/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Browser } from '../../../testing/browser.ts';
import { emailOf, openTestWeb, PASSWORD, type TestWeb } from '../../../testing/test-web.ts';

const INSTANCE_ID = '00000000-0000-4000-8000-000000000001';
const PEOPLE = 120;

let cluster: TestCluster;
let web: TestWeb;
let admin: Browser;

beforeAll(async () => {
  cluster = await createTestCluster();
});
beforeEach(async () => {
  web = await openTestWeb(cluster);
  await web.addPerson({ id: 'admin', role: 'admin' });
  admin = await signedIn('admin');
});
afterEach(() => web.close());
afterAll(() => cluster?.stop());

async function signedIn(id: string): Promise<Browser> {
  const browser = web.browser();
  await browser.signIn(emailOf(id), PASSWORD);
  return browser;
}

const PageSchema = z.object({
  items: z.array(z.looseObject({ id: z.string() })),
  nextCursor: z.string().nullable(),
  total: z.int(),
});
const page = async (input: object) => PageSchema.parse((await admin.query('admin.people.list', input)).value);
const idsOf = async (filter: object) => (await page({ filter })).items.map(({ id }) => id);
const auditRows = () =>
  web.sql(`SELECT action, actor_id, target_user_id, outcome, before #>> '{}' AS before, after #>> '{}' AS after,
    metadata ->> 'code' AS code FROM audit_log ORDER BY at, outcome = 'requested' DESC`);

describe('the list of people', () => {
  it('is walked page by page, each of them once', async () => {
    await web.sql(`INSERT INTO users (id, created_at)
      SELECT 'user-' || n, now() - n * interval '1 hour' FROM generate_series(1, ${PEOPLE}) n`);
    const PAGES_MAX = 5;
    const ids: string[] = [];
    let cursor: string | null = null;
    for (let turned = 0; turned < PAGES_MAX; turned += 1) {
      const found: z.infer<typeof PageSchema> = await page({
        filter: {},
        ...(cursor === null ? {} : { cursor }),
      });
      ids.push(...found.items.map(({ id }) => id));
      cursor = found.nextCursor;
      if (cursor === null) break;
    }
    expect(ids).toEqual(['admin', ...Array.from({ length: PEOPLE }, (_, index) => `user-${index + 1}`)]);
  });

  it('is filtered by text, by role, and holds deleted ones where they are asked for', async () => {
    await web.addPerson({ id: 'alice' });
    await web.addPerson({ id: 'bob', hasPassword: false });
    await web.sql(`UPDATE users SET deleted_at = now() WHERE id = 'bob'`);
    expect(await idsOf({ role: 'customer' })).toEqual(['alice']);
    expect(await idsOf({ role: 'customer', includeDeleted: true })).toEqual(['bob', 'alice']);
    expect(await idsOf({ q: 'ADMIN@' })).toEqual(['admin']);
  });

  it('refuses a cursor of another list by its name', async () => {
    const { refusal } = await admin.query('admin.people.list', { filter: {}, cursor: 'x' });
    expect(refusal).toMatchObject({ status: 400, code: 'invalid_request' });
  });
});

describe('a person', () => {
  it('is told with what they have and what they have lent', async () => {
    await web.addPerson({ id: 'bob' });
    const override = {
      machineSize: { cpus: 4, memory_mb: 16_384, cpu_kind: 'performance' },
      preset: 'perf-4-16',
      reason: 'A launch',
      actorId: 'admin',
      setAt: '2026-01-01T00:00:00.000Z',
    };
    await web.sql(`INSERT INTO kiloclaw_instances (id, user_id, sandbox_id, provider, name, status, registry_version,
        created_at, updated_at, admin_size_override)
      VALUES ('${INSTANCE_ID}', 'bob', 'kc-1', 'fly', 'gateway', 'running', 1, now(), now(),
        '${JSON.stringify(override)}'::jsonb)`);
    expect((await admin.query('admin.people.get', { userId: 'bob' })).value).toMatchObject({
      person: { id: 'bob', email: emailOf('bob'), role: 'customer', canSignIn: true, instances: 1 },
      isSelf: false,
      isLastAdmin: false,
      instances: [{ id: INSTANCE_ID, name: 'gateway', status: 'running' }],
      lentOverrides: [],
    });
    expect((await admin.query('admin.people.get', { userId: 'admin' })).value).toMatchObject({
      person: { lentOverrides: 1, lastSessionAt: expect.any(String) },
      isSelf: true,
      isLastAdmin: true,
      instances: [],
      lentOverrides: [{ instanceId: INSTANCE_ID, name: 'gateway', sizeOverride: { preset: 'perf-4-16' } }],
    });
  });

  it('whom nobody knows is not found', async () => {
    const { refusal } = await admin.query('admin.people.get', { userId: 'nobody' });
    expect(refusal).toMatchObject({ status: 404, code: 'person_not_found' });
  });
});

describe('the role of a person', () => {
  it('is given and taken, counts at their next request, and stands in the audit log', async () => {
    await web.addPerson({ id: 'bob' });
    const bob = await signedIn('bob');
    expect((await bob.query('admin.people.list', { filter: {} })).refusal).toMatchObject({ status: 403 });
    await admin.mutate('admin.people.setRole', { userId: 'bob', role: 'admin' });
    expect((await bob.query('admin.people.list', { filter: {} })).refusal).toBeNull();
    await admin.mutate('admin.people.setRole', { userId: 'bob', role: 'customer' });
    expect((await bob.query('admin.people.list', { filter: {} })).refusal).toMatchObject({ status: 403 });
    const told = { action: 'change_role', actor_id: 'admin', target_user_id: 'bob' };
    expect(await auditRows()).toMatchObject([
      { ...told, outcome: 'requested', before: 'customer' },
      { ...told, outcome: 'succeeded', before: 'customer', after: 'admin' },
      { ...told, outcome: 'requested', before: 'admin' },
      { ...told, outcome: 'succeeded', before: 'admin', after: 'customer' },
    ]);
  });

  it('is kept by the last admin who can sign in', async () => {
    await web.addPerson({ id: 'never-signed-in', role: 'admin', hasPassword: false });
    const { refusal } = await admin.mutate('admin.people.setRole', { userId: 'admin', role: 'customer' });
    expect(refusal).toMatchObject({ status: 409, code: 'last_admin' });
    expect(await auditRows()).toMatchObject([
      { outcome: 'requested', before: 'admin' },
      { outcome: 'failed', after: null, code: 'last_admin' },
    ]);
    expect((await admin.query('admin.people.list', { filter: {} })).refusal).toBeNull();
  });

  it('is not changed where nobody has the id, and leaves no row', async () => {
    const { refusal } = await admin.mutate('admin.people.setRole', { userId: 'nobody', role: 'admin' });
    expect(refusal).toMatchObject({ code: 'person_not_found' });
    expect(await auditRows()).toEqual([]);
  });
});
