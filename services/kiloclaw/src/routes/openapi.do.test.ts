import { expect, it } from 'vitest';
import { createApp } from '../app.ts';
import { createOpenApiDocument } from '../openapi/document.ts';
import { sendRequest } from '../testing/platform.ts';

const ORIGIN = 'http://control-plane.test';

it('answers its document without a key', async () => {
  const answer = await sendRequest(new Request(`${ORIGIN}/openapi.json`));
  expect(answer.status).toBe(200);
  expect(answer.body).toEqual(createOpenApiDocument());
});

it('documents every route that is mounted, and no other', () => {
  const mounted = createApp()
    .routes.filter(({ method }) => method !== 'ALL')
    .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
  const documented = Object.entries(createOpenApiDocument().paths ?? {}).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect([...new Set(mounted)].toSorted()).toEqual(documented.toSorted());
});

it.each([
  ['/healthz', 200],
  ['/readyz', 200],
  // No token is configured here.
  ['/metrics', 404],
])('%s answers as documented: %i', async (path, status) => {
  expect((await sendRequest(new Request(ORIGIN + path))).status).toBe(status);
});

it('answers its page without a key, under a policy that lets nothing in', async () => {
  const { status, headers, text } = await sendRequest(new Request(`${ORIGIN}/docs`));
  expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=UTF-8']);
  expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/);
  expect(text).toContain('/api/platform/provision');
});
