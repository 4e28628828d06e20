import { createTestCluster, type TestCluster } from '@kiloclaw/db/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DENIED_ROWS_MAX } from './denied-calls.ts';
import { appRouter } from './routers/app-router.ts';
import { INSTANCE, ROWS } from './testing/authorization-rows.ts';
import type { Browser } from './testing/browser.ts';
import { emailOf, ORIGIN, openTestWeb, PASSWORD, type TestWeb } from './testing/test-web.ts';

const MUTATIONS = Object.entries(appRouter._def.procedures).flatMap(([name, procedure]) =>
  name.startsWith('admin.') && Reflect.get(Object(Reflect.get(procedure, '_def')), 'type') === 'mutation'
    ? [name]
    : [],
);
const AT_ONCE = DENIED_ROWS_MAX * 2;

let cluster: TestCluster;
let web: TestWeb;
let customer: Browser;
beforeAll(async () => {
  cluster = await createTestCluster();
});
beforeEach(async () => {
  web = await openTestWeb(cluster);
  await web.addPerson({ id: 'customer' });
  customer = web.browser({ ip: '192.0.2.1' });
  await customer.signIn(emailOf('customer'), PASSWORD);
});
afterEach(() => web.close());
afterAll(() => cluster?.stop());

const denied = () =>
  web.sql(`SELECT actor_id, actor_kind, action, target_user_id, instance_id, ip, metadata,
    request_id IS NOT NULL AS has_request FROM audit_log WHERE outcome = 'denied'`);

describe('a change for admins that a customer asks for', () => {
  it('has its row, whichever it is, with the ids that it named', async () => {
    expect(MUTATIONS.length).toBeGreaterThanOrEqual(15);
    for (const name of MUTATIONS) {
      await web.sql('DELETE FROM rate_limits');
      const before = (await denied()).length;
      expect((await customer.mutate(name, ROWS[name]?.input)).refusal).toMatchObject({ code: 'not_allowed' });
      expect(await denied(), name).toHaveLength(before + 1);
    }
    expect((await denied()).find(({ instance_id: id }) => id !== null)).toEqual({
      actor_id: 'customer',
      actor_kind: 'customer',
      action: 'call_for_admins',
      target_user_id: INSTANCE.userId,
      instance_id: INSTANCE.instanceId,
      ip: '192.0.2.1',
      metadata: { procedure: expect.stringMatching(/^admin\.instances\./) },
      has_request: true,
    });
  });

  it('is refused and on record, also where it can’t be read', async () => {
    const cookie = [...customer.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await web.fetch('/api/trpc/admin.people.invite', {
      method: 'POST',
      body: '{"email":',
      headers: { cookie, origin: ORIGIN, 'content-type': 'application/json' },
    });
    expect(await response.json()).toMatchObject({ error: { data: { code: 'not_allowed' } } });
    expect(await denied()).toHaveLength(1);
  });

  it.each([
    ['an address', { email: 'alice@example.com' }],
    ['what is no id', { userId: 'alice@example.com', instanceId: 'alice@example.com' }],
    ['ids of other kinds', { userId: { id: 'alice@example.com' }, instanceId: ['alice@example.com'] }],
    ['a text', 'alice@example.com'],
  ])('leaves no word of what was written in it: %s', async (_, input) => {
    expect((await customer.mutate('admin.people.invite', input)).refusal).toMatchObject({
      code: 'not_allowed',
    });
    const rows = await denied();
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain('example.com');
  });

  it('fills no log: of many at once, and of one caller in a window, so many are written', async () => {
    const asked = Array.from({ length: AT_ONCE }, () => customer.mutate('admin.people.invite', {}));
    for (const { refusal } of await Promise.all(asked))
      expect(refusal).toMatchObject({ code: 'not_allowed' });
    expect(await denied()).toHaveLength(DENIED_ROWS_MAX);
  });

  it('is refused alike where it can’t be put on record', async () => {
    await web.sql('REVOKE INSERT ON audit_log FROM kiloclaw_web');
    expect((await customer.mutate('admin.people.invite', {})).refusal).toMatchObject({ code: 'not_allowed' });
  });

  it('is on record as a change alone: looking leaves no row', async () => {
    await customer.query('admin.people.list', { filter: {} });
    expect(await denied()).toEqual([]);
  });
});
