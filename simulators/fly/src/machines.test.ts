import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from './settings.ts';
import { field, Harness, text } from './testing/harness.ts';

const APP = 'fleet';
const MACHINES = `/apps/${APP}/machines`;
let harness: Harness;

beforeAll(async () => {
  harness = await Harness.start();
  await harness.app(APP);
});

afterAll(() => harness.stop());

async function newMachine(config: object = {}, request: object = {}): Promise<string> {
  return text(await harness.machine(APP, config, request), 'id');
}

async function settled(machineId: string, verb: string): Promise<void> {
  const answer = await harness.api('POST', `${MACHINES}/${machineId}/${verb}`);
  expect(answer.status).toBe(200);
}

describe('creating a machine', () => {
  it('answers at once as created, then comes up', async () => {
    const config = { image: 'registry.example.com/app:1', env: { A: 'b' }, unknown_key: { kept: true } };
    const machine = (await harness.odd('POST', MACHINES, { config })).body;
    expect(machine).toMatchObject({ state: 'created', region: 'iad', host_status: 'ok' });
    expect(text(machine, 'version')).toBe(text(machine, 'instance_id'));
    expect(field(machine, 'config')).toMatchObject({
      env: { A: 'b' },
      unknown_key: { kept: true },
      guest: { cpu_kind: 'shared', cpus: 1, memory_mb: 256 },
    });
    const now = (await harness.odd('GET', `${MACHINES}/${text(machine, 'id')}`)).body;
    expect([text(now, 'state'), field(now, 'config.unknown_key')]).toEqual(['started', { kept: true }]);
    await harness.api('DELETE', `${MACHINES}/${text(machine, 'id')}?force=true`);
  });

  it('stays created with skip_launch until it is started', async () => {
    const id = await newMachine({}, { skip_launch: true });
    expect(await harness.stateOf(APP, id)).toBe('created');
    const answer = await harness.api('POST', `${MACHINES}/${id}/start`);
    expect(answer.body).toEqual({ previous_state: 'created', migrated: false, new_host: '' });
    expect(await harness.stateOf(APP, id)).toBe('started');
  });

  it('answers 409 with the id of the holder when the name is taken, until that one is destroyed', async () => {
    const id = await newMachine({}, { name: 'unique' });
    const again = () =>
      harness.api('POST', MACHINES, { name: 'unique', config: { image: 'registry.example.com/app:1' } });
    const answer = await again();
    expect(answer.status).toBe(409);
    expect(text(answer.body, 'error')).toMatch(/^already_exists: /);
    expect(text(answer.body, 'error')).toContain(`machine ID ${id} `);
    await harness.api('DELETE', `${MACHINES}/${id}?force=true`);
    expect((await again()).status).toBe(200);
  });

  it.each([
    [{ config: {} }, 'config.image'],
    [{}, 'config'],
    [
      { config: { image: 'x', guest: { cpu_kind: 'performance', cpus: 2, memory_mb: 3072 } } },
      'minimum required 4096 MiB',
    ],
    [{ config: { image: 'x', guest: {}, size: 'shared-cpu-1x' } }, 'exclude each other'],
    [{ config: { image: 'x', env: { A: 1 } } }, 'config.env.A'],
    [{ config: { image: 'x', restart: { policy: 'sometimes' } } }, 'config.restart.policy'],
    [{ config: { image: 'x' }, region: 'moon' }, 'unknown region'],
    [{ config: { image: 'x', mounts: [{ volume: 'vol_none', path: '/data' }] } }, 'volume not found'],
    [
      { config: { image: 'x', mounts: [{ volume: 'v', path: '/a', extend_threshold_percent: 20 }] } },
      'extend_threshold_percent',
    ],
    [{ config: { image: 'x' }, name: 'with space' }, 'name'],
  ])('answers 400 to %j', async (request, words) => {
    const before = (await harness.api('GET', `${MACHINES}?summary=true`)).text.length;
    const answer = await harness.api('POST', MACHINES, request);
    expect(answer.status).toBe(400);
    expect(text(answer.body, 'error')).toContain(words);
    expect((await harness.api('GET', `${MACHINES}?summary=true`)).text).toHaveLength(before);
  });

  it('resolves a preset size into the guest', async () => {
    const machine = await harness.machine(APP, { size: 'performance-2x' });
    expect(field(machine, 'config.guest')).toEqual({ cpu_kind: 'performance', cpus: 2, memory_mb: 4096 });
    expect(field(machine, 'config.size')).toBeUndefined();
  });

  it('takes lists and aliases as region', async () => {
    expect(await harness.machine(APP, {}, { region: 'lhr,us' })).toMatchObject({ region: 'lhr' });
    expect(await harness.machine(APP, {}, { region: 'eu' })).toMatchObject({ region: 'ams' });
  });

  it('answers autostop as booleans, and the word for suspend', async () => {
    const services = ['off', 'stop', 'suspend'].map((autostop) => ({ autostop, autostart: false }));
    const machine = await harness.machine(APP, { services });
    const answered = [0, 1, 2].map((index) => field(machine, `config.services.${index}.autostop`));
    expect(answered).toEqual([false, true, 'suspend']);
  });

  it.each([
    [
      'registry.example.com/team/app:v2',
      { registry: 'registry.example.com', repository: 'team/app', tag: 'v2' },
    ],
    ['localhost:5000/app', { registry: 'localhost:5000', repository: 'app', tag: 'latest' }],
    ['library/app@sha256:abc', { repository: 'library/app', digest: 'sha256:abc' }],
  ])('shows what image %s refers to', async (image, expected) => {
    expect(field(await harness.machine(APP, { image }), 'image_ref')).toMatchObject(expected);
  });
});

