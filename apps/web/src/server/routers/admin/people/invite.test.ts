import { createTestCluster, type TestCluster } from '@kiloclaw/db/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Browser, Refused } from '../../../testing/browser.ts';
import { emailOf, ORIGIN, openTestWeb, PASSWORD, type TestWeb } from '../../../testing/test-web.ts';

const LinkSchema = z.object({ userId: z.string(), link: z.string(), expiresAt: z.iso.datetime() });
const NEW_PASSWORD = 'a-password-of-their-own';
const HOUR_MS = 3_600_000;

let cluster: TestCluster;
let web: TestWeb;
let admin: Browser;
beforeAll(async () => {
  cluster = await createTestCluster();
});
beforeEach(async () => {
  web = await openTestWeb(cluster);
  await web.addPerson({ id: 'admin', role: 'admin' });
  admin = web.browser();
  await admin.signIn(emailOf('admin'), PASSWORD);
});
afterEach(() => web.close());
afterAll(() => cluster?.stop());

async function invite(input: object) {
  const { value, refusal } = await admin.mutate('admin.people.invite', input);
  expect(refusal).toBeNull();
  const made = LinkSchema.parse(value);
  return { ...made, token: made.link.slice(`${ORIGIN}/invitation#`.length) };
}
const accept = (browser: Browser, token: string, password = NEW_PASSWORD) =>
  browser.mutate('public.acceptInvitation', { token, password });
const viewerOf = async (browser: Browser) => (await browser.query('public.session')).value;

