import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Answer, field, Harness, PATIENT, TOKEN, text } from './testing/harness.ts';

const APP = 'faulty';
const VOLUMES = `/apps/${APP}/volumes`;
const CREATE = 'POST /v1/apps/{app}/volumes';
const LIST = 'GET /v1/apps/{app}/volumes';
const WAIT = 'GET /v1/apps/{app}/machines/{machine}/wait';
let harness: Harness;

beforeEach(async () => {
  harness = await Harness.start();
  await harness.app(APP);
});

afterEach(() => harness.stop());

const create = () => harness.api('POST', VOLUMES, { name: 'data', region: 'iad' });
const NO_ANSWER = 'no answer';
const orNoAnswer = (call: Promise<Answer>) => call.then(({ status }) => status).catch(() => NO_ANSWER);

// The effect is read from the control port, which no fault touches.
async function volumeCount(): Promise<number> {
  const volumes = field((await harness.control('GET', '/state')).body, 'volumes');
  return Array.isArray(volumes) ? volumes.length : -1;
}

async function arm(fault: object): Promise<string> {
  const answer = await harness.control('POST', '/faults', fault);
  expect(answer.status).toBe(201);
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

describe('fail_before', () => {
  it('answers 500 without an effect, once', async () => {
    const id = await arm({ route: CREATE, kind: 'fail_before' });
    const answer = await create();
    expect([answer.status, answer.body]).toEqual([
      500,
      { error: 'internal: server error', status: 'unknown' },
    ]);
    expect(await volumeCount()).toBe(0);
    expect(await faultView(id)).toMatchObject({ fired: 1, holding: false });
    expect(await lastCall()).toMatchObject({ status: 500, faultId: id });
    expect((await create()).status).toBe(200);
    expect(await faultView(id)).toMatchObject({ fired: 1 });
  });

  it('answers what it was told', async () => {
    await arm({ route: CREATE, kind: 'fail_before', status: 400, body: { error: 'no capacity' } });
    const answer = await create();
    expect([answer.status, answer.body]).toEqual([400, { error: 'no capacity' }]);
  });
});

describe('lose_answer', () => {
  it('has its effect, then cuts the connection', async () => {
    const id = await arm({ route: CREATE, kind: 'lose_answer' });
    expect(await orNoAnswer(create())).toBe(NO_ANSWER);
    expect(await volumeCount()).toBe(1);
    expect(await faultView(id)).toMatchObject({ fired: 1 });
    expect(await lastCall()).toMatchObject({ route: CREATE, status: null, faultId: id });
  });
});

describe('hold_before', () => {
  it('waits before its effect and has it when told to proceed', async () => {
    const id = await arm({ route: CREATE, kind: 'hold_before' });
    const answer = create();
    await untilHeld(id);
    expect(await faultView(id)).toMatchObject({ fired: 1, holding: true });
    expect(await volumeCount()).toBe(0);
    await release(id, 'proceed');
    expect((await answer).status).toBe(200);
    expect(await volumeCount()).toBe(1);
    expect(await faultView(id)).toMatchObject({ holding: false });
  });

  it('has no effect and no answer when dropped', async () => {
    const id = await arm({ route: CREATE, kind: 'hold_before' });
    const outcome = orNoAnswer(create());
    await untilHeld(id);
    await release(id, 'drop');
    expect(await outcome).toBe(NO_ANSWER);
    expect(await volumeCount()).toBe(0);
  });

  it('has its effect although the client has gone meanwhile', async () => {
    const id = await arm({ route: CREATE, kind: 'hold_before' });
    const hangUp = new AbortController();
    const outcome = fetch(`${harness.simulator.url}/v1${VOLUMES}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}` },
      body: JSON.stringify({ name: 'late', region: 'iad' }),
      signal: hangUp.signal,
    }).catch(() => NO_ANSWER);
    await untilHeld(id);
    hangUp.abort();
    expect(await outcome).toBe(NO_ANSWER);
    expect(await volumeCount()).toBe(0);
    await release(id, 'proceed');
    await expect.poll(volumeCount, PATIENT).toBe(1);
  });
});

describe('hold_after', () => {
  it('has its effect, also on disk, and answers when told to', async () => {
    const id = await arm({ route: CREATE, kind: 'hold_after' });
    const answer = create();
    await untilHeld(id);
    expect(await volumeCount()).toBe(1);
    await release(id, 'proceed');
    expect(text((await answer).body, 'name')).toBe('data');
  });

  it('gives no answer when dropped, and the effect stays', async () => {
    const id = await arm({ route: CREATE, kind: 'hold_after' });
    const outcome = orNoAnswer(create());
    await untilHeld(id);
    await release(id, 'drop');
    expect(await outcome).toBe(NO_ANSWER);
    expect(await volumeCount()).toBe(1);
  });

  it('survives the end of the simulator with its effect, not its answer', async () => {
    const id = await arm({ route: CREATE, kind: 'hold_after' });
    const outcome = orNoAnswer(create());
    await untilHeld(id);
    await harness.restart();
    expect(await outcome).toBe(NO_ANSWER);
    expect(await volumeCount()).toBe(1);
  });
});

