import { createTestCluster, type TestCluster } from '@kiloclaw/db/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Browser } from '../testing/browser.ts';
import { emailOf, openTestWeb, PASSWORD, type TestWeb } from '../testing/test-web.ts';
import { ACCOUNT_ATTEMPTS_MAX, ADDRESS_ATTEMPTS_MAX, forgetGuesses } from './guessing.ts';

const WRONG = 'not-the-password-at-all';
const AT_ONCE = 50;
const WINDOW_MS = 15 * 60 * 1000;
const SECRET = 'an-auth-secret-of-this-test-alone';

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

async function guess(browser: Browser, id: string, times: number): Promise<number[]> {
  const statuses: number[] = [];
  for (let time = 0; time < times; time += 1)
    statuses.push((await browser.signIn(emailOf(id), WRONG)).status);
  return statuses;
}
const signIn = async (browser: Browser, id = 'alice') => (await browser.signIn(emailOf(id), PASSWORD)).status;
/** As if so many attempts had been counted, without the work of them. */
const raise = (kind: string, count: number) =>
  web.sql(`UPDATE rate_limits SET count = ${count} WHERE key LIKE 'sign-in-${kind}:%'`);
const letTimePass = (ms: number) => web.sql(`UPDATE rate_limits SET last_request = last_request - ${ms}`);

describe('guessing at an account', () => {
  it('ends after the bound, says until when, and then refuses the right password too', async () => {
    const statuses = await guess(web.browser(), 'alice', ACCOUNT_ATTEMPTS_MAX + 1);
    expect(statuses).toEqual([...Array.from({ length: ACCOUNT_ATTEMPTS_MAX }, () => 401), 429]);
    const response = await web.browser().signIn(emailOf('alice'), PASSWORD);
    expect(response.status).toBe(429);
    const { error } = (await response.json()) as { error: { details: { until: string }; message: string } };
    expect(error).toMatchObject({ code: 'rate_limited' });
    const waitMs = Date.parse(error.details.until) - Date.now();
    expect(waitMs).toBeGreaterThan(WINDOW_MS - 60_000);
    expect(waitMs).toBeLessThanOrEqual(WINDOW_MS);
    expect(error.message).toContain(`${error.details.until.slice(11, 16)} UTC`);
  });

  it('is bounded the same at an address that nobody has', async () => {
    await guess(web.browser(), 'nobody', 1);
    await raise('account', ACCOUNT_ATTEMPTS_MAX);
    expect(await guess(web.browser(), 'nobody', 1)).toEqual([429]);
  });

  it('is bounded from many addresses together, however the e-mail address is written', async () => {
    await guess(web.browser({ ip: '192.0.2.1' }), 'alice', 1);
    await raise('account', ACCOUNT_ATTEMPTS_MAX);
    const response = await web.browser({ ip: '192.0.2.2' }).signIn(' ALICE@example.com', PASSWORD);
    expect(response.status).toBe(429);
  });

  it('passes the bound by nothing where many try at once', async () => {
    const browsers = Array.from({ length: AT_ONCE }, (_, index) => web.browser({ ip: `192.0.2.${index}` }));
    const statuses = await Promise.all(
      browsers.map(async (browser) => (await browser.signIn(emailOf('alice'), WRONG)).status),
    );
    expect(statuses.filter((status) => status === 401)).toHaveLength(ACCOUNT_ATTEMPTS_MAX);
    expect(statuses.filter((status) => status === 429)).toHaveLength(AT_ONCE - ACCOUNT_ATTEMPTS_MAX);
  });

  it('is over with the window, which guesses in the meantime don’t make longer', async () => {
    await guess(web.browser(), 'alice', 1);
    await raise('account', ACCOUNT_ATTEMPTS_MAX);
    await letTimePass(WINDOW_MS / 2);
    await guess(web.browser(), 'alice', 3);
    await letTimePass(WINDOW_MS / 2);
    expect(await signIn(web.browser())).toBe(200);
  });

  it('starts from nothing after the right password', async () => {
    await guess(web.browser(), 'alice', 1);
    await raise('account', ACCOUNT_ATTEMPTS_MAX - 1);
    expect(await signIn(web.browser())).toBe(200);
    expect(await web.sql(`SELECT count FROM rate_limits`)).toEqual([]);
  });

  it('leaves other accounts alone', async () => {
    await web.addPerson({ id: 'bob' });
    await guess(web.browser(), 'alice', 1);
    await raise('account', ACCOUNT_ATTEMPTS_MAX);
    expect(await signIn(web.browser(), 'bob')).toBe(200);
  });
});