describe('an invitation', () => {
  it('is a link that lets somebody set a password and be signed in, once', async () => {
    const { userId, link, token, expiresAt } = await invite({ email: 'Alice@Example.com', name: 'Alice' });
    expect(link).toMatch(/^http:\/\/console\.example\.com\/invitation#[\w-]{43}$/);
    expect(Date.parse(expiresAt) - Date.now()).toBeGreaterThan(71 * HOUR_MS);
    const alice = web.browser();
    expect((await alice.mutate('public.invitation', { token })).value).toEqual({
      email: 'alice@example.com',
      name: 'Alice',
      isReset: false,
      expiresAt,
    });
    expect((await accept(alice, token)).value).toEqual({ signedIn: true });
    expect(await viewerOf(alice)).toMatchObject({ viewer: { userId, role: 'customer', name: 'Alice' } });
    expect((await web.browser().signIn('alice@example.com', NEW_PASSWORD)).status).toBe(200);
    const again = await accept(web.browser(), token);
    expect(again.refusal).toMatchObject({ status: 409, code: 'invitation_unusable' });
  });

  it('lets an owner whom the API made in, with what is theirs', async () => {
    await web.addPerson({ id: 'api-owner', email: null, hasPassword: false });
    const { token } = await invite({ userId: 'api-owner', email: 'owner@example.com' });
    const owner = web.browser();
    await accept(owner, token);
    expect(await viewerOf(owner)).toMatchObject({ viewer: { userId: 'api-owner' } });
  });

  it('is refused alike whether used, replaced, expired or unknown', async () => {
    const { userId, token: used } = await invite({ email: 'alice@example.com' });
    await accept(web.browser(), used);
    await web.addPerson({ id: 'bob', email: null, hasPassword: false });
    const { token: replaced } = await invite({ userId: 'bob', email: 'bob@example.com' });
    await invite({ userId: 'bob', email: 'bob@example.com' });
    const { token: expired } = await invite({ email: 'carol@example.com' });
    await web.sql(`UPDATE verifications SET expires_at = now() WHERE identifier <> 'invitation:${userId}'`);
    const refusals: (Refused | null)[] = [];
    for (const token of [used, replaced, expired, 'unknown', '']) {
      refusals.push((await web.browser().mutate('public.invitation', { token })).refusal);
      refusals.push((await accept(web.browser(), token)).refusal);
    }
    expect(refusals[0]).toMatchObject({ status: 409, code: 'invitation_unusable' });
    expect(refusals).toEqual(refusals.map(() => refusals[0]));
  });

  it('is never asked for by an address, which logs would keep', async () => {
    const { token } = await invite({ email: 'alice@example.com' });
    const { refusal } = await web.browser().query('public.invitation', { token });
    expect(refusal).toMatchObject({ status: 405 });
  });

  it('leaves its token nowhere in the database', async () => {
    const { token } = await invite({ email: 'alice@example.com' });
    const stored = JSON.stringify(await web.sql('SELECT * FROM verifications'));
    expect(stored).toContain('invitation:');
    expect(stored).not.toContain(token);
  });

  it.each([
    ['no address', { email: 'alice' }, 'email'],
    ['a name that can’t be stored', { email: 'a@example.com', name: 'a\u0000' }, 'name'],
    ['a name that turns what follows', { email: 'a@example.com', name: 'a\u202Eb' }, 'name'],
    ['a role for who is there', { email: 'a@example.com', userId: 'x', role: 'admin' }, 'role'],
    ['an unknown role', { email: 'a@example.com', role: 'owner' }, 'role'],
    ['a field nobody knows', { email: 'a@example.com', password: 'x' }, 'password'],
  ])('with %s is refused, naming the field', async (_, input, field) => {
    const { refusal } = await admin.mutate('admin.people.invite', input);
    expect(refusal).toMatchObject({ status: 400, code: 'invalid_request' });
    expect(refusal?.message).toContain(field);
  });

  it.each([
    ['somebody’s address', { email: emailOf('admin') }, 'address_in_use'],
    ['somebody’s address for an owner', { userId: 'api-owner', email: emailOf('admin') }, 'address_in_use'],
    ['who can sign in', { userId: 'admin', email: 'new@example.com' }, 'can_sign_in_already'],
    ['nobody', { userId: 'nobody', email: 'new@example.com' }, 'person_not_found'],
  ])('of %s is refused', async (_, input, code) => {
    await web.addPerson({ id: 'api-owner', email: null, hasPassword: false });
    expect((await admin.mutate('admin.people.invite', input)).refusal).toMatchObject({ code });
  });

  it.each(['short', 'x'.repeat(129)])('is not used up by a password that can’t be one', async (password) => {
    const { token } = await invite({ email: 'alice@example.com' });
    const { refusal } = await accept(web.browser(), token, password);
    expect(refusal).toMatchObject({ status: 400 });
    expect(refusal?.message).toContain('password: must have at');
    expect((await accept(web.browser(), token)).refusal).toBeNull();
  });
});

describe('a link to a new password', () => {
  const resetLink = async (userId: string) => admin.mutate('admin.people.resetLink', { userId });

  it('ends the old password, the sessions and a lockout', async () => {
    await web.addPerson({ id: 'alice' });
    const before = web.browser();
    await before.signIn(emailOf('alice'), PASSWORD);
    await web.browser().signIn(emailOf('alice'), 'wrong-password');
    await web.sql('UPDATE rate_limits SET count = 100');
    const { link } = LinkSchema.parse((await resetLink('alice')).value);
    expect(await viewerOf(before)).toMatchObject({ viewer: { userId: 'alice' } });
    await accept(web.browser(), link.slice(`${ORIGIN}/invitation#`.length));
    expect(await viewerOf(before)).toMatchObject({ viewer: null });
    expect((await web.browser().signIn(emailOf('alice'), PASSWORD)).status).toBe(401);
    expect((await web.browser().signIn(emailOf('alice'), NEW_PASSWORD)).status).toBe(200);
  });

  it('ends a session, too, that the old password opens in that moment', async () => {
    await web.addPerson({ id: 'alice' });
    const { link } = LinkSchema.parse((await resetLink('alice')).value);
    await web.sql(`CREATE FUNCTION meanwhile() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      INSERT INTO sessions (id, token, user_id, expires_at)
        VALUES ('old', 'old', NEW.user_id, now() + interval '1 day');
      RETURN NEW; END $$`);
    await web.sql(
      'CREATE TRIGGER meanwhile AFTER INSERT ON accounts FOR EACH ROW EXECUTE FUNCTION meanwhile()',
    );
    const alice = web.browser();
    await accept(alice, link.slice(`${ORIGIN}/invitation#`.length));
    expect(await web.sql(`SELECT id FROM sessions WHERE id = 'old'`)).toEqual([]);
    expect(await viewerOf(alice)).toMatchObject({ viewer: { userId: 'alice' } });
  });

  it('is refused for who can’t sign in yet, and for nobody', async () => {
    await web.addPerson({ id: 'api-owner', email: null, hasPassword: false });
    expect((await resetLink('api-owner')).refusal).toMatchObject({ code: 'cannot_sign_in_yet' });
    expect((await resetLink('nobody')).refusal).toMatchObject({ code: 'person_not_found' });
  });
});

it('whom somebody invites as an admin is on record as one', async () => {
  await invite({ email: 'alice@example.com', role: 'admin' });
  const rows = await web.sql(`SELECT after #>> '{}' AS after FROM audit_log WHERE outcome = 'succeeded'`);
  expect(rows).toEqual([{ after: 'admin' }]);
});

it('every link and its use is on record by ids alone', async () => {
  const { userId, token } = await invite({ email: 'alice@example.com', name: 'Alice' });
  await accept(web.browser(), token);
  await admin.mutate('admin.people.resetLink', { userId });
  await admin.mutate('admin.people.invite', { email: emailOf('admin') });
  const rows = await web.sql(
    'SELECT actor_id, action, target_user_id, outcome, metadata::text FROM audit_log ORDER BY at, id DESC',
  );
  expect(rows).toMatchObject([
    { actor_id: 'admin', action: 'invite_person', target_user_id: userId, outcome: 'requested' },
    { actor_id: 'admin', action: 'invite_person', target_user_id: userId, outcome: 'succeeded' },
    { actor_id: userId, action: 'accept_invitation', target_user_id: userId, outcome: 'requested' },
    { actor_id: userId, action: 'accept_invitation', target_user_id: userId, outcome: 'succeeded' },
    { actor_id: 'admin', action: 'reset_password_link', target_user_id: userId, outcome: 'requested' },
    { actor_id: 'admin', action: 'reset_password_link', target_user_id: userId, outcome: 'succeeded' },
    { actor_id: 'admin', action: 'invite_person', outcome: 'requested' },
    { actor_id: 'admin', action: 'invite_person', outcome: 'failed', metadata: '{"code": "address_in_use"}' },
  ]);
  expect(JSON.stringify(rows)).not.toMatch(/example\.com|Alice/);
});

it.each([
  ['admin.people.invite', { email: 'new@example.com' }],
  ['admin.people.resetLink', { userId: 'admin' }],
])('%s is for admins alone', async (procedure, input) => {
  await web.addPerson({ id: 'customer' });
  const customer = web.browser();
  await customer.signIn(emailOf('customer'), PASSWORD);
  expect((await customer.mutate(procedure, input)).refusal).toMatchObject({ code: 'not_allowed' });
  expect((await web.browser().mutate(procedure, input)).refusal).toMatchObject({ code: 'signed_out' });
  expect(await web.sql('SELECT id FROM verifications')).toEqual([]);
});
