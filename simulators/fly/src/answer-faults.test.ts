import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { type Answer, field, Harness, text } from './testing/harness.ts';

const APP = 'spoilt';
const VOLUMES = `/apps/${APP}/volumes`;
const CREATE = 'POST /v1/apps/{app}/volumes';
const LIST = 'GET /v1/apps/{app}/volumes';
const harness = await Harness.start(undefined, { isJudged: false });
afterAll(() => harness.stop());

beforeEach(async () => {
  await harness.control('POST', '/reset');
  await harness.app(APP);
});

const arm = (fault: object) => harness.control('POST', '/faults', fault);
const create = () => harness.api('POST', VOLUMES, { name: 'data', region: 'iad' });
const noAnswer = (call: Promise<Answer>) => expect(call).rejects.toThrow('fetch failed');

// The effect is read from the control port, which no fault touches.
async function volumeCount(): Promise<number> {
  const volumes = field((await harness.control('GET', '/state')).body, 'volumes');
  return Array.isArray(volumes) ? volumes.length : -1;
}

describe('faults of one call', () => {
  it('fail_after has its effect and answers a failure', async () => {
    await arm({ route: CREATE, kind: 'fail_after', status: 408, body: { error: 'upstream timed out' } });
    const answer = await create();
    expect([answer.status, answer.body]).toEqual([408, { error: 'upstream timed out' }]);
    expect(await volumeCount()).toBe(1);
  });

  it('a failure may bring headers', async () => {
    await arm({ route: CREATE, kind: 'fail_before', status: 429, headers: { 'retry-after': '7' } });
    expect((await create()).headers.get('retry-after')).toBe('7');
    expect(await volumeCount()).toBe(0);
  });

  it('drop_before cuts the connection without an effect', async () => {
    await arm({ route: CREATE, kind: 'drop_before' });
    await noAnswer(create());
    expect(await volumeCount()).toBe(0);
  });

  it('corrupt_answer cuts the JSON of an answer whose effect is done', async () => {
    await arm({ route: CREATE, kind: 'corrupt_answer' });
    const response = await fetch(`${harness.simulator.url}/v1${VOLUMES}`, {
      method: 'POST',
      headers: { authorization: 'Bearer test-token' },
      body: JSON.stringify({ name: 'data', region: 'iad' }),
    });
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      'application/json; charset=utf-8',
    ]);
    const sent = await response.text();
    expect(sent).toMatch(/^\{"id":"vol_/);
    expect(() => JSON.parse(sent)).toThrow();
    expect(await volumeCount()).toBe(1);
  });

  it('corrupt_answer with a text answers that as HTML', async () => {
    await arm({ route: LIST, kind: 'corrupt_answer', status: 502, text: '<html>bad gateway</html>' });
    const answer = await harness.api('GET', VOLUMES);
    expect([answer.status, answer.headers.get('content-type'), answer.text]).toEqual([
      502,
      'text/html; charset=utf-8',
      '<html>bad gateway</html>',
    ]);
  });

  it('alter_answer puts words in that no client knows, in a list too, and changes nothing', async () => {
    await create();
    await arm({ route: LIST, kind: 'alter_answer', fields: { state: 'hibernating', novelty: 1 } });
    expect((await harness.api('GET', VOLUMES)).body).toMatchObject([
      { name: 'data', state: 'hibernating', novelty: 1 },
    ]);
    expect((await harness.api('GET', VOLUMES)).body).toMatchObject([{ state: 'created' }]);
    await arm({ route: CREATE, kind: 'alter_answer', fields: { id: null } });
    expect(field((await create()).body, 'id')).toBeNull();
  });
});

describe('faults on any route', () => {
  it('fire on whichever call comes', async () => {
    await arm({ route: '*', kind: 'fail_before', times: 2 });
    const seen = [
      (await create()).status,
      (await harness.api('GET', VOLUMES)).status,
      (await create()).status,
    ];
    expect(seen).toEqual([500, 500, 200]);
  });
});

describe('faults by chance', () => {
  const CALLS = 60;

  async function pattern(seed: number, probability: number): Promise<string> {
    await harness.control('DELETE', '/faults');
    await arm({ route: LIST, kind: 'fail_before', probability, seed });
    let seen = '';
    for (let calls = 0; calls < CALLS; calls += 1) {
      seen += (await harness.api('GET', VOLUMES)).status === 500 ? 'x' : '.';
    }
    return seen;
  }

  it('fall alike from the same seed, and otherwise from another', async () => {
    const first = await pattern(7, 0.3);
    expect(await pattern(7, 0.3)).toBe(first);
    expect(await pattern(8, 0.3)).not.toBe(first);
    const failures = first.replaceAll('.', '').length;
    expect(failures).toBeGreaterThan(CALLS * 0.1);
    expect(failures).toBeLessThan(CALLS * 0.6);
  });

  it('never fall at 0, and always at 1, unless their number is bounded', async () => {
    expect(await pattern(1, 0)).toBe('.'.repeat(CALLS));
    expect(await pattern(1, 1)).toBe('x'.repeat(CALLS));
    await harness.control('DELETE', '/faults');
    await arm({ route: LIST, kind: 'fail_before', probability: 1, times: 1 });
    const seen = [(await harness.api('GET', VOLUMES)).status, (await harness.api('GET', VOLUMES)).status];
    expect(seen).toEqual([500, 200]);
  });

  it('do not shift when another fault takes a call before them', async () => {
    const alone = await pattern(7, 0.3);
    await harness.control('DELETE', '/faults');
    await arm({ route: LIST, kind: 'fail_before', status: 501 });
    await arm({ route: LIST, kind: 'fail_before', probability: 0.3, seed: 7 });
    let seen = '';
    for (let calls = 0; calls < CALLS; calls += 1) {
      seen += (await harness.api('GET', VOLUMES)).status === 500 ? 'x' : '.';
    }
    expect(seen.slice(1)).toBe(alone.slice(1));
  });
});

describe('arming', () => {
  it.each([
    [{ route: LIST, kind: 'alter_answer' }, 'fields'],
    [{ route: LIST, kind: 'fail_before', probability: 2 }, 'probability'],
    [{ route: LIST, kind: 'fail_before', seed: -1 }, 'seed'],
  ])('answers 400 to %j', async (fault, words) => {
    const answer = await arm(fault);
    expect([answer.status, text(answer.body, 'error')]).toEqual([400, expect.stringContaining(words)]);
  });
});
