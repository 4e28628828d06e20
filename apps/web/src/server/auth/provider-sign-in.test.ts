import { createTestCluster, type TestCluster } from '@kiloclaw/db/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Browser } from '../testing/browser.ts';
import { type OpenIdProvider, startOpenIdProvider } from '../testing/openid-provider.ts';
import { emailOf, ORIGIN, openTestWeb, type TestWeb } from '../testing/test-web.ts';

const StartedSchema = z.object({ url: z.url() });
const NOT_INVITED = '/sign-in?error=not_invited';

let cluster: TestCluster;
let provider: OpenIdProvider;
let web: TestWeb;
beforeAll(async () => {
  cluster = await createTestCluster();
});
beforeEach(async () => {
  provider = await startOpenIdProvider();
  web = await openTestWeb(cluster, { settings: oidcSettings() });
  await web.addPerson({ id: 'alice' });
  provider.identity = { sub: 'subject-1', email: emailOf('alice'), email_verified: true };
});
afterEach(async () => {
  await web.close();
  await provider.close();
});
afterAll(() => cluster?.stop());

const oidcSettings = () => ({
  KILOCLAW_OIDC_ISSUER: provider.issuer,
  KILOCLAW_OIDC_CLIENT_ID: provider.clientId,
  KILOCLAW_OIDC_CLIENT_SECRET: provider.clientSecret,
  KILOCLAW_OIDC_NAME: 'Example',
});
const start = (browser: Browser, next?: string) =>
  browser.post('/api/auth/sign-in/social', { provider: 'oidc', ...(next === undefined ? {} : { next }) });
/** Goes there and comes back; answers where that ends. */
async function signIn(browser: Browser, next?: string): Promise<string | null> {
  const { url } = StartedSchema.parse(await (await start(browser, next)).json());
  const response = await browser.get(await provider.authorize(url));
  return response.headers.get('location');
}
const viewerOf = async (browser: Browser) => (await browser.query('public.session')).value;
const accounts = () =>
  web.sql(
    `SELECT user_id, account_id, access_token, refresh_token, id_token FROM accounts WHERE provider_id = 'oidc'`,
  );

describe('sign-in by an OpenID provider', () => {
  it('is offered where it is configured', async () => {
    expect(await viewerOf(web.browser())).toMatchObject({
      signInMethods: ['password', 'oidc'],
      oidcName: 'Example',
    });
  });

  it('lets in who is here with the same verified address, links the account once, and keeps no token', async () => {
    const browser = web.browser();
    expect(await signIn(browser, '/admin/instances?q=x')).toBe('/admin/instances?q=x');
    expect(await viewerOf(browser)).toMatchObject({ viewer: { userId: 'alice' } });
    const linked = [
      { user_id: 'alice', account_id: 'subject-1', access_token: null, refresh_token: null, id_token: null },
    ];
    expect(await accounts()).toEqual(linked);
    expect(await signIn(web.browser())).toBe('/');
    expect(await accounts()).toEqual(linked);
  });

  it('knows a linked account by its subject, whatever its address is by now', async () => {
    await signIn(web.browser());
    provider.identity = { sub: 'subject-1', email: 'new@example.com', email_verified: false };
    const browser = web.browser();
    await signIn(browser);
    expect(await viewerOf(browser)).toMatchObject({ viewer: { userId: 'alice', email: emailOf('alice') } });
  });

  it.each([
    ['an address that the provider does not vouch for', { email_verified: false }, ''],
    ['an address that nobody has here', { email: 'stranger@example.com' }, ''],
    ['somebody who has not proven the address here', {}, 'email_verified = false'],
    ['somebody who was deleted', {}, 'deleted_at = now()'],
    ['somebody who was banned', {}, 'banned = true'],
  ])('refuses %s, and makes and links nobody', async (_, identity, change) => {
    provider.identity = { ...provider.identity, ...identity };
    if (change !== '') await web.sql(`UPDATE users SET ${change}`);
    const browser = web.browser();
    expect(await signIn(browser)).toBe(NOT_INVITED);
    expect(await viewerOf(browser)).toMatchObject({ viewer: null });
    expect(await accounts()).toEqual([]);
    expect(await web.sql('SELECT id FROM users')).toEqual([{ id: 'alice' }]);
    expect(await web.sql('SELECT id FROM sessions')).toEqual([]);
  });

  it.each(['deleted_at = now()', 'banned = true'])(
    'refuses a linked account where %s since',
    async (change) => {
      await signIn(web.browser());
      await web.sql('DELETE FROM sessions');
      await web.sql(`UPDATE users SET ${change}`);
      expect(await signIn(web.browser())).toBe(NOT_INVITED);
      expect(await web.sql('SELECT id FROM sessions')).toEqual([]);
    },
  );

  it('never finds an owner by the address that the API gave', async () => {
    await web.sql(`INSERT INTO users (id, contact_email) VALUES ('api-owner', 'told@example.com')`);
    provider.identity = { ...provider.identity, email: 'told@example.com' };
    expect(await signIn(web.browser())).toBe(NOT_INVITED);
  });

  it.each([
    ['another issuer', { iss: 'https://elsewhere.example.com' }],
    ['another client', { aud: 'somebody-else' }],
    ['another sign-in', { nonce: 'another' }],
    ['the past', { exp: 1 }],
  ])('refuses an ID token of %s', async (_, claims) => {
    provider.claims = claims;
    const browser = web.browser();
    expect(await signIn(browser)).toBe('/sign-in?error=provider_failed');
    expect(await viewerOf(browser)).toMatchObject({ viewer: null });
  });
});

