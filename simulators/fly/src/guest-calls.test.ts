import { afterAll, describe, expect, it } from 'vitest';
import { field, Harness, text } from './testing/harness.ts';

const APP = 'guests';
const harness = await Harness.start();
await harness.app(APP);
afterAll(() => harness.stop());

async function machine(config: object = {}): Promise<string> {
  const path = `/apps/${APP}/machines/${text(await harness.machine(APP, config), 'id')}`;
  await harness.api('GET', path);
  return path;
}

async function stoppedMachine(): Promise<string> {
  const path = await machine();
  await harness.api('POST', `${path}/stop`);
  await harness.api('GET', path);
  return path;
}

const state = async (path: string) => text((await harness.api('GET', path)).body, 'state');

describe('suspend', () => {
  it('comes to suspended, and a start resumes', async () => {
    const path = await machine();
    expect((await harness.api('POST', `${path}/suspend`)).body).toEqual({ ok: true });
    expect(await state(path)).toBe('suspended');
    expect((await harness.api('POST', `${path}/suspend`)).status).toBe(200);
    const started = await harness.api('POST', `${path}/start`);
    expect(field(started.body, 'previous_state')).toBe('suspended');
    expect(await state(path)).toBe('started');
  });

  it('is refused with 412 on one that is down', async () => {
    expect((await harness.api('POST', `${await stoppedMachine()}/suspend`)).status).toBe(412);
  });
});

describe('cordon', () => {
  it('shows, and leaves the state as it is', async () => {
    const path = await machine();
    const view = async () => (await harness.api('GET', path)).body;
    await harness.api('POST', `${path}/cordon`);
    expect(await view()).toMatchObject({ cordoned: true, state: 'started' });
    await harness.api('POST', `${path}/uncordon`);
    expect(await view()).toMatchObject({ cordoned: false, state: 'started' });
  });
});

describe('signal', () => {
  it.each(['SIGTERM', 9])(
    '%s ends the process: stopped with the policy no, started again with always',
    async (signal) => {
      for (const [policy, after] of [
        ['no', 'stopped'],
        ['always', 'started'],
      ] as const) {
        const path = await machine({ restart: { policy } });
        expect((await harness.api('POST', `${path}/signal`, { signal })).status).toBe(200);
        expect(await state(path)).toBe(after);
        const events = (await harness.api('GET', `${path}/events`)).text;
        expect(events).toContain('"requested_stop":false');
        expect(events).not.toContain('"oom_killed":true');
      }
    },
  );

  it('SIGHUP leaves it running', async () => {
    const path = await machine({ restart: { policy: 'no' } });
    await harness.api('POST', `${path}/signal`, { signal: 'SIGHUP' });
    expect(await state(path)).toBe('started');
  });

  it.each([['SIGNAL'], [0], [99], [null]])('%s is refused with 400', async (signal) => {
    expect((await harness.api('POST', `${await machine()}/signal`, { signal })).status).toBe(400);
  });
});

describe('exec', () => {
  it('echoes, and finds no other command', async () => {
    const path = await machine();
    const run = async (body: object) => (await harness.api('POST', `${path}/exec`, body)).body;
    expect(await run({ command: ['echo', 'one', 'two'] })).toMatchObject({
      exit_code: 0,
      stdout: 'one two\n',
    });
    expect(await run({ cmd: 'echo one' })).toMatchObject({ exit_code: 0, stdout: 'one\n' });
    expect(await run({ command: ['df'] })).toMatchObject({
      exit_code: 127,
      stderr: 'df: command not found\n',
    });
    expect((await harness.api('POST', `${path}/exec`, {})).status).toBe(400);
  });

  it('and the list of processes need a started machine', async () => {
    const path = await stoppedMachine();
    expect((await harness.api('POST', `${path}/exec`, { command: ['echo'] })).status).toBe(412);
    expect((await harness.api('GET', `${path}/ps`)).status).toBe(412);
  });

  it('is refused with 409 while somebody else holds a lease', async () => {
    const path = await machine();
    const { body } = await harness.api('POST', `${path}/lease`, { ttl: 30 });
    const exec = (nonce?: string) => harness.api('POST', `${path}/exec`, { command: ['echo'] }, nonce);
    expect((await exec()).status).toBe(409);
    expect((await exec(text(body, 'data.nonce'))).status).toBe(200);
  });
});

describe('memory', () => {
  const guest = { cpu_kind: 'shared', cpus: 2, memory_mb: 1024, max_memory_mb: 2048 };

  it('changes live inside the most that the guest may have, until the next update', async () => {
    const path = await machine({ guest });
    const memory = async () => field((await harness.api('GET', `${path}/memory`)).body, 'limit_mb');
    const set = (limit_mb: number) => harness.api('PUT', `${path}/memory`, { limit_mb });
    expect(await memory()).toBe(1024);
    expect((await set(2048)).body).toEqual({ limit_mb: 2048, available_mb: 2048 });
    expect((await set(2049)).status).toBe(400);
    expect(await memory()).toBe(2048);
    expect(await state(path)).toBe('started');
    await harness.api('POST', path, { config: { image: 'x', guest } });
    await harness.api('GET', path);
    expect(await memory()).toBe(1024);
  });

  it('gives back no more than there is', async () => {
    const path = await machine({ guest });
    const reclaim = async (amount_mb: number) =>
      (await harness.api('POST', `${path}/memory/reclaim`, { amount_mb })).body;
    expect(await reclaim(100)).toEqual({ actual_mb: 100 });
    expect(await reclaim(5000)).toEqual({ actual_mb: 1024 });
  });

  it('needs a started machine', async () => {
    const path = await stoppedMachine();
    expect((await harness.api('GET', `${path}/memory`)).status).toBe(412);
    expect((await harness.api('PUT', `${path}/memory`, { limit_mb: 1 })).status).toBe(412);
  });
});
