import { createTestCluster, type TestCluster } from '@kiloclaw/db/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emailOf, openTestWeb, PASSWORD, type TestWeb } from '../../../testing/test-web.ts';

const INSTANCE_ID = '0b6e3a52-5d0e-4c9b-9d6a-2b9c1f6a7e10';
const NOBODYS_ID = '1c7f4b63-6e1f-4dac-8e7b-3cad2a7b8f21';

let cluster: TestCluster;
let web: TestWeb;
beforeAll(async () => {
  cluster = await createTestCluster();
  web = await openTestWeb(cluster);
  await web.addPerson({ id: 'alice', role: 'admin' });
  await web.addPerson({ id: 'bob' });
  await web.sql(
    `INSERT INTO kiloclaw_instances (id, user_id, sandbox_id, provider, status, name, registry_version, created_at, updated_at)
     VALUES ('${INSTANCE_ID}', 'bob', 'kc-bob', 'fly', 'running', 'Bob’s assistant', 1, now(), now())`,
  );
});
afterAll(async () => {
  await web?.close();
  await cluster?.stop();
});

const signedIn = async (id: string) => {
  const browser = web.browser();
  await browser.signIn(emailOf(id), PASSWORD);
  return browser;
};

describe('the owner of an instance', () => {
  it('is told to an admin with the registry’s row and what people call them', async () => {
    const { value } = await (await signedIn('alice')).query('admin.instances.owner', {
      instanceId: INSTANCE_ID,
    });
    expect(value).toMatchObject({
      row: { instanceId: INSTANCE_ID, userId: 'bob', name: 'Bob’s assistant', sizeOverride: null },
      names: { bob: { displayName: 'bob', isDeleted: false } },
    });
  });

  it('is not found for an id that the registry does not know', async () => {
    const { refusal } = await (await signedIn('alice')).query('admin.instances.owner', {
      instanceId: NOBODYS_ID,
    });
    expect(refusal).toMatchObject({ status: 404, code: 'instance_not_found' });
  });

  it('is not told to customers, of their own instance neither', async () => {
    const { refusal } = await (await signedIn('bob')).query('admin.instances.owner', {
      instanceId: INSTANCE_ID,
    });
    expect(refusal).toMatchObject({ status: 403, code: 'not_allowed' });
  });
});