describe('delay', () => {
  it('answers, and has its effect, after the delay', async () => {
    const id = await arm({ route: CREATE, kind: 'delay', delayMs: 500 });
    const answer = create();
    await expect.poll(() => harness.clock.pending, PATIENT).toBe(1);
    harness.clock.move(499);
    expect(await volumeCount()).toBe(0);
    harness.clock.move(1);
    expect((await answer).status).toBe(200);
    expect(await volumeCount()).toBe(1);
    expect(await faultView(id)).toMatchObject({ fired: 1 });
  });
});

describe('arming', () => {
  it('counts matching calls from the moment of arming, and fires as often as told', async () => {
    await create();
    const id = await arm({ route: CREATE, kind: 'fail_before', nth: 2, times: 2 });
    await harness.api('GET', VOLUMES);
    const statuses = [];
    for (let calls = 0; calls < 4; calls += 1) statuses.push((await create()).status);
    expect(statuses).toEqual([200, 500, 500, 200]);
    expect(await faultView(id)).toMatchObject({ fired: 2 });
  });

  it('fires one fault a call: the first armed, the next one on the next call', async () => {
    await arm({ route: LIST, kind: 'fail_before', status: 501 });
    await arm({ route: LIST, kind: 'fail_before', status: 502 });
    const statuses = [];
    for (let calls = 0; calls < 3; calls += 1) statuses.push((await harness.api('GET', VOLUMES)).status);
    expect(statuses).toEqual([501, 502, 200]);
  });

  it('lets every call go that one fault holds', async () => {
    const id = await arm({ route: CREATE, kind: 'hold_before', times: 2 });
    const answers = [create(), create()];
    await expect.poll(async () => field(await faultView(id), 'fired'), PATIENT).toBe(2);
    await release(id, 'proceed');
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200]);
  });

  it('does not count for another route', async () => {
    const id = await arm({ route: 'GET /v1/apps/{app}', kind: 'fail_before' });
    expect((await create()).status).toBe(200);
    expect(await faultView(id)).toMatchObject({ fired: 0 });
  });

  it.each([
    [{ route: 'GET /v1/nowhere', kind: 'delay', delayMs: 1 }, 'GET /routes'],
    [{ route: CREATE, kind: 'explode' }, 'kind'],
    [{ route: CREATE, kind: 'delay' }, 'delayMs'],
    [{ route: CREATE, kind: 'fail_before', nth: 0 }, 'nth'],
    [{ route: CREATE, kind: 'fail_before', status: 200 }, 'status'],
    [{ route: CREATE, kind: 'fail_before', often: 2 }, 'often'],
    ['not json', 'JSON'],
  ])('answers 400 to %j', async (fault, words) => {
    const answer = await harness.control('POST', '/faults', fault);
    expect(answer.status).toBe(400);
    expect(text(answer.body, 'error')).toContain(words);
  });
});

describe('watching and ending faults', () => {
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
    expect((await create()).status).toBe(200);
  });

  it('drops a call that reaches its hold only after the faults were cleared', async () => {
    const machineId = text(await harness.machine(APP), 'id');
    await arm({ route: WAIT, kind: 'hold_after' });
    const outcome = orNoAnswer(harness.api('GET', `/apps/${APP}/machines/${machineId}/wait?state=failed`));
    await expect.poll(() => harness.clock.pending, PATIENT).toBe(1);
    await harness.control('DELETE', '/faults');
    await harness.control('POST', `/machines/${machineId}`, { state: 'failed' });
    expect(await outcome).toBe(NO_ANSWER);
  });

  it('drops held, delayed and waiting calls when the simulator closes', async () => {
    const machineId = text(await harness.machine(APP), 'id');
    const held = await arm({ route: CREATE, kind: 'hold_before' });
    await arm({ route: 'POST /v1/apps', kind: 'delay', delayMs: 60_000 });
    const failures = vi.spyOn(process.stderr, 'write');
    const outcomes = [
      create(),
      harness.api('POST', '/apps', { name: 'delayed', org_slug: 'personal' }),
      harness.api('GET', `/apps/${APP}/machines/${machineId}/wait?state=failed`),
    ].map(orNoAnswer);
    await untilHeld(held);
    await expect.poll(() => harness.clock.pending, PATIENT).toBe(2);
    await harness.restart();
    expect(await Promise.all(outcomes)).toEqual([NO_ANSWER, NO_ANSWER, NO_ANSWER]);
    expect(await volumeCount()).toBe(0);
    expect((await harness.api('GET', '/apps/delayed')).status).toBe(404);
    expect(harness.clock.pending).toBe(0);
    expect(failures).not.toHaveBeenCalled();
  });
});
