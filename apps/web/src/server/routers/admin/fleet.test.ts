import { createTestCluster, type TestCluster } from '@kiloclaw/db/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { emailOf, openTestWeb, PASSWORD, type TestWeb } from '../../testing/test-web.ts';

let cluster: TestCluster;
let web: TestWeb;

beforeAll(async () => {
  cluster = await createTestCluster();
  web = await openTestWeb(cluster);
  await web.addPerson({ id: 'alice', role: 'admin' });
  await web.sql(`INSERT INTO kiloclaw_instances (id, user_id, sandbox_id, provider, instance_type, status,
      registry_version, created_at, updated_at)
    SELECT gen_random_uuid(), 'alice', 'kc-' || n, 'fly', CASE WHEN n = 1 THEN NULL ELSE 'perf-1-3' END, 'running', 1,
      now(), now() FROM generate_series(1, 3) n`);
});
afterAll(async () => {
  await web?.close();
  await cluster?.stop();
});

it('the fleet is told in figures, counted anew no oftener than every few seconds', async () => {
  const alice = web.browser();
  await alice.signIn(emailOf('alice'), PASSWORD);
  const first = await alice.query('admin.fleet.overview');
  expect(first.value).toMatchObject({
    active: 3,
    byProvider: [{ key: 'fly', count: 3 }],
    byInstanceType: [
      { key: 'perf-1-3', count: 2 },
      { key: 'unknown', count: 1 },
    ],
    byStatus: [{ key: 'running', count: 3 }],
    overrides: { count: 0 },
    at: expect.stringMatching(/^\d{4}-.*Z$/),
  });
  expect((await alice.query('admin.fleet.overview')).value).toEqual(first.value);
});
