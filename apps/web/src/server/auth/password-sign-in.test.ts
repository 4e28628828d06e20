import { createTestCluster, type TestCluster } from '@kiloclaw/db/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Browser } from '../testing/browser.ts';
import { emailOf, openTestWeb, PASSWORD, type TestWeb } from '../testing/test-web.ts';
import type * as Passwords from './password.ts';

const SESSION_COOKIE = 'kiloclaw.session_token';
const WRONG = 'not-the-password-at-all';
const SESSION_DAYS = 7;
const DAY_S = 86_400;

/** Counts the slow work of a sign-in, by which an answer's time could tell who has an account. */
const hashes = vi.hoisted(() => ({
  done: 0,
  async countOf(work: () => Promise<unknown>): Promise<number> {
    const before = this.done;
    await work();
    return this.done - before;
  },
}));
vi.mock('./password.ts', async (importOriginal) => {
  const { hashPassword, verifyPassword } = await importOriginal<typeof Passwords>();
  const counted =
    <Input, Answer>(work: (input: Input) => Answer) =>
    (input: Input) => {
      hashes.done += 1;
      return work(input);
    };
  return { hashPassword: counted(hashPassword), verifyPassword: counted(verifyPassword) };
});

let cluster: TestCluster;
let web: TestWeb;
beforeAll(async () => {
  cluster = await createTestCluster();
});
beforeEach(async () => {
  web = await openTestWeb(cluster);
  await web.addPerson({ id: 'alice', role: 'admin' });
});
afterEach(() => web.close());
afterAll(() => cluster?.stop());

const whoIs = async (browser: Browser) => (await browser.query('public.session')).value;
const cookieLine = (response: Response, name: string) =>
  response.headers.getSetCookie().find((line) => line.startsWith(`${name}=`));

describe('sign-in with a password', () => {
  it('makes a session, and tells the page nothing that a script could take away', async () => {
    const browser = web.browser();
    const response = await browser.signIn(' Alice@Example.com ', PASSWORD);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ signedIn: true });
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await whoIs(browser)).toMatchObject({ viewer: { userId: 'alice', role: 'admin' } });
  });

  it('keeps its cookies from scripts and from other sites', async () => {
    const response = await web.browser().signIn(emailOf('alice'), PASSWORD);
    const line = cookieLine(response, SESSION_COOKIE);
    expect(line).toMatch(/; HttpOnly/i);
    expect(line).toMatch(/; SameSite=Lax/i);
    expect(line).toMatch(/; Path=\/(;|$)/i);
    expect(line).not.toMatch(/; Secure/i);
    expect(cookieLine(response, 'kiloclaw.known_browser')).toMatch(/; HttpOnly; SameSite=Lax/i);
  });

  it('has Secure cookies, with the prefix that browsers hold to it, where the origin is https', async () => {
    const secure = await openTestWeb(cluster, { origin: 'https://console.example.com' });
    await secure.addPerson({ id: 'alice' });
    const response = await secure.browser().signIn(emailOf('alice'), PASSWORD);
    for (const name of [SESSION_COOKIE, 'kiloclaw.known_browser'])
      expect(cookieLine(response, `__Secure-${name}`)).toMatch(/; Secure/i);
    expect(response.headers.getSetCookie().every((line) => line.startsWith('__Secure-'))).toBe(true);
    await secure.close();
  });

  it('makes a new session each time, whatever the browser came with', async () => {
    const browser = web.browser();
    browser.cookies.set(SESSION_COOKIE, 'planted.signature');
    await browser.signIn(emailOf('alice'), PASSWORD);
    const first = browser.cookies.get(SESSION_COOKIE);
    await browser.signIn(emailOf('alice'), PASSWORD);
    const second = browser.cookies.get(SESSION_COOKIE);
    expect(new Set(['planted.signature', first, second]).size).toBe(3);
    expect(await web.sql('SELECT DISTINCT token FROM sessions')).toHaveLength(2);
  });

  it('refuses a wrong password, an address that nobody has, and an owner whom the API made alike', async () => {
    await web.addPerson({ id: 'api-owner', email: null, hasPassword: false });
    await web.addPerson({ id: 'invited', hasPassword: false });
    const answers: unknown[] = [];
    for (const id of ['alice', 'nobody', 'api-owner', 'invited']) {
      const response = await web.browser().signIn(emailOf(id), WRONG);
      const { error } = (await response.json()) as { error: { requestId: string } };
      answers.push({ status: response.status, error: { ...error, requestId: '' } });
    }
    expect(answers[0]).toMatchObject({ status: 401, error: { code: 'wrong_credentials' } });
    expect(answers).toEqual(answers.map(() => answers[0]));
  });

  it('hashes once for a wrong password, and once for an address that nobody has', async () => {
    const ofAlice = await hashes.countOf(() => web.browser().signIn(emailOf('alice'), WRONG));
    const ofNobody = await hashes.countOf(() => web.browser().signIn(emailOf('nobody'), WRONG));
    expect({ ofAlice, ofNobody }).toEqual({ ofAlice: 1, ofNobody: 1 });
  });

  it.each([
    ['deleted', 'deleted_at = now()'],
    ['banned', 'banned = true'],
  ])('refuses somebody who was %s, with no more than the usual sentence', async (_, change) => {
    await web.sql(`UPDATE users SET ${change} WHERE id = 'alice'`);
    const response = await web.browser().signIn(emailOf('alice'), PASSWORD);
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ error: { code: 'wrong_credentials' } });
    expect(await web.sql('SELECT id FROM sessions')).toEqual([]);
  });

  it.each([
    [{}],
    [{ email: 'no address', password: PASSWORD }],
    [{ email: emailOf('alice'), password: 'x'.repeat(129) }],
    [{ email: emailOf('alice'), password: PASSWORD, callbackURL: 'https://elsewhere.example.com' }],
  ])('refuses a body that is none: %j', async (body) => {
    const response = await web.browser().post('/api/auth/sign-in/email', body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: 'invalid_request' } });
  });

  it.each([
    ['deleted', `UPDATE users SET deleted_at = now() WHERE id = NEW.user_id`],
    [
      'given a new password',
      `UPDATE accounts SET id = 'another', password = 'another' WHERE user_id = NEW.user_id`,
    ],
  ])('leaves no session where the person is %s while they sign in', async (_, meanwhile) => {
    await web.sql(`CREATE FUNCTION meanwhile() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN ${meanwhile}; RETURN NEW; END $$`);
    await web.sql(
      'CREATE TRIGGER meanwhile BEFORE INSERT ON sessions FOR EACH ROW EXECUTE FUNCTION meanwhile()',
    );
    const browser = web.browser();
    await browser.signIn(emailOf('alice'), PASSWORD);
    expect(await web.sql('SELECT id FROM sessions')).toEqual([]);
    expect(await whoIs(browser)).toMatchObject({ viewer: null });
  });

  it('lets nobody in where attempts can’t be counted, and tells nothing of why', async () => {
    await web.sql('REVOKE ALL ON rate_limits FROM kiloclaw_web');
    const response = await web.browser().signIn(emailOf('alice'), PASSWORD);
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('rate_limits');
    expect(await web.sql('SELECT id FROM sessions')).toEqual([]);
  });

  it('says that it is the database, where that is away', async () => {
    const away = await openTestWeb(cluster, { registryUrl: 'postgres://127.0.0.1:1/registry' });
    const response = await away.browser().signIn(emailOf('alice'), PASSWORD);
    await away.close();
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ error: { code: 'registry_unavailable' } });
  });
});