describe('guessing from an address', () => {
  it('ends after the bound, whatever the accounts; a right password takes nothing of it back but itself', async () => {
    await web.addPerson({ id: 'mallory' });
    const browser = web.browser({ ip: '192.0.2.1' });
    await guess(browser, 'alice', 1);
    await raise('address', ADDRESS_ATTEMPTS_MAX - 1);
    const own = web.browser({ ip: '192.0.2.1' });
    expect(await signIn(own, 'mallory')).toBe(200);
    expect(await guess(browser, 'nobody', 2)).toEqual([401, 429]);
    expect(await signIn(web.browser({ ip: '192.0.2.2' }))).toBe(200);
  });

  it('counts a whole IPv6 network as one', async () => {
    await guess(web.browser({ ip: '2001:db8:1:2::1' }), 'alice', 1);
    await raise('address', ADDRESS_ATTEMPTS_MAX);
    expect(await guess(web.browser({ ip: '2001:db8:1:2:ffff::9' }), 'nobody', 1)).toEqual([429]);
    expect(await guess(web.browser({ ip: '2001:db8:1:3::1' }), 'nobody', 1)).toEqual([401]);
  });
});

describe('a person whom others lock out', () => {
  it('gets in from a browser that has signed in before', async () => {
    const known = web.browser({ ip: '192.0.2.1' });
    await signIn(known);
    await guess(web.browser({ ip: '192.0.2.1' }), 'alice', 1);
    await raise('account', ACCOUNT_ATTEMPTS_MAX);
    await raise('address', ADDRESS_ATTEMPTS_MAX);
    expect(await signIn(web.browser({ ip: '192.0.2.1' }))).toBe(429);
    expect(await signIn(known)).toBe(200);
  });

  it('does not thereby leave that browser free to guess', async () => {
    const known = web.browser();
    await signIn(known);
    const statuses = await guess(known, 'alice', ACCOUNT_ATTEMPTS_MAX + 1);
    expect(statuses.at(-1)).toBe(429);
    expect(await signIn(web.browser())).toBe(200);
  });

  it('is known for one account alone, by our own mark alone', async () => {
    await web.addPerson({ id: 'mallory' });
    const mallory = web.browser();
    await signIn(mallory, 'mallory');
    await guess(web.browser(), 'alice', 1);
    await raise('account', ACCOUNT_ATTEMPTS_MAX);
    expect(await signIn(mallory)).toBe(429);
    const forger = web.browser();
    forger.cookies.set('kiloclaw.known_browser', 'mark.signature');
    expect(await signIn(forger)).toBe(429);
  });

  it('is let in again by a new password', async () => {
    await guess(web.browser(), 'alice', 1);
    await raise('account', ACCOUNT_ATTEMPTS_MAX);
    await forgetGuesses(web.registry.db, SECRET, 'Alice@example.com');
    expect(await signIn(web.browser())).toBe(200);
  });
});

it('what is kept of attempts names neither the account nor where they came from', async () => {
  await guess(web.browser({ ip: '192.0.2.77' }), 'alice', 1);
  const kept = JSON.stringify(await web.sql('SELECT * FROM rate_limits'));
  expect(kept).toContain('sign-in-account:');
  expect(kept).not.toContain('alice');
  expect(kept).not.toContain('192.0.2.77');
});
