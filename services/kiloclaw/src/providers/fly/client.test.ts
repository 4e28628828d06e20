import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Fetch } from '../http.ts';
import { ProviderError } from '../provider-error.ts';
import { createFlyClient } from './client.ts';
import { pathOf, ROUTES } from './routes.ts';

const PARAMS = { app: 'kc-1', machine: '148e2d1d7d1289' };
const HTML = '<!doctype html><title>Bad gateway</title>';
const Item = z.looseObject({ id: z.string() });

function setUp(
  answer: (url: URL, init: RequestInit) => Response,
  options: { baseUrl?: string; token?: string } = {},
) {
  const seen: { url: URL; headers: Headers }[] = [];
  const fetch: Fetch = async (url, init) => {
    seen.push({ url: new URL(url), headers: new Headers(init.headers) });
    return answer(new URL(url), init);
  };
  const timing = { sleep: async () => {} };
  const client = createFlyClient({
    fetch,
    baseUrl: 'https://api.example.com',
    token: 't',
    log: () => {},
    timing,
    ...options,
  });
  return { client, seen };
}

const get = (client: ReturnType<typeof setUp>['client']) =>
  client.call(ROUTES.getMachine, { params: PARAMS, schema: Item });
const post = (client: ReturnType<typeof setUp>['client']) =>
  client.call(ROUTES.createMachine, { params: PARAMS, body: {}, schema: Item });

async function kindOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
    return 'no error';
  } catch (error) {
    return error instanceof ProviderError ? error.kind : error;
  }
}

describe('the wire', () => {
  it.each(['https://gate.example.com/fly', 'https://gate.example.com/fly/'])(
    'takes the base %s',
    async (baseUrl) => {
      const { client, seen } = setUp(() => Response.json({ id: 'm' }), { baseUrl });
      await get(client);
      expect(seen[0]?.url.href).toBe('https://gate.example.com/fly/v1/apps/kc-1/machines/148e2d1d7d1289');
    },
  );

  it.each([
    ['fo1_abc', 'Bearer fo1_abc'],
    ['FlyV1 fm2_abc,fm2_def', 'FlyV1 fm2_abc,fm2_def'],
  ])('sends the token %s as %s', async (token, authorization) => {
    const { client, seen } = setUp(() => Response.json({ id: 'm' }), { token });
    await get(client);
    expect(seen[0]?.headers.get('authorization')).toBe(authorization);
  });
});

describe('an answer that can’t be read', () => {
  it.each([
    ['an HTML page', () => new Response(HTML)],
    ['an empty body', () => new Response('')],
    ['another shape', () => Response.json({ id: 7 })],
  ])('(%s) fails a read and leaves a write in doubt', async (_what, answer) => {
    expect(await kindOf(get(setUp(answer).client))).toBe('unavailable');
    expect(await kindOf(post(setUp(answer).client))).toBe('ambiguous');
  });

  it.each([502, 503])('(an HTML page with %i) likewise', async (status) => {
    const answer = () => new Response(HTML, { status });
    expect(await kindOf(get(setUp(answer).client))).toBe('unavailable');
    expect(await kindOf(post(setUp(answer).client))).toBe('ambiguous');
  });

  it('(an HTML page with 404) is not an absence', async () => {
    expect(await kindOf(get(setUp(() => new Response(HTML, { status: 404 })).client))).toBe('unavailable');
  });

  it('(a redirect) is not followed', async () => {
    const headers = { location: 'https://evil.example.com/' };
    const { client, seen } = setUp(() => new Response(null, { status: 307, headers }));
    expect(await kindOf(post(client))).toBe('ambiguous');
    expect(seen).toHaveLength(1);
  });
});

describe('a list', () => {
  const list = (client: ReturnType<typeof setUp>['client']) =>
    client.list(ROUTES.listMachines, { params: PARAMS, schema: z.array(Item) });

  it('is read to its last page, short and empty ones included', async () => {
    const pages = new Map([
      [null, { ids: ['a'], next: 'p2' }],
      ['p2', { ids: [], next: 'p3' }],
      ['p3', { ids: ['b', 'c'], next: '' }],
    ]);
    const { client } = setUp((url) => {
      const page = pages.get(url.searchParams.get('cursor'));
      const headers = { 'fly-next-cursor': page?.next ?? '' };
      return Response.json(
        page?.ids.map((id) => ({ id })),
        { headers },
      );
    });
    expect((await list(client)).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  });

  it('without end is refused, never cut', async () => {
    const { client, seen } = setUp(() =>
      Response.json([{ id: 'a' }], { headers: { 'fly-next-cursor': 'on' } }),
    );
    expect(await kindOf(list(client))).toBe('unavailable');
    expect(seen).toHaveLength(50);
  });
});

describe('pathOf', () => {
  it('encodes what is put in', () => {
    expect(pathOf('/v1/apps/{app}', { app: 'a/../b?c' })).toBe('/v1/apps/a%2F..%2Fb%3Fc');
  });

  it.each(['', '.', '..'])('refuses "%s", which would name another path', (app) => {
    expect(() => pathOf('/v1/apps/{app}/machines', { app })).toThrow(/app/);
  });

  it('refuses a missing part', () => {
    expect(() => pathOf('/v1/apps/{app}', {})).toThrow(/app/);
  });
});
