import { createTestCluster, type TestCluster } from '@kiloclaw/db/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { emailOf, ORIGIN, openTestWeb, PASSWORD, type TestWeb } from '../testing/test-web.ts';
import { AdminLinkError, createAdmin, installationHasAdmin, linkAdmin } from './admin-link.ts';

let cluster: TestCluster;
let web: TestWeb;
beforeAll(async () => {
  cluster = await createTestCluster();
});
beforeEach(async () => {
  web = await openTestWeb(cluster);
});
afterEach(() => web.close());
afterAll(() => cluster?.stop());

const asked = (email: string) => ({ email, origin: ORIGIN });
const tokenOf = (link: string) => new URL(link).hash.slice(1);

async function accept(link: string) {
  const browser = web.browser();
  const answer = await browser.mutate('public.acceptInvitation', {
    token: tokenOf(link),
    password: PASSWORD,
  });
  return { answer, browser };
}

describe('a link for an admin', () => {
  it('lets the first one in, who can then do what admins do', async () => {
    expect(await installationHasAdmin(web.databaseUrl)).toBe(false);
    const { link, expiresAt } = await createAdmin(web.databaseUrl, asked('Alice@Example.com '));
    expect(link).toMatch(/^http:\/\/console\.example\.com\/invitation#[\w-]{43}$/);
    expect(Date.parse(expiresAt)).toBeGreaterThan(Date.now());
    // Nobody has used it yet.
    expect(await installationHasAdmin(web.databaseUrl)).toBe(false);
    const { answer, browser } = await accept(link);
    expect(answer.value).toEqual({ signedIn: true });
    expect(await installationHasAdmin(web.databaseUrl)).toBe(true);
    expect((await browser.query('admin.people.list', { filter: {} })).value).toMatchObject({
      items: [{ email: 'alice@example.com', role: 'admin' }],
    });
    expect((await accept(link)).answer.refusal).toMatchObject({ code: 'invitation_unusable' });
  });

  it('is replaced by a newer one as long as nobody has used it', async () => {
    const first = await createAdmin(web.databaseUrl, asked('alice@example.com'));
    const second = await createAdmin(web.databaseUrl, asked('alice@example.com'));
    expect((await accept(first.link)).answer.refusal).toMatchObject({ code: 'invitation_unusable' });
    expect((await accept(second.link)).answer.value).toEqual({ signedIn: true });
    expect(await web.sql("SELECT count(*)::int AS admins FROM users WHERE role = 'admin'")).toEqual([
      { admins: 1 },
    ]);
  });

  it('sets a new password for who has lost theirs', async () => {
    await web.addPerson({ id: 'alice', role: 'admin' });
    await expect(createAdmin(web.databaseUrl, asked(emailOf('alice')))).rejects.toThrow(
      'npm run admin -- link alice@example.com',
    );
    const { link } = await linkAdmin(web.databaseUrl, asked(emailOf('alice')));
    expect((await accept(link)).answer.value).toEqual({ signedIn: true });
  });

  it('leaves its rows in the audit log, without an address in them', async () => {
    await createAdmin(web.databaseUrl, asked('alice@example.com'));
    const rows = await web.sql(
      'SELECT actor_kind, action, outcome, to_jsonb(audit_log)::text AS all FROM audit_log ORDER BY id',
    );
    expect(rows.map(({ actor_kind, action, outcome }) => [actor_kind, action, outcome])).toEqual([
      ['system', 'invite_person', 'requested'],
      ['system', 'invite_person', 'succeeded'],
    ]);
    expect(JSON.stringify(rows)).not.toContain('alice@example.com');
  });
});

describe('no link is made, with a sentence that says what to do,', () => {
  it.each([
    ['for a customer', 'carol', 'have an admin make them one'],
    ['for what is no address', 'no address', 'must be one such as alice@example.com'],
  ])('%s', async (_, who, sentence) => {
    await web.addPerson({ id: 'carol' });
    const email = who === 'carol' ? emailOf(who) : who;
    await expect(createAdmin(web.databaseUrl, asked(email))).rejects.toThrow(sentence);
    expect(await web.sql('SELECT FROM verifications')).toEqual([]);
  });

  it('for somebody who was banned', async () => {
    await web.addPerson({ id: 'mallory', role: 'admin' });
    await web.sql("UPDATE users SET banned = true WHERE id = 'mallory'");
    await expect(createAdmin(web.databaseUrl, asked(emailOf('mallory')))).rejects.toThrow(AdminLinkError);
    await expect(linkAdmin(web.databaseUrl, asked(emailOf('mallory')))).rejects.toThrow(
      'No admin who can sign in',
    );
    expect(await installationHasAdmin(web.databaseUrl)).toBe(false);
  });

  it('to a new password for an admin who never had one', async () => {
    await createAdmin(web.databaseUrl, asked('alice@example.com'));
    await expect(linkAdmin(web.databaseUrl, asked('alice@example.com'))).rejects.toThrow(
      'npm run admin -- create alice@example.com',
    );
  });
});