describe('a session', () => {
  let browser: Browser;
  beforeEach(async () => {
    browser = web.browser();
    await browser.signIn(emailOf('alice'), PASSWORD);
  });

  it.each([
    ['is deleted', `UPDATE users SET deleted_at = now() WHERE id = 'alice'`],
    ['is banned', `UPDATE users SET banned = true WHERE id = 'alice'`],
    ['has no session any more', 'DELETE FROM sessions'],
  ])('is worth nothing from the moment the person %s', async (_, change) => {
    await web.sql(change);
    expect(await whoIs(browser)).toMatchObject({ viewer: null });
  });

  it('ends seven days after the sign-in, however much it is used', async () => {
    const [ends] = await web.sql(
      'SELECT extract(epoch FROM expires_at - created_at)::int AS s FROM sessions',
    );
    expect(ends?.s).toBeGreaterThanOrEqual(SESSION_DAYS * DAY_S - 1);
    expect(ends?.s).toBeLessThanOrEqual(SESSION_DAYS * DAY_S + 1);
    await web.sql(`UPDATE sessions SET expires_at = now() + interval '1 minute'`);
    const before = await web.sql('SELECT expires_at::text, updated_at::text FROM sessions');
    expect(await whoIs(browser)).toMatchObject({ viewer: { userId: 'alice' } });
    expect(await web.sql('SELECT expires_at::text, updated_at::text FROM sessions')).toEqual(before);
    await web.sql('UPDATE sessions SET expires_at = now()');
    expect(await whoIs(browser)).toMatchObject({ viewer: null });
  });

  it('has the role that stands in the database now', async () => {
    await web.sql(`UPDATE users SET role = 'customer' WHERE id = 'alice'`);
    expect(await whoIs(browser)).toMatchObject({ viewer: { role: 'customer' } });
  });

  it('ends with the sign-out, also for who kept the cookie', async () => {
    const kept = new Map(browser.cookies);
    expect((await browser.post('/api/auth/sign-out', {})).status).toBe(200);
    expect(browser.cookies.has(SESSION_COOKIE)).toBe(false);
    const thief = web.browser();
    for (const [name, value] of kept) thief.cookies.set(name, value);
    expect(await whoIs(thief)).toMatchObject({ viewer: null });
  });
});
