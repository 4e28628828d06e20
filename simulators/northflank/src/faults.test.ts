import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Answer, field, Harness, PATIENT, text } from './testing/harness.ts';

const PROJECT = 'faulty';
const VOLUMES = `/projects/${PROJECT}/volumes`;
const CREATE = 'POST /v1/projects/{project}/volumes';
const LIST = 'GET /v1/projects/{project}/volumes';
const READ = 'GET /v1/projects/{project}';
let harness: Harness;
let made = 0;

beforeEach(async () => {
  harness = await Harness.start();
  await harness.project(PROJECT);
  made = 0;
});

afterEach(() => harness.stop());

function create(): Promise<Answer> {
  made += 1;
  return harness.api('POST', VOLUMES, {
    name: `data-${made}`,
    mounts: [{ containerMountPath: '/data' }],
    spec: { accessMode: 'ReadWriteOnce', storageSize: 10_240 },
  });
}

const NO_ANSWER = 'no answer';
const orNoAnswer = (call: Promise<Answer>) => call.then(({ status }) => status).catch(() => NO_ANSWER);

// The effect is read from the control port, which no fault touches.
async function volumeCount(): Promise<number> {
  const volumes = field((await harness.control('GET', '/state')).body, 'volumes');
  return Array.isArray(volumes) ? volumes.length : -1;
}

async function arm(fault: object): Promise<string> {
  const answer = await harness.control('POST', '/faults', fault);
  expect([answer.status, answer.text]).toEqual([201, answer.text]);
  return text(answer.body, 'id');
}

async function untilHeld(id: string): Promise<void> {
  expect((await harness.control('GET', `/faults/${id}/held?timeoutMs=5000`)).status).toBe(200);
}

const release = (id: string, mode: string) => harness.control('POST', `/faults/${id}/release`, { mode });

async function faultView(id: string): Promise<unknown> {
  const faults = field((await harness.control('GET', '/faults')).body, 'faults');
  return Array.isArray(faults) ? faults.find((fault) => field(fault, 'id') === id) : null;
}

async function lastCall(): Promise<unknown> {
  const calls = field((await harness.control('GET', '/calls')).body, 'calls');
  return Array.isArray(calls) ? calls.at(-1) : null;
}

describe('failures before an effect', () => {
  it('answer 500 in the error envelope, once', async () => {
    const id = await arm({ route: CREATE, kind: 'fail_before' });
    const answer = await create();
    expect([answer.status, answer.body]).toEqual([
      500,
      { error: { status: 500, message: 'Internal server error.' } },
    ]);
    expect(await volumeCount()).toBe(0);
    expect(await lastCall()).toMatchObject({ status: 500, faultId: id });
    expect((await create()).status).toBe(200);
    expect(await faultView(id)).toMatchObject({ fired: 1, holding: false });
  });

  it('answer what they were told', async () => {
    const told = { status: 409, body: { message: 'no capacity' }, headers: { 'retry-after': '7' } };
    await arm({ route: CREATE, kind: 'fail_before', ...told });
    const answer = await create();
    expect([answer.status, answer.body]).toEqual([409, { message: 'no capacity' }]);
    expect(answer.headers.get('retry-after')).toBe('7');
  });

  it('throttle: 429 with nothing left, and nothing of the rate is spent', async () => {
    const remaining = async () =>
      Number((await harness.api('GET', VOLUMES)).headers.get('x-ratelimit-remaining'));
    const before = await remaining();
    await arm({ route: CREATE, kind: 'throttle' });
    const answer = await create();
    expect([answer.status, answer.headers.get('x-ratelimit-remaining')]).toEqual([429, '0']);
    expect(await remaining()).toBe(before - 1);
    expect(await volumeCount()).toBe(0);
  });

  it('html_error: the page of a gateway', async () => {
    await arm({ route: CREATE, kind: 'html_error' });
    const answer = await create();
    expect([answer.status, answer.headers.get('content-type')]).toEqual([502, 'text/html']);
    expect(answer.text).toContain('<html>');
    expect(await volumeCount()).toBe(0);
  });

  it('drop_before: no answer and no effect', async () => {
    await arm({ route: CREATE, kind: 'drop_before' });
    expect(await orNoAnswer(create())).toBe(NO_ANSWER);
    expect(await volumeCount()).toBe(0);
  });
});

