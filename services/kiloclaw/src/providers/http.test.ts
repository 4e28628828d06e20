import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { CallGate } from './call-gate.ts';
import type { ProviderCall } from './call-log.ts';
import { createHttp, type Fetch, type HttpOptions, parseRetryAfter } from './http.ts';
import type { HttpRequest } from './http-exchange.ts';
import { ProviderError } from './provider-error.ts';

const SECRET = 'canary-token-51';
const GET: HttpRequest = { method: 'GET', route: '/v1/things/{thing}', path: '/v1/things/7' };
const POST: HttpRequest = { method: 'POST', route: '/v1/things', path: '/v1/things', body: { env: SECRET } };

type Reply = Response | Error;

function setUp(replies: Reply[], options: Partial<HttpOptions> = {}) {
  const sent: { url: string; init: RequestInit }[] = [];
  const calls: ProviderCall[] = [];
  const slept: number[] = [];
  const fetch: Fetch = async (url, init) => {
    sent.push({ url, init });
    const reply = replies.shift();
    if (reply === undefined) throw new Error('one request too many');
    if (reply instanceof Error) throw reply;
    return reply;
  };
  const send = createHttp({
    provider: 'fly',
    fetch,
    baseUrl: 'https://api.example.com',
    headers: { authorization: `Bearer ${SECRET}` },
    requestIdHeader: 'x-request-id',
    log: (call) => calls.push(call),
    ...options,
    timing: {
      sleep: async (ms) => void slept.push(ms),
      fraction: () => 0.5,
      now: () => 1_000,
      ...options.timing,
    },
  });
  return { send, sent, calls, slept };
}

const json = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers });

const errorOf = async (promise: Promise<unknown>): Promise<ProviderError> => {
  const error = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof ProviderError) return error;
  throw new Error('no ProviderError was thrown');
};

describe('a call', () => {
  it('sends JSON with its headers, never follows a redirect, and returns the parsed answer', async () => {
    const { send, sent } = setUp([json(201, { id: 7 }, { 'x-request-id': 'r1' })]);
    const answer = await send(POST);
    expect(answer).toMatchObject({ status: 201, json: { id: 7 }, requestId: 'r1' });
    const { url, init } = sent[0] ?? {};
    expect(url).toBe('https://api.example.com/v1/things');
    expect(init).toMatchObject({ method: 'POST', redirect: 'manual', body: JSON.stringify(POST.body) });
    const headers = new Headers(init?.headers);
    expect(headers.get('authorization')).toBe(`Bearer ${SECRET}`);
    expect(headers.get('content-type')).toBe('application/json');
  });

  it.each(['https://api.example.com/', 'https://api.example.com'])(
    'adds its path to the base %s',
    async (baseUrl) => {
      const { send, sent } = setUp([json(200, {})], { baseUrl });
      await send(GET);
      expect(sent[0]?.url).toBe('https://api.example.com/v1/things/7');
    },
  );

  it('keeps the path of the base', async () => {
    const { send, sent } = setUp([json(200, {})], { baseUrl: 'https://gate.example.com/fly//' });
    await send(GET);
    expect(sent[0]?.url).toBe('https://gate.example.com/fly/v1/things/7');
  });

  it('passes on a redirect as it is', async () => {
    const { send, sent } = setUp([
      new Response(null, { status: 302, headers: { location: 'https://evil.example.com' } }),
    ]);
    expect((await send(GET)).status).toBe(302);
    expect(sent).toHaveLength(1);
  });

  it.each([
    ['an HTML page', '<html><body>Bad gateway</body></html>'],
    ['nothing', ''],
    ['cut JSON', '{"id":'],
  ])('reads %s as no JSON', async (_what, body) => {
    const { send } = setUp([new Response(body, { status: 200 })]);
    expect((await send(GET)).json).toBeUndefined();
  });

  it('gives up after its timeout', async () => {
    const fetch: Fetch = (_url, init) =>
      new Promise((_resolve, reject) => {
        init.signal?.addEventListener('abort', () => reject(new Error('aborted')));
      });
    const { send } = setUp([], { fetch });
    const error = await errorOf(send({ ...GET, timeoutMs: 5, tries: 1 }));
    expect(error.kind).toBe('unavailable');
  });
});