describe('listing machines', () => {
  it('holds every filter that is given', async () => {
    await harness.app('listed');
    const metadata = { owner: 'o1', role: 'web' };
    const kept = text(await harness.machine('listed', { metadata }, { region: 'lhr' }), 'id');
    await harness.machine('listed', { metadata: { owner: 'o1' } }, { region: 'lhr' });
    await harness.machine('listed', { metadata }, { region: 'ord' });
    const stopped = text(await harness.machine('listed', { metadata }, { region: 'lhr' }), 'id');
    await harness.api('POST', `/apps/listed/machines/${stopped}/stop`);
    const list = async (query: string) => {
      const { body } = await harness.api('GET', `/apps/listed/machines?${query}`);
      return Array.isArray(body) ? body.map((machine) => text(machine, 'id')) : [];
    };
    expect(await list('')).toHaveLength(4);
    expect(await list('metadata.owner=o1&metadata.role=web&region=lhr&state=started')).toEqual([kept]);
    expect(await list('metadata.owner=o1&metadata.role=web')).toHaveLength(3);
    expect(await list('metadata.owner=O1')).toEqual([]);
    expect(await list('metadata.constructor=o1')).toEqual([]);
    expect(await list('state=stopped')).toEqual([stopped]);
    expect(await list('state=stopped,started&region=ord,lhr')).toHaveLength(4);
  });

  it('leaves config and events out of a summary', async () => {
    const { body } = await harness.api('GET', `${MACHINES}?summary=true`);
    expect(text(body, '0.state')).not.toBe('');
    expect(field(body, '0.config')).toBeUndefined();
    expect(field(body, '0.events')).toBeUndefined();
  });

  it('answers 400 to a flag that is neither true nor false', async () => {
    expect((await harness.api('GET', `${MACHINES}?summary=perhaps`)).status).toBe(400);
  });
});

describe('updating a machine', () => {
  it('replaces the whole config and mints a version', async () => {
    const machine = await harness.machine(APP, { env: { A: 'b' }, metadata: { owner: 'o2' } });
    const id = text(machine, 'id');
    await harness.stateOf(APP, id);
    const config = {
      image: 'registry.example.com/app:2',
      guest: { cpu_kind: 'shared', cpus: 2, memory_mb: 4096 },
    };
    const answer = await harness.api('POST', `${MACHINES}/${id}`, { config });
    expect(answer.body).toMatchObject({ id, state: 'replacing', config });
    expect(text(answer.body, 'instance_id')).not.toBe(text(machine, 'instance_id'));
    expect(field(answer.body, 'config.env')).toBeUndefined();
    expect(field(answer.body, 'config.metadata')).toBeUndefined();
    expect(await harness.stateOf(APP, id)).toBe('started');
  });

  it('leaves a stopped machine stopped', async () => {
    const id = await newMachine();
    await settled(id, 'stop');
    await harness.api('POST', `${MACHINES}/${id}`, { config: { image: 'x' } });
    expect(await harness.stateOf(APP, id)).toBe('stopped');
  });

  it('answers 409 to a stale current_version and changes nothing', async () => {
    const machine = await harness.machine(APP);
    const id = text(machine, 'id');
    const update = (image: string) =>
      harness.api('POST', `${MACHINES}/${id}`, {
        config: { image },
        current_version: text(machine, 'instance_id'),
      });
    expect((await update('first')).status).toBe(200);
    const refused = await update('second');
    expect(refused.status).toBe(409);
    expect(text(refused.body, 'error')).toMatch(/^aborted: .*current_version/);
    expect(field((await harness.api('GET', `${MACHINES}/${id}`)).body, 'config.image')).toBe('first');
  });

  it.each([
    [{ config: { image: 'x' }, region: 'lhr' }, 400],
    [{ config: { image: 'x', guest: { cpus: 3 } } }, 400],
    [{ config: { image: 'x', mounts: [{ volume: 'vol_other', path: '/data' }] } }, 400],
    [{ config: { image: 'x' }, name: 'held-by-another' }, 409],
    [{}, 400],
  ])('refuses %j and leaves the version as it was', async (request, status) => {
    if (status === 409) await newMachine({}, { name: 'held-by-another' });
    const machine = await harness.machine(APP);
    const path = `${MACHINES}/${text(machine, 'id')}`;
    expect((await harness.api('POST', path, request)).status).toBe(status);
    expect(text((await harness.api('GET', path)).body, 'instance_id')).toBe(text(machine, 'instance_id'));
  });
});

