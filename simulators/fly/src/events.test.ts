import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { field, Harness, text } from './testing/harness.ts';

const APP = 'eventful';
let harness: Harness;
let path: string;
let id: string;

beforeAll(async () => {
  harness = await Harness.start();
  await harness.app(APP);
});
afterAll(() => harness.stop());

async function newMachine(config: object = {}): Promise<void> {
  id = text(await harness.machine(APP, config), 'id');
  path = `/apps/${APP}/machines/${id}`;
  await harness.api('GET', path);
}

async function events(query = ''): Promise<unknown[]> {
  const { body } = await harness.api('GET', `${path}/events${query}`);
  return Array.isArray(body) ? body : [];
}

const words = (list: unknown[]) =>
  list.map((event) => `${text(event, 'source')} ${text(event, 'type')} ${text(event, 'status')}`);

async function act(verb: string, body?: object): Promise<void> {
  const answer = await harness.api('POST', `${path}${verb}`, body);
  expect(answer.status).toBe(200);
  await harness.api('GET', path);
}

describe('events', () => {
  it('tell the course of a machine, newest first, by whom and into which state', async () => {
    await newMachine();
    await act('/stop');
    await act('', { config: { image: 'x' } });
    await act('/start');
    await act('/restart');
    expect(words(await events()).reverse()).toEqual([
      'user launch created',
      'flyd start starting',
      'flyd start started',
      'user stop stopping',
      'flyd exit stopped',
      'user update replacing',
      'flyd update replaced',
      'user start starting',
      'flyd start started',
      'user restart restarting',
      'flyd exit stopped',
      'flyd start started',
    ]);
  });

  it('are in the machine’s own view too', async () => {
    await newMachine();
    expect(field((await harness.api('GET', path)).body, 'events')).toEqual(await events());
  });

  it('have the shape of the service: a ULID and milliseconds', async () => {
    await newMachine();
    const [event] = await events('?limit=1');
    expect(text(event, 'id')).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
    expect(field(event, 'timestamp')).toBe(harness.clock.nowMs());
  });

  it('are 20 unless told otherwise, and 50 at most', async () => {
    await newMachine();
    for (let round = 0; round < 18; round += 1) await act('/restart');
    expect(await events()).toHaveLength(20);
    expect(await events('?limit=50')).toHaveLength(50);
    expect((await events('?limit=3'))[0]).toEqual((await events())[0]);
    for (const limit of ['0', '51', 'all']) {
      expect((await harness.api('GET', `${path}/events?limit=${limit}`)).status).toBe(400);
    }
  });

  it.each([
    ['/stop', '0', false],
    ['/restart', '1', true],
  ])('tell of a %s that it was requested, and whether it comes up again', async (verb, place, restarting) => {
    await newMachine();
    await act(verb);
    expect(field(await events(), `${place}.request.exit_event`)).toMatchObject({
      requested_stop: true,
      oom_killed: false,
      restarting,
    });
  });
});

describe('a machine that is killed for want of memory', () => {
  const kill = () => harness.control('POST', `/machines/${id}`, { out_of_memory: true });
  const state = async () => text((await harness.api('GET', path)).body, 'state');

  it('stops with the policy no, and its exit event says why', async () => {
    await newMachine({ restart: { policy: 'no' } });
    harness.clock.move(5000);
    await kill();
    expect(await state()).toBe('stopped');
    const [event] = await events('?limit=1');
    expect(words([event])).toEqual(['flyd exit stopped']);
    expect(field(event, 'request.exit_event')).toEqual({
      exit_code: 137,
      signal: 9,
      error: '',
      guest_exit_code: 0,
      guest_signal: -1,
      guest_error: '',
      oom_killed: true,
      requested_stop: false,
      restarting: false,
      exited_at: new Date(harness.clock.nowMs()).toISOString(),
    });
  });

  it('starts again with another policy', async () => {
    await newMachine({ restart: { policy: 'always' } });
    await kill();
    expect(await state()).toBe('started');
    expect(words(await events('?limit=3'))).toEqual([
      'flyd start started',
      'flyd start starting',
      'flyd exit stopped',
    ]);
  });

  it('starts again as often as its retries allow', async () => {
    await newMachine({ restart: { policy: 'on-failure', max_retries: 1 } });
    await kill();
    expect(await state()).toBe('started');
    await kill();
    expect(await state()).toBe('stopped');
    const exits = (await events()).filter((event) => text(event, 'type') === 'exit');
    expect(
      exits.map((event) => [
        field(event, 'request.restart_count'),
        field(event, 'request.exit_event.restarting'),
      ]),
    ).toEqual([
      [2, false],
      [1, true],
    ]);
  });
});

describe('a launch that fails', () => {
  it('ends in failed with an exit event', async () => {
    await harness.control('POST', '/settings', { launchFails: true });
    await newMachine();
    await harness.control('POST', '/settings', { launchFails: false });
    expect(text((await harness.api('GET', path)).body, 'state')).toBe('failed');
    expect(words(await events('?limit=1'))).toEqual(['flyd exit failed']);
    await act('/start');
    expect(text((await harness.api('GET', path)).body, 'state')).toBe('started');
  });
});