describe('the timer of a call', () => {
  afterEach(() => vi.useRealTimers());

  it.each([
    ['an answer', json(200, {})],
    ['a cut connection', new Error('cut')],
  ])('is gone after %s', async (_what, reply) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { send, sent } = setUp([reply]);
    await send(POST).catch(() => undefined);
    expect(sent).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a read', () => {
  it('is tried again after a cut connection, a server error and a throttle, each try logged', async () => {
    const { send, calls, slept } = setUp([new Error('cut'), json(502, {}), json(200, { ok: true })]);
    expect((await send(GET)).status).toBe(200);
    expect(calls.map(({ status, attempt }) => [status, attempt])).toEqual([
      [null, 1],
      [502, 2],
      [200, 3],
    ]);
    expect(slept).toEqual([150, 300]);
  });

  it('ends with the last answer, and with unavailable where none came', async () => {
    const failing = setUp([json(503, {}), json(503, {}), json(503, {})]);
    expect((await failing.send(GET)).status).toBe(503);
    const silent = setUp([new Error('a'), new Error('b'), new Error('c')]);
    expect((await errorOf(silent.send(GET))).kind).toBe('unavailable');
  });

  it('waits as long as Retry-After says', async () => {
    const { send, slept } = setUp([json(429, {}, { 'retry-after': '1' }), json(200, {})]);
    await send(GET);
    expect(slept).toEqual([1_000]);
  });

  it('passes on the answer where Retry-After is longer than it may wait', async () => {
    const { send, slept } = setUp([json(429, {}, { 'retry-after': '60' })]);
    expect(await send(GET)).toMatchObject({ status: 429, retryAfterMs: 60_000 });
    expect(slept).toEqual([]);
  });

  it.each([400, 401, 404, 408, 409])('is not repeated after %i', async (status) => {
    const { send, sent } = setUp([json(status, {})]);
    await send(GET);
    expect(sent).toHaveLength(1);
  });

  it('counts an answer whose body breaks off as none', async () => {
    const broken = () =>
      new Response(new ReadableStream({ pull: (controller) => controller.error(new Error('reset')) }), {
        status: 200,
      });
    const { send, calls } = setUp([broken()]);
    expect((await errorOf(send({ ...GET, tries: 1 }))).kind).toBe('unavailable');
    expect(calls[0]?.status).toBe(200);
  });
});

describe('anything but a read', () => {
  it.each(['POST', 'PUT', 'PATCH', 'DELETE'] as const)(
    '%s is sent once, and ambiguous where no answer came',
    async (method) => {
      const silent = setUp([new Error('cut')]);
      expect((await errorOf(silent.send({ ...POST, method }))).kind).toBe('ambiguous');
      expect(silent.sent).toHaveLength(1);
      const failing = setUp([json(503, {})]);
      expect((await failing.send({ ...POST, method })).status).toBe(503);
      expect(failing.sent).toHaveLength(1);
    },
  );
});

describe('the gate', () => {
  const refused = () =>
    new ProviderError({ provider: 'fly', kind: 'rate_limited', message: 'not now', retryAfterMs: 70_000 });

  it('is asked before every try, and told of every answer', async () => {
    const seen: string[] = [];
    const gate: CallGate = {
      admit: async ({ route }) => void seen.push(`may I ${route}`),
      answered: async (_request, { status }) => void seen.push(`${status}`),
    };
    const { send } = setUp([new Error('cut'), json(503, {}), json(200, {})], { gate });
    await send(GET);
    const asked = `may I ${GET.route}`;
    expect(seen).toEqual([asked, asked, '503', asked, '200']);
  });

  it.each([GET, POST])(
    'keeps $method from being sent, in its own words and without another try',
    async (request) => {
      const admit = async () => {
        throw refused();
      };
      const { send, sent, calls, slept } = setUp([], { gate: { admit, answered: async () => {} } });
      const error = await errorOf(send(request));
      expect([error.kind, error.facts.retryAfterMs]).toEqual(['rate_limited', 70_000]);
      expect([sent, calls, slept]).toEqual([[], [], []]);
    },
  );
});

describe('secrets', () => {
  it('are in no log line and no error', async () => {
    const { send, calls } = setUp([new Error('cut')]);
    const error = await errorOf(send(POST));
    expect(JSON.stringify([calls, error.message, error.facts])).not.toContain(SECRET);
    expect(calls[0]).toMatchObject({ provider: 'fly', method: 'POST', route: '/v1/things', status: null });
  });

  it('are not quoted by the refusal of a header', () => {
    const make = () => setUp([], { headers: { authorization: `Bearer ${SECRET}\nx` } });
    expect(make).toThrow(/header authorization/);
    expect(make).not.toThrow(new RegExp(SECRET));
  });
});

it.each(['ftp://api.example.com', 'api.example.com', 'https://api.example.com?x=1', ''])(
  'refuses the base URL "%s"',
  (baseUrl) => expect(() => setUp([], { baseUrl })).toThrow(/base URL/),
);

describe('parseRetryAfter', () => {
  it('reads seconds and dates, and nothing else', () => {
    expect(parseRetryAfter('7', 0)).toBe(7_000);
    expect(parseRetryAfter('Thu, 01 Jan 1970 00:01:00 GMT', 10_000)).toBe(50_000);
    expect(parseRetryAfter('Thu, 01 Jan 1970 00:00:00 GMT', 10_000)).toBe(0);
    expect(parseRetryAfter('soon', 0)).toBeUndefined();
    expect(parseRetryAfter(null, 0)).toBeUndefined();
  });

  it('is never negative and never not a number', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(), (value, nowMs) => {
        const parsed = parseRetryAfter(value, nowMs);
        expect(parsed === undefined || parsed >= 0).toBe(true);
      }),
    );
  });
});