describe('start, stop and restart', () => {
  it('are harmless where there is nothing to do', async () => {
    const id = await newMachine();
    await harness.stateOf(APP, id);
    const started = await harness.api('POST', `${MACHINES}/${id}/start`);
    expect([started.status, field(started.body, 'previous_state')]).toEqual([200, 'started']);
    await settled(id, 'stop');
    await settled(id, 'stop');
    expect(await harness.stateOf(APP, id)).toBe('stopped');
  });

  it('restart keeps the version, and is refused on a stopped machine', async () => {
    const machine = await harness.machine(APP);
    const path = `${MACHINES}/${text(machine, 'id')}`;
    expect((await harness.api('POST', `${path}/restart?timeout=10s&signal=SIGTERM`)).status).toBe(200);
    const after = await harness.api('GET', path);
    expect(after.body).toMatchObject({ state: 'started', instance_id: text(machine, 'instance_id') });
    await harness.api('POST', `${path}/stop`);
    expect((await harness.api('POST', `${path}/restart`)).status).toBe(412);
    expect((await harness.api('POST', `${path}/restart?signal=SIGNAL`)).status).toBe(400);
  });

  it.each([[[]], [{ signal: 'SIGNAL' }], [{ timeout: 10 }], [{ timeout: 'soon' }]])(
    'stop answers 400 to the body %j',
    async (body) => {
      const id = await newMachine();
      expect((await harness.api('POST', `${MACHINES}/${id}/stop`, body)).status).toBe(400);
      expect(await harness.stateOf(APP, id)).toBe('started');
    },
  );

  it('stop takes a signal and a duration', async () => {
    const id = await newMachine();
    await harness.stateOf(APP, id);
    const answer = await harness.api('POST', `${MACHINES}/${id}/stop`, {
      signal: 'SIGTERM',
      timeout: '1m30s',
    });
    expect(answer.body).toEqual({ ok: true });
  });

  it("answer 404 for a machine that is not there, or is another app's", async () => {
    await harness.app('neighbour');
    const id = await newMachine();
    for (const verb of ['start', 'stop', 'restart']) {
      expect((await harness.api('POST', `${MACHINES}/00000000000000/${verb}`)).status).toBe(404);
      expect((await harness.api('POST', `/apps/neighbour/machines/${id}/${verb}`)).status).toBe(404);
    }
  });
});