describe('the way back from a provider', () => {
  it('is refused in a browser that did not go there', async () => {
    const { url } = StartedSchema.parse(await (await start(web.browser())).json());
    const victim = web.browser();
    const response = await victim.get(await provider.authorize(url));
    expect(response.headers.get('location')).toBe('/sign-in?error=sign_in_expired');
    expect(await viewerOf(victim)).toMatchObject({ viewer: null });
  });

  it('is refused with the state of another sign-in, and a second time', async () => {
    const browser = web.browser();
    const first = StartedSchema.parse(await (await start(browser)).json());
    const second = StartedSchema.parse(await (await start(browser)).json());
    const stale = await browser.get(await provider.authorize(first.url));
    expect(stale.headers.get('location')).toBe('/sign-in?error=sign_in_expired');
    const back = await provider.authorize(second.url);
    await browser.get(back);
    const again = await browser.get(back);
    expect(again.headers.get('location')).toBe('/sign-in?error=sign_in_expired');
  });

  it('tells the page one of our own words, never the provider’s', async () => {
    const browser = web.browser();
    const { url } = StartedSchema.parse(await (await start(browser)).json());
    const state = new URL(url).searchParams.get('state');
    const denied = await browser.get(
      `/api/auth/callback/oidc?error=access_denied&error_description=Call+us&state=${state}`,
    );
    expect(denied.headers.get('location')).toBe('/sign-in?error=provider_denied');
    const forged = await browser.get('/api/auth/callback/oidc?error=Call+us');
    expect(forged.headers.get('location')).toBe('/sign-in?error=sign_in_expired');
  });

  it.each(['https://elsewhere.example.com', '//elsewhere.example.com', '/\\elsewhere.example.com'])(
    'leads to the start page instead of %s',
    async (next) => {
      expect(await signIn(web.browser(), next)).toBe('/');
    },
  );
});

describe('the way to a provider', () => {
  it('is to the provider’s own page, with the proofs that tie the way back to it', async () => {
    const { url } = StartedSchema.parse(await (await start(web.browser())).json());
    const asked = new URL(url);
    expect(asked.origin).toBe(provider.issuer);
    expect(asked.searchParams.get('redirect_uri')).toBe(`${ORIGIN}/api/auth/callback/oidc`);
    for (const proof of ['state', 'nonce', 'code_challenge'])
      expect(asked.searchParams.get(proof), proof).not.toBeNull();
  });

  it.each([
    [{ provider: 'google' }],
    [{ provider: 'github' }],
    [{ provider: 'oidc', idToken: { token: 'x' } }],
    [{ provider: 'oidc', callbackURL: '/x' }],
    [{ provider: 'oidc', requestSignUp: true }],
  ])('is refused to %j', async (body) => {
    const response = await web.browser().post('/api/auth/sign-in/social', body);
    expect(response.status).toBe(400);
  });

  it('is told to be closed where the provider is away, and everything else goes on', async () => {
    await provider.close();
    const response = await start(web.browser());
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ error: { code: 'sign_in_provider_unavailable' } });
    expect(await viewerOf(web.browser())).toMatchObject({ viewer: null });
  });

  it('is asked of the provider only by who goes it', async () => {
    await web.browser().signIn(emailOf('alice'), 'wrong-password');
    await viewerOf(web.browser());
    expect(provider.requests).toBe(0);
  });

  it('is Google’s where that is configured', async () => {
    const settings = { KILOCLAW_GOOGLE_CLIENT_ID: 'client', KILOCLAW_GOOGLE_CLIENT_SECRET: 'secret' };
    const google = await openTestWeb(cluster, { settings });
    const browser = google.browser();
    expect(await viewerOf(browser)).toMatchObject({ signInMethods: ['password', 'google'] });
    const response = await browser.post('/api/auth/sign-in/social', { provider: 'google' });
    const { url } = StartedSchema.parse(await response.json());
    expect(new URL(url).hostname).toBe('accounts.google.com');
    await google.close();
  });
});