describe('failures after an effect', () => {
  it('fail_after: has its effect and answers a failure', async () => {
    await arm({ route: CREATE, kind: 'fail_after', status: 504 });
    expect((await create()).status).toBe(504);
    expect(await volumeCount()).toBe(1);
  });

  it('lose_answer: has its effect, then cuts the connection', async () => {
    const id = await arm({ route: CREATE, kind: 'lose_answer' });
    expect(await orNoAnswer(create())).toBe(NO_ANSWER);
    expect(await volumeCount()).toBe(1);
    expect(await lastCall()).toMatchObject({ route: CREATE, status: null, faultId: id });
  });

  it('corrupt_answer: has its effect, and a body that does not parse', async () => {
    await arm({ route: CREATE, kind: 'corrupt_answer' });
    await expect(create()).rejects.toThrow(SyntaxError);
    expect(await volumeCount()).toBe(1);
  });

  it('corrupt_answer: has its effect, and a page of HTML in place of the answer', async () => {
    await arm({ route: CREATE, kind: 'corrupt_answer', status: 502, text: '<html>gateway</html>' });
    const answer = await create();
    expect([answer.status, answer.headers.get('content-type'), answer.text]).toEqual([
      502,
      'text/html',
      '<html>gateway</html>',
    ]);
    expect(await volumeCount()).toBe(1);
  });
});

describe('answers that are not what a client knows', () => {
  it('unknown_words: every status is a word unheard of, and the data has a field more', async () => {
    await harness.service(PROJECT, 'app');
    await arm({ route: 'GET /v1/projects/{project}/services/{service}', kind: 'unknown_words' });
    const data = await harness.read(`/projects/${PROJECT}/services/app`);
    expect(text(data, 'status.deployment.status')).toBe('UNHEARD_OF_COMPLETED');
    expect(field(data, 'unheardOf')).toBeDefined();
    expect(text(data, 'id')).toBe('app');
  });

  it('unknown_words: the status of a refusal, a number, stays', async () => {
    await arm({ route: READ, kind: 'unknown_words' });
    const answer = await harness.api('GET', '/projects/absent');
    expect(field(answer.body, 'error.status')).toBe(404);
  });

  it.each([
    ['of volumes', LIST, VOLUMES, []],
    ['of projects', 'GET /v1/projects', '/projects', { projects: [] }],
  ])('empty_list: a list %s is empty although there is something', async (_what, route, path, data) => {
    await create();
    await arm({ route, kind: 'empty_list' });
    expect((await harness.api('GET', path)).body).toEqual({
      data,
      pagination: { hasNextPage: false, count: 0 },
    });
    expect((await harness.api('GET', path)).body).not.toMatchObject({ pagination: { count: 0 } });
  });
});

describe('holding', () => {
  it('before an effect: has it when told to proceed, and neither it nor an answer when dropped', async () => {
    const id = await arm({ route: CREATE, kind: 'hold_before', times: 2 });
    const first = create();
    await untilHeld(id);
    expect(await volumeCount()).toBe(0);
    await release(id, 'proceed');
    expect((await first).status).toBe(200);
    const second = orNoAnswer(create());
    await untilHeld(id);
    await release(id, 'drop');
    expect(await second).toBe(NO_ANSWER);
    expect(await volumeCount()).toBe(1);
  });

  it('after an effect: has it, also on disk, and answers when told to', async () => {
    const id = await arm({ route: CREATE, kind: 'hold_after', times: 2 });
    const first = create();
    await untilHeld(id);
    expect(await volumeCount()).toBe(1);
    await release(id, 'proceed');
    expect((await first).status).toBe(200);
    const second = orNoAnswer(create());
    await untilHeld(id);
    await harness.restart();
    expect(await second).toBe(NO_ANSWER);
    expect(await volumeCount()).toBe(2);
  });

  it('answers 408 where nothing is held in time, 404 and 409 where nothing can be released', async () => {
    const id = await arm({ route: CREATE, kind: 'hold_before' });
    const poll = harness.control('GET', `/faults/${id}/held?timeoutMs=50`);
    await expect.poll(() => harness.clock.pending, PATIENT).toBe(1);
    harness.clock.move(50);
    expect((await poll).status).toBe(408);
    expect((await release(id, 'proceed')).status).toBe(409);
    expect((await release('fault-99', 'proceed')).status).toBe(404);
    expect((await release(id, 'explode')).status).toBe(400);
    expect((await harness.control('GET', `/faults/${id}/held?timeoutMs=60001`)).status).toBe(400);
  });

  it('drops held calls and ends polls when the faults are cleared', async () => {
    const held = await arm({ route: CREATE, kind: 'hold_before' });
    const idle = await arm({ route: LIST, kind: 'hold_before' });
    const outcome = orNoAnswer(create());
    await untilHeld(held);
    const poll = harness.control('GET', `/faults/${idle}/held?timeoutMs=60000`);
    await expect.poll(() => harness.clock.pending, PATIENT).toBe(1);
    await harness.control('DELETE', '/faults');
    expect(await outcome).toBe(NO_ANSWER);
    expect((await poll).status).toBe(408);
    expect((await harness.control('GET', '/faults')).body).toEqual({ faults: [] });
    expect(await volumeCount()).toBe(0);
  });

  it('delays an answer and its effect', async () => {
    await arm({ route: CREATE, kind: 'delay', delayMs: 500 });
    const answer = create();
    await expect.poll(() => harness.clock.pending, PATIENT).toBe(1);
    harness.clock.move(499);
    expect(await volumeCount()).toBe(0);
    harness.clock.move(1);
    expect((await answer).status).toBe(200);
  });

  it('drops held and delayed calls when the simulator closes', async () => {
    const held = await arm({ route: CREATE, kind: 'hold_before' });
    await arm({ route: READ, kind: 'delay', delayMs: 60_000 });
    const outcomes = [create(), harness.api('GET', `/projects/${PROJECT}`)].map(orNoAnswer);
    await untilHeld(held);
    await expect.poll(() => harness.clock.pending, PATIENT).toBe(1);
    await harness.restart();
    expect(await Promise.all(outcomes)).toEqual([NO_ANSWER, NO_ANSWER]);
    expect(await volumeCount()).toBe(0);
    expect(harness.clock.pending).toBe(0);
  });
});