describe('while a transition runs', () => {
  let slow: Harness;
  let id: string;
  const refusal = async (verb: string, body?: object) => {
    const answer = await slow.api('POST', `${MACHINES}/${id}${verb}`, body);
    expect(answer.status).toBe(412);
    return text(answer.body, 'error');
  };

  beforeAll(async () => {
    slow = await Harness.start(DEFAULT_SETTINGS);
    await slow.app(APP);
  });
  afterAll(() => slow.stop());

  it('refuses with 412 what comes too early, in the words of the service', async () => {
    id = text(await slow.machine(APP), 'id');
    expect(await refusal('/start')).toBe(
      "failed_precondition: unable to start machine from current state: 'created'",
    );
    expect(await refusal('', { config: { image: 'x' } })).toContain("'created'");
    slow.clock.move(DEFAULT_SETTINGS.createMs);
    expect(await slow.stateOf(APP, id)).toBe('starting');
    slow.clock.move(DEFAULT_SETTINGS.startMs);
    expect(await slow.stateOf(APP, id)).toBe('started');
    await slow.api('POST', `${MACHINES}/${id}`, { config: { image: 'x' } });
    expect(await refusal('/start')).toBe('failed_precondition: machine getting replaced, refusing to start');
    expect(await refusal('/stop')).toContain('machine getting replaced');
    slow.clock.move(DEFAULT_SETTINGS.updateMs - 1);
    expect(await slow.stateOf(APP, id)).toBe('replacing');
    slow.clock.move(1);
    expect(await slow.stateOf(APP, id)).toBe('started');
    await slow.api('POST', `${MACHINES}/${id}/stop`);
    expect(await refusal('/start')).toContain("'stopping'");
  });

  it('lets a stop cut a start short', async () => {
    id = text(await slow.machine(APP), 'id');
    slow.clock.move(DEFAULT_SETTINGS.createMs);
    expect((await slow.api('POST', `${MACHINES}/${id}/stop`)).status).toBe(200);
    slow.clock.move(DEFAULT_SETTINGS.startMs + DEFAULT_SETTINGS.stopMs);
    expect(await slow.stateOf(APP, id)).toBe('stopped');
  });

  it('keeps a name until its machine is destroyed, not while it still shows', async () => {
    id = text(await slow.machine(APP, {}, { name: 'reused' }), 'id');
    const again = () => slow.api('POST', MACHINES, { name: 'reused', config: { image: 'x' } });
    await slow.api('DELETE', `${MACHINES}/${id}?force=true`);
    expect((await again()).status).toBe(409);
    slow.clock.move(DEFAULT_SETTINGS.destroyMs);
    expect(await slow.stateOf(APP, id)).toBe('destroyed');
    expect((await again()).status).toBe(200);
  });

  it('shows a destroyed machine for a while, then 404', async () => {
    id = text(await slow.machine(APP), 'id');
    await slow.api('DELETE', `${MACHINES}/${id}?force=true`);
    expect(await slow.stateOf(APP, id)).toBe('destroying');
    expect((await slow.api('DELETE', `${MACHINES}/${id}`)).status).toBe(200);
    slow.clock.move(DEFAULT_SETTINGS.destroyMs);
    expect(await slow.stateOf(APP, id)).toBe('destroyed');
    const ids = async (query: string) => JSON.stringify((await slow.api('GET', `${MACHINES}${query}`)).body);
    expect(await ids('')).not.toContain(id);
    expect(await ids('?include_deleted=true')).toContain(id);
    expect(await refusal('/start')).toContain("'destroyed'");
    slow.clock.move(DEFAULT_SETTINGS.tombstoneMs);
    expect(await slow.stateOf(APP, id)).toBeNull();
    expect((await slow.api('DELETE', `${MACHINES}/${id}`)).status).toBe(404);
  });
});

describe('destroying a machine', () => {
  it('is refused with 412 on a running one, unless forced', async () => {
    const id = await newMachine();
    await harness.stateOf(APP, id);
    const refused = await harness.api('DELETE', `${MACHINES}/${id}`);
    expect(refused.status).toBe(412);
    expect(text(refused.body, 'error')).toBe(
      'failed_precondition: unable to destroy machine, not currently stopped, suspended, failed or created',
    );
    expect(await harness.stateOf(APP, id)).toBe('started');
    expect((await harness.api('DELETE', `${MACHINES}/${id}?kill=true`)).body).toEqual({ ok: true });
    expect(await harness.stateOf(APP, id)).toBeNull();
  });

  it('needs no force on one that is down', async () => {
    const id = await newMachine();
    await harness.stateOf(APP, id);
    await settled(id, 'stop');
    expect((await harness.api('DELETE', `${MACHINES}/${id}`)).status).toBe(200);
  });
});

describe('metadata', () => {
  it('is read, merged and removed without a new version or a restart', async () => {
    const machine = await harness.machine(APP, { metadata: { a: '1', b: '2', c: '3' } });
    const path = `${MACHINES}/${text(machine, 'id')}`;
    await harness.api('GET', path);
    expect((await harness.api('POST', `${path}/metadata/d`, { value: '4' })).status).toBe(204);
    expect(
      (await harness.api('PATCH', `${path}/metadata`, { metadata: { a: null, b: '', e: '5' } })).status,
    ).toBe(204);
    expect((await harness.api('DELETE', `${path}/metadata/c`)).status).toBe(204);
    expect((await harness.api('PUT', `${path}/metadata`, { metadata: { f: '6' } })).status).toBe(204);
    expect((await harness.api('GET', `${path}/metadata`)).body).toEqual({ d: '4', e: '5', f: '6' });
    expect((await harness.api('GET', `${path}/metadata/d`)).body).toEqual({ value: '4' });
    expect((await harness.api('GET', `${path}/metadata/a`)).status).toBe(404);
    expect((await harness.api('GET', `${path}/metadata/constructor`)).status).toBe(404);
    const after = await harness.api('GET', path);
    expect(after.body).toMatchObject({ state: 'started', instance_id: text(machine, 'instance_id') });
  });

  it('guards a merge with machine_version', async () => {
    const machine = await harness.machine(APP);
    const path = `${MACHINES}/${text(machine, 'id')}/metadata`;
    const merge = (version: string) =>
      harness.api('PATCH', path, { metadata: { a: '1' }, machine_version: version });
    expect((await merge('01STALE')).status).toBe(412);
    expect((await harness.api('GET', path)).body).toEqual({});
    expect((await merge(text(machine, 'instance_id'))).status).toBe(204);
    expect((await harness.api('GET', path)).body).toEqual({ a: '1' });
  });
});
