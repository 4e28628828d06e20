import { createTestCluster, type TestCluster } from '@kiloclaw/db/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emailOf, ORIGIN, openTestWeb, PASSWORD, type TestWeb } from '../testing/test-web.ts';

const ELSEWHERE = 'https://elsewhere.example.com';

let cluster: TestCluster;
let web: TestWeb;
beforeAll(async () => {
  cluster = await createTestCluster();
  web = await openTestWeb(cluster);
  await web.addPerson({ id: 'alice', role: 'admin' });
});
afterAll(async () => {
  await web?.close();
  await cluster?.stop();
});

describe('a change', () => {
  const credentials = { email: emailOf('alice'), password: PASSWORD };
  const invitation = { email: 'new@example.com' };

  it.each([
    ['another origin', { origin: ELSEWHERE }],
    ['no origin', { origin: '' }],
    ['an origin that hides itself', { origin: 'null' }],
    ['an origin that begins like ours', { origin: `${ORIGIN}.elsewhere.example.com` }],
    ['another port', { origin: `${ORIGIN}:8443` }],
    ['another site, by the browser’s word', { 'sec-fetch-site': 'cross-site' }],
    ['a sister of our host', { 'sec-fetch-site': 'same-site' }],
  ])(
    'asked from %s is refused, by a form, a procedure or the sign-out, and changes nothing',
    async (_, headers) => {
      const browser = web.browser();
      await browser.signIn(emailOf('alice'), PASSWORD);
      const before = await web.sql('SELECT count(*) FROM sessions');
      for (const [path, body] of [
        ['/api/auth/sign-in/email', credentials],
        ['/api/auth/sign-in/social', { provider: 'oidc' }],
        ['/api/auth/sign-out', {}],
        ['/api/trpc/admin.people.invite', invitation],
      ] as const) {
        const response = await browser.post(path, body, headers);
        expect(response.status, path).toBe(403);
        expect(await response.json()).toMatchObject({ error: { code: 'foreign_origin' } });
      }
      expect(await web.sql('SELECT count(*) FROM sessions')).toEqual(before);
      expect(await web.sql('SELECT id FROM verifications')).toEqual([]);
    },
  );

  it('asked from our own pages is made, also where the browser tells more', async () => {
    const response = await web
      .browser()
      .post('/api/auth/sign-in/email', credentials, { 'sec-fetch-site': 'same-origin' });
    expect(response.status).toBe(200);
  });

  it('can’t be asked for by a link: procedures that change are no GET', async () => {
    const browser = web.browser();
    await browser.signIn(emailOf('alice'), PASSWORD);
    const { refusal } = await browser.query('admin.people.invite', invitation);
    expect(refusal?.status).toBe(405);
    expect((await browser.get('/api/auth/sign-out')).status).toBe(404);
  });

  const asBrowser = { origin: ORIGIN, 'content-type': 'application/json' };
  const path = '/api/trpc/public.acceptInvitation';
  it.each([
    ['a body that is no JSON', path, { method: 'POST', body: '{bad', headers: asBrowser }, 400],
    [
      'a form',
      path,
      { method: 'POST', body: 'token=1', headers: { ...asBrowser, 'content-type': 'text/plain' } },
      415,
    ],
    ['another method', path, { method: 'PUT', body: '{}', headers: asBrowser }, 405],
    ['a change as a query', path, {}, 405],
    ['many at once', '/api/trpc/public.session,public.session?batch=1', {}, 400],
  ])('asked as %s is the asker’s fault, and says so', async (_, at, init, status) => {
    const response = await web.fetch(at, init);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: { data: { code: 'invalid_request' } } });
  });

  it('of more than the limit is refused', async () => {
    const response = await web.browser().post('/api/auth/sign-in/email', { email: 'x'.repeat(70_000) });
    expect(response.status).toBe(413);
  });
});

describe('the auth library’s other routes', () => {
  it.each([
    '/sign-up/email',
    '/request-password-reset',
    '/reset-password',
    '/change-password',
    '/change-email',
    '/update-user',
    '/delete-user',
    '/link-social',
    '/callback/github',
    '/get-session',
    '/list-sessions',
    '/get-access-token',
    '/error',
  ])('%s is not there', async (path) => {
    const browser = web.browser();
    await browser.signIn(emailOf('alice'), PASSWORD);
    const answers = [await browser.get(`/api/auth${path}`), await browser.post(`/api/auth${path}`, {})];
    expect(answers.map(({ status }) => status)).toEqual([404, 404]);
  });
});

describe('a web that can’t be used as it is configured', () => {
  it('tells nobody why, and its answer has the headers too', async () => {
    const broken = await openTestWeb(cluster, { settings: { KILOCLAW_AUTH_SECRET: 'short' } });
    const response = await broken.browser().get('/api/trpc/public.session');
    await broken.close();
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('KILOCLAW');
    expect(response.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  });
});

describe('every answer', () => {
  it.each(['/', '/admin/instances', '/healthz', '/api/trpc/public.session', '/api/none'])(
    'at %s tells browsers to run nothing but our own, in no frame, under TLS alone',
    async (path) => {
      const { headers } = await web.browser().get(path);
      const policy = headers.get('content-security-policy') ?? '';
      const directives = new Map(
        policy.split(';').map((directive) => {
          const [name = '', ...sources] = directive.trim().split(/\s+/);
          return [name, sources.join(' ')];
        }),
      );
      expect(directives.get('default-src')).toBe("'none'");
      expect(directives.get('script-src')).toBe("'self'");
      expect(directives.get('frame-ancestors')).toBe("'none'");
      expect(directives.get('base-uri')).toBe("'none'");
      expect(directives.get('form-action')).toBe("'self'");
      expect(headers.get('strict-transport-security')).toMatch(/^max-age=31536000/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('referrer-policy')).toBe('same-origin');
      expect(headers.get('access-control-allow-origin')).toBeNull();
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    },
  );

  it('with people’s data is for one browser alone', async () => {
    const { headers } = await web.browser().get('/api/trpc/public.session');
    expect(headers.get('cache-control')).toBe('no-store');
  });
});
