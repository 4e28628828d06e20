import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { field, Harness, text } from './testing/harness.ts';

const APP = 'leased';
let harness: Harness;
let path: string;
let version: string;

beforeAll(async () => {
  harness = await Harness.start();
  await harness.app(APP);
});
afterAll(() => harness.stop());

async function newMachine(request: object = {}): Promise<unknown> {
  const machine = await harness.machine(APP, {}, request);
  path = `/apps/${APP}/machines/${text(machine, 'id')}`;
  version = text(machine, 'instance_id');
  await harness.api('GET', path);
  return machine;
}

const acquire = (body: unknown = { ttl: 30 }, nonce?: string) =>
  harness.api('POST', `${path}/lease`, body, nonce);

async function leased(): Promise<string> {
  await newMachine();
  return text((await acquire()).body, 'data.nonce');
}

describe('acquiring a lease', () => {
  it('answers 201 with the lease in an envelope, its end in whole seconds', async () => {
    await newMachine();
    const { status, body } = await acquire({ ttl: 30, description: 'resize' });
    expect([status, field(body, 'status')]).toEqual([201, 'success']);
    expect(text(body, 'data.nonce')).toMatch(/^[0-9a-f]{12}$/);
    expect(field(body, 'data.expires_at')).toBe(Math.floor(harness.clock.nowMs() / 1000) + 30);
    expect(field(body, 'data.description')).toBe('resize');
    expect((await harness.api('GET', `${path}/lease`)).body).toEqual(body);
  });

  it('takes the seconds from the query as well, and 30 where none are named', async () => {
    await newMachine();
    const untilS = async () =>
      Number(field((await harness.api('GET', `${path}/lease`)).body, 'data.expires_at'));
    const nowS = Math.floor(harness.clock.nowMs() / 1000);
    const first = await harness.odd('POST', `${path}/lease`);
    expect(await untilS()).toBe(nowS + 30);
    await harness.odd('POST', `${path}/lease?ttl=5`, undefined, text(first.body, 'data.nonce'));
    expect(await untilS()).toBe(nowS + 5);
  });

  it.each([[{ ttl: 0 }], [{ ttl: 'long' }], [{ ttl: 1.5 }]])('answers 400 to %j', async (body) => {
    await newMachine();
    const answer = await acquire(body);
    expect([answer.status, text(answer.body, 'error')]).toEqual([400, expect.stringContaining('ttl')]);
  });

  it('is refused with 409 while one holds, in words that name holder and end', async () => {
    await leased();
    const { status, body } = await acquire();
    expect(status).toBe(409);
    expect(text(body, 'error')).toMatch(
      /^aborted: machine ID [0-9a-f]{14} lease currently held by \S+, expires at 20\d\d-.+Z$/,
    );
  });

  it('with the nonce of the one that holds, keeps the nonce and lasts longer', async () => {
    const nonce = await leased();
    harness.clock.move(20_000);
    expect(text((await acquire({ ttl: 30 }, nonce)).body, 'data.nonce')).toBe(nonce);
    harness.clock.move(20_000);
    expect((await acquire()).status).toBe(409);
  });

  it('with the nonce of one that ran out, answers 404', async () => {
    const nonce = await leased();
    harness.clock.move(30_000);
    expect((await acquire({ ttl: 30 }, nonce)).status).toBe(404);
    expect((await acquire()).status).toBe(201);
  });

  it('comes with a creation or an update that asks for it', async () => {
    const nonce = text(await newMachine({ lease_ttl: 30 }), 'nonce');
    expect((await harness.api('POST', `${path}/stop`)).status).toBe(409);
    const update = { config: { image: 'x' }, lease_ttl: 60 };
    const updated = await harness.api('POST', path, update, nonce);
    expect(text(updated.body, 'nonce')).toBe(nonce);
    harness.clock.move(45_000);
    expect((await harness.api('POST', `${path}/stop`)).status).toBe(409);
  });
});

describe('a leased machine', () => {
  it.each([
    ['POST', '', { config: { image: 'x' } }],
    ['DELETE', '?force=true', undefined],
    ['POST', '/start', undefined],
    ['POST', '/stop', undefined],
    ['POST', '/restart', undefined],
    ['POST', '/suspend', undefined],
    ['POST', '/cordon', undefined],
    ['POST', '/uncordon', undefined],
  ])('takes %s %s with the nonce alone', async (method, verb, body) => {
    const nonce = await leased();
    const write = (given?: string) => harness.api(method, path + verb, body, given);
    const before = (await harness.api('GET', path)).text;
    for (const given of [undefined, '000000000000']) expect((await write(given)).status).toBe(409);
    expect((await harness.api('GET', path)).text).toBe(before);
    expect((await write(nonce)).status).toBe(200);
  });

  it('takes reads and metadata without it', async () => {
    await leased();
    expect((await harness.api('GET', path)).status).toBe(200);
    expect((await harness.api('POST', `${path}/metadata/a`, { value: '1' })).status).toBe(204);
    expect((await harness.api('PATCH', `${path}/metadata`, { metadata: { b: '2' } })).status).toBe(204);
    expect(text((await harness.api('GET', path)).body, 'instance_id')).toBe(version);
  });

  it('does not tell the nonce in a read of the machine', async () => {
    const nonce = await leased();
    expect((await harness.api('GET', path)).text).not.toContain(nonce);
  });
});

describe('a lease ends', () => {
  it('when it is released with its nonce, and not without', async () => {
    const nonce = await leased();
    const release = (given?: string) => harness.api('DELETE', `${path}/lease`, undefined, given);
    expect((await release()).status).toBe(400);
    expect((await release('000000000000')).status).toBe(409);
    expect((await release(nonce)).status).toBe(200);
    expect((await release(nonce)).status).toBe(404);
    expect((await harness.api('POST', `${path}/stop`)).status).toBe(200);
  });

  it('by itself, and holds through a restart of the simulator until then', async () => {
    await leased();
    await harness.restart();
    harness.clock.move(29_999);
    expect((await harness.api('POST', `${path}/stop`)).status).toBe(409);
    harness.clock.move(1);
    expect((await harness.api('GET', `${path}/lease`)).status).toBe(404);
    expect((await harness.api('POST', `${path}/stop`)).status).toBe(200);
  });
});