describe('arming', () => {
  const statuses = async (calls: number): Promise<number[]> => {
    const seen = [];
    for (let call = 0; call < calls; call += 1) seen.push((await harness.api('GET', VOLUMES)).status);
    return seen;
  };

  it('counts matching calls from the moment of arming, and fires as often as told', async () => {
    await harness.api('GET', VOLUMES);
    await arm({ route: LIST, kind: 'fail_before', nth: 2, times: 2 });
    await create();
    expect(await statuses(4)).toEqual([200, 500, 500, 200]);
  });

  it('fires one fault a call: the first armed, the next one on the next call', async () => {
    await arm({ route: LIST, kind: 'fail_before', status: 501 });
    await arm({ route: LIST, kind: 'fail_before', status: 502 });
    expect(await statuses(3)).toEqual([501, 502, 200]);
  });

  it('takes any route for a star, and a twin under the team for its route', async () => {
    await arm({ route: '*', kind: 'fail_before', times: 2 });
    await arm({ route: READ, kind: 'fail_before', status: 503 });
    expect(await statuses(2)).toEqual([500, 500]);
    expect((await harness.api('GET', `/teams/sandbox-team/projects/${PROJECT}`)).status).toBe(503);
  });

  it('draws from a seed: about as many as the probability says, and the same ones again', async () => {
    const fault = { route: LIST, kind: 'fail_before', probability: 0.3, seed: 7 };
    const runs = [];
    for (let run = 0; run < 2; run += 1) {
      await arm(fault);
      runs.push(await statuses(60));
      await harness.control('DELETE', '/faults');
    }
    const failed = runs[0]?.filter((status) => status === 500).length ?? 0;
    expect(failed).toBeGreaterThan(6);
    expect(failed).toBeLessThan(36);
    expect(runs[1]).toEqual(runs[0]);
    await arm({ ...fault, seed: 8 });
    expect(await statuses(60)).not.toEqual(runs[0]);
  });

  it.each([
    [{ route: 'GET /v1/nowhere', kind: 'delay', delayMs: 1 }, 'GET /routes'],
    [{ route: CREATE, kind: 'explode' }, 'kind'],
    [{ route: CREATE, kind: 'delay' }, 'delayMs'],
    [{ route: CREATE, kind: 'fail_before', nth: 0 }, 'nth'],
    [{ route: CREATE, kind: 'fail_before', status: 200 }, 'status'],
    [{ route: CREATE, kind: 'fail_before', probability: 2 }, 'probability'],
    [{ route: CREATE, kind: 'fail_before', often: 2 }, 'often'],
    ['not json', 'JSON'],
  ])('answers 400 to %j', async (fault, words) => {
    const answer = await harness.control('POST', '/faults', fault);
    expect(answer.status).toBe(400);
    expect(text(answer.body, 'error')).toContain(words);
  });
});
