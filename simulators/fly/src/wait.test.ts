import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock } from '@kiloclaw/simulator-kit/testing/manual-clock';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createApp } from './apps.ts';
import { createMachine } from './machines.ts';
import { DEFAULT_SETTINGS } from './settings.ts';
import { Store } from './store.ts';
import { type Answer, field, Harness, PATIENT, text } from './testing/harness.ts';
import { waitForMachine } from './wait.ts';

const APP = 'waiting';
const MACHINES = `/apps/${APP}/machines`;
const RUNNING_AFTER_MS = DEFAULT_SETTINGS.createMs + DEFAULT_SETTINGS.startMs;
const MAX_POLLS = 5000;
let harness: Harness;

beforeAll(async () => {
  harness = await Harness.start(DEFAULT_SETTINGS);
  await harness.app(APP);
});

afterAll(() => harness.stop());

const wait = (machineId: string, query: string) =>
  harness.api('GET', `${MACHINES}/${machineId}/wait?${query}`);

// Starts a wait and returns once the simulator is really waiting: time may then be moved.
async function beginWait(machineId: string, query: string): Promise<{ answer: Promise<Answer> }> {
  const before = harness.clock.pending;
  const answer = wait(machineId, query);
  for (let polls = 0; harness.clock.pending === before && polls < MAX_POLLS; polls += 1) {
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  expect(harness.clock.pending).toBe(before + 1);
  return { answer };
}

async function runningMachine(): Promise<{ id: string; version: string }> {
  const machine = await harness.machine(APP);
  harness.clock.move(RUNNING_AFTER_MS);
  return { id: text(machine, 'id'), version: text(machine, 'instance_id') };
}

async function newestEventId(machineId: string): Promise<string> {
  return text((await harness.api('GET', `${MACHINES}/${machineId}/events?limit=1`)).body, '0.id');
}

describe('wait: what it takes', () => {
  it.each(['0', '61', '-1', '120'])('answers 400 to a timeout of %s s', async (timeout) => {
    const { id } = await runningMachine();
    const answer = await wait(id, `timeout=${timeout}`);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({
      error: 'invalid_argument: invalid WaitMachineRequest.Timeout: value must be inside range [1s, 1m0s]',
    });
  });

  it.each(['1.5', '10s', 'soon'])('answers 400 to the timeout %j', async (timeout) => {
    const { id } = await runningMachine();
    const answer = await wait(id, `timeout=${timeout}`);
    expect([answer.status, text(answer.body, 'error')]).toEqual([
      400,
      'invalid_argument: timeout must be whole seconds',
    ]);
  });

  it.each(['1', '60', ''])('takes a timeout of "%s"', async (timeout) => {
    const { id } = await runningMachine();
    expect((await harness.odd('GET', `${MACHINES}/${id}/wait?timeout=${timeout}`)).status).toBe(200);
  });

  it.each(['running', 'started,running', 'created', 'replacing'])(
    'answers 400 to the state %s',
    async (state) => {
      const { id } = await runningMachine();
      expect((await wait(id, `state=${state}`)).status).toBe(400);
    },
  );

  it('needs the version when it waits for stopped', async () => {
    const { id, version } = await runningMachine();
    await harness.api('POST', `${MACHINES}/${id}/stop`);
    harness.clock.move(DEFAULT_SETTINGS.stopMs);
    expect((await wait(id, 'state=stopped')).status).toBe(400);
    expect((await wait(id, 'state=started&state=stopped')).status).toBe(400);
    for (const key of ['version', 'instance_id']) {
      expect((await wait(id, `state=stopped&${key}=${version}`)).body).toEqual({
        ok: true,
        version,
        state: 'stopped',
        event_id: await newestEventId(id),
      });
    }
  });

  it('answers 404 for an unknown machine or version', async () => {
    const { id } = await runningMachine();
    expect((await wait('00000000000000', '')).status).toBe(404);
    expect((await wait(id, 'version=01UNKNOWN')).status).toBe(404);
  });
});

describe('wait: when it answers', () => {
  it('at once where the state is reached, started being the default', async () => {
    const { id, version } = await runningMachine();
    expect((await wait(id, '')).body).toEqual({
      ok: true,
      version,
      state: 'started',
      event_id: await newestEventId(id),
    });
    expect((await wait(id, 'state=failed,settled')).status).toBe(200);
    expect((await wait(id, 'state=failed&state=started')).status).toBe(200);
  });

  it('only after the event that it is told to go on from', async () => {
    const { id } = await runningMachine();
    const from = await newestEventId(id);
    const { answer } = await beginWait(id, `state=started&from_event_id=${from}`);
    await harness.api('POST', `${MACHINES}/${id}/restart`);
    harness.clock.move(DEFAULT_SETTINGS.restartMs);
    const { status, body } = await answer;
    expect([status, text(body, 'event_id')]).toEqual([200, await newestEventId(id)]);
    expect((await wait(id, `from_event_id=${from}`)).status).toBe(200);
  });

  it('to settled in whichever resting state the machine comes to', async () => {
    const { id, version } = await runningMachine();
    const path = `${MACHINES}/${id}`;
    await harness.api('POST', `${path}/stop`);
    harness.clock.move(DEFAULT_SETTINGS.stopMs);
    const updated = await harness.api('POST', path, { config: { image: 'x' } });
    const next = text(updated.body, 'instance_id');
    const { answer } = await beginWait(id, `state=settled&version=${next}`);
    harness.clock.move(DEFAULT_SETTINGS.updateMs);
    expect((await answer).body).toMatchObject({ ok: true, state: 'stopped', version: next });
    expect((await wait(id, `state=settled&version=${version}`)).status).toBe(412);
  });

  it('the moment the state is reached', async () => {
    const id = text(await harness.machine(APP), 'id');
    const { answer } = await beginWait(id, 'state=started&timeout=60');
    let isAnswered = false;
    const watched = answer.then((value) => {
      isAnswered = true;
      return value;
    });
    harness.clock.move(RUNNING_AFTER_MS - 1);
    await harness.api('GET', `${MACHINES}/${id}`);
    expect(isAnswered).toBe(false);
    harness.clock.move(1);
    expect((await watched).status).toBe(200);
  });

  it('with 408 when the time is over, naming both states', async () => {
    const { id } = await runningMachine();
    await harness.api('POST', `${MACHINES}/${id}`, { config: { image: 'x' } });
    const { answer } = await beginWait(id, 'state=started&timeout=1');
    harness.clock.move(1000);
    const { status, body } = await answer;
    expect([status, body]).toEqual([
      408,
      {
        error: 'deadline_exceeded: machine failed to reach desired state, started, currently replacing',
      },
    ]);
    harness.clock.move(DEFAULT_SETTINGS.updateMs);
    expect(await harness.stateOf(APP, id)).toBe('started');
  });

  it('settled only when the transition is over', async () => {
    const id = text(await harness.machine(APP, {}, { skip_launch: true }), 'id');
    const { answer } = await beginWait(id, 'state=settled');
    harness.clock.move(DEFAULT_SETTINGS.createMs);
    expect(field((await answer).body, 'state')).toBe('created');
  });

  it('with 412 naming "currently replaced" when an update replaces the version waited for', async () => {
    const { id, version } = await runningMachine();
    const { answer } = await beginWait(id, `state=stopped&version=${version}`);
    await harness.api('POST', `${MACHINES}/${id}`, { config: { image: 'x' } });
    for (const refused of [await answer, await wait(id, `version=${version}`)]) {
      expect(refused.status).toBe(412);
      expect(text(refused.body, 'error')).toContain('currently replaced');
    }
  });

  it('when a destroyed machine is gone at once', async () => {
    const { id } = await runningMachine();
    await harness.control('POST', '/settings', { tombstoneMs: 0 });
    const { answer } = await beginWait(id, 'state=destroyed');
    await harness.api('DELETE', `${MACHINES}/${id}?force=true`);
    harness.clock.move(DEFAULT_SETTINGS.destroyMs);
    expect(await answer).toMatchObject({ status: 200, body: { ok: true, state: 'destroyed' } });
    await harness.control('POST', '/settings', { tombstoneMs: DEFAULT_SETTINGS.tombstoneMs });
  });

  it('with 404 when the machine vanishes while another state is waited for', async () => {
    const { id, version } = await runningMachine();
    const { answer } = await beginWait(id, `state=stopped&version=${version}`);
    await harness.control('POST', `/machines/${id}`, { delete: true });
    expect((await answer).status).toBe(404);
  });

  it('no more, and leaves nothing behind, once the client has hung up', async () => {
    const { id } = await runningMachine();
    const before = harness.clock.pending;
    const hangUp = new AbortController();
    const url = `${harness.simulator.url}/v1${MACHINES}/${id}/wait?state=failed`;
    const lost = fetch(url, { headers: { authorization: 'Bearer test-token' }, signal: hangUp.signal });
    const outcome = lost.catch(() => 'hung up');
    await expect.poll(() => harness.clock.pending, PATIENT).toBe(before + 1);
    hangUp.abort();
    expect(await outcome).toBe('hung up');
    await expect.poll(() => harness.clock.pending, PATIENT).toBe(before);
  });

  it('not at all to a client that went before the wait began', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'fly-wait-'));
    const clock = new ManualClock();
    const store = new Store(dir, clock, () => DEFAULT_SETTINGS);
    const sim = { store, clock, settings: () => DEFAULT_SETTINGS };
    const request = (params: Record<string, string>, body: object, query = '') => ({
      params,
      query: new URLSearchParams(query),
      bodyText: JSON.stringify(body),
      leaseNonce: null,
      gone: AbortSignal.abort(),
    });
    createApp(sim, request({}, { name: 'one', org_slug: 'personal' }));
    const machine = createMachine(sim, request({ app: 'one' }, { config: { image: 'x' } })).body;
    const timers = clock.pending;
    const leave = vi.fn();
    vi.spyOn(store, 'subscribe').mockReturnValue(leave);
    const wait = waitForMachine(
      sim,
      request({ app: 'one', machine: text(machine, 'id') }, {}, 'state=failed'),
    );
    await expect(wait).rejects.toThrow('nobody waits any more');
    expect(clock.pending).toBe(timers);
    expect(leave).toHaveBeenCalled();
    store.close();
    rmSync(dir, { recursive: true });
  });
});
