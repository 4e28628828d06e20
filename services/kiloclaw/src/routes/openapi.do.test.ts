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

it.each(['/healthz', '/readyz'])('%s answers as documented', async (path) => {
  expect((await sendRequest(new Request(ORIGIN + path))).status).toBe(200);
});
