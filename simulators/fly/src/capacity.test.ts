import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { type Answer, field, Harness, text } from './testing/harness.ts';

const APP = 'packed';
const MACHINES = `/apps/${APP}/machines`;
const VOLUMES = `/apps/${APP}/volumes`;
const SMALL = { cpu_kind: 'performance', cpus: 1, memory_mb: 3072 };
const LARGE = { cpu_kind: 'performance', cpus: 4, memory_mb: 8192 };
const SMALL_HOST = { cpus: 2, memoryMb: 6144 };
const LARGE_HOST = { cpus: 8, memoryMb: 16_384 };

const harness = await Harness.start();
afterAll(() => harness.stop());

beforeEach(async () => {
  await harness.control('POST', '/reset');
  await harness.app(APP);
  await settings({ hostsByRegion: { iad: [SMALL_HOST, LARGE_HOST] } });
});

const settings = (change: object) => harness.control('POST', '/settings', change);

async function volume(compute: object | undefined = SMALL, request: object = {}): Promise<unknown> {
  const answer = await harness.api('POST', VOLUMES, { name: 'data', region: 'iad', compute, ...request });
  if (answer.status !== 200) throw new Error(answer.text);
  return answer.body;
}

const config = (guest: object, volumeId?: string) => ({
  image: 'registry.example.com/app:1',
  guest,
  restart: { policy: 'no' },
  ...(volumeId !== undefined && { mounts: [{ volume: volumeId, path: '/data' }] }),
});

const create = (guest: object, volumeId?: string) =>
  harness.api('POST', MACHINES, { region: 'iad', config: config(guest, volumeId) });

async function created(guest: object, volumeId?: string): Promise<string> {
  const answer = await create(guest, volumeId);
  if (answer.status !== 200) throw new Error(answer.text);
  const path = `${MACHINES}/${text(answer.body, 'id')}`;
  await harness.api('GET', path);
  return path;
}

async function hostOfVolume(id: string): Promise<unknown> {
  const { body } = await harness.control('GET', '/state');
  const volumes = field(body, 'volumes');
  return Array.isArray(volumes) ? volumes.find((candidate) => candidate.id === id)?.host : undefined;
}

const refusal = (answer: Answer) => [answer.status, text(answer.body, 'error')];

describe('a new volume', () => {
  it('with a hint lies on the first host with room for the machine to come', async () => {
    expect(await hostOfVolume(text(await volume(SMALL), 'id'))).toBe('iad-1');
    expect(await hostOfVolume(text(await volume(LARGE), 'id'))).toBe('iad-2');
  });

  it('without a hint lies where the machine may not fit', async () => {
    const id = text(await volume(undefined), 'id');
    expect(refusal(await create(LARGE, id))).toEqual([
      412,
      `failed_precondition: insufficient resources to create new machine with existing volume '${id}'`,
    ]);
    expect(field((await harness.api('GET', `${VOLUMES}/${id}`)).body, 'attached_machine_id')).toBeNull();
  });

  it('is refused with 400 where no host has room', async () => {
    await settings({ hostsByRegion: { iad: [SMALL_HOST] } });
    const answer = await harness.api('POST', VOLUMES, { name: 'data', region: 'iad', compute: LARGE });
    expect([answer.status, answer.body]).toEqual([400, { error: 'no capacity' }]);
    expect((await harness.api('GET', VOLUMES)).body).toEqual([]);
  });

  it('lies apart from those of its name where it is asked to, and is refused where there is no other host', async () => {
    const apart = { require_unique_zone: true };
    const ids = [text(await volume(SMALL, apart), 'id'), text(await volume(SMALL, apart), 'id')];
    expect([await hostOfVolume(ids[0] ?? ''), await hostOfVolume(ids[1] ?? '')]).toEqual(['iad-1', 'iad-2']);
    const third = { name: 'data', region: 'iad', ...apart };
    expect((await harness.api('POST', VOLUMES, third)).status).toBe(400);
    expect((await harness.api('POST', VOLUMES, { ...third, name: 'other' })).status).toBe(200);
  });

  it('shows the zone of its host', async () => {
    const zones = [await volume(SMALL), await volume(SMALL), await volume(LARGE)].map((made) =>
      text(made, 'zone'),
    );
    expect(zones[0]).toBe(zones[1]);
    expect(zones[0]).not.toBe(zones[2]);
  });
});

describe('a machine on its volume’s host', () => {
  it('is refused growth with 409 that the host has no room for, and changes nothing', async () => {
    const id = text(await volume(), 'id');
    const path = await created(SMALL, id);
    const before = (await harness.api('GET', path)).text;
    expect(refusal(await harness.api('POST', path, { config: config(LARGE, id) }))).toEqual([
      409,
      'aborted: could not reserve resource for machine: insufficient memory available to fulfill request',
    ]);
    expect((await harness.api('GET', path)).text).toBe(before);
  });

  it('is refused it for want of cpus as well', async () => {
    await settings({ hostsByRegion: { iad: [{ cpus: 2, memoryMb: 100_000 }] } });
    const path = await created(SMALL);
    const answer = await harness.api('POST', path, { config: config(LARGE) });
    expect(refusal(answer)).toEqual([409, expect.stringContaining('insufficient CPUs')]);
  });

  it('may shrink or stay as it is on a host that is over-full', async () => {
    const path = await created(SMALL);
    await settings({ hostsByRegion: { iad: [] } });
    expect((await harness.api('POST', path, { config: config(SMALL) })).status).toBe(200);
  });

  it('gives its room free when it is down, and may not find it again', async () => {
    await settings({ hostsByRegion: { iad: [{ cpus: 1, memoryMb: 3072 }] } });
    const path = await created(SMALL);
    expect((await create(SMALL)).status).toBe(412);
    await harness.api('POST', `${path}/stop`);
    await harness.api('GET', path);
    const other = await created(SMALL);
    expect(refusal(await harness.api('POST', `${path}/start`))[0]).toBe(409);
    await harness.api('DELETE', `${other}?force=true`);
    await harness.api('GET', other);
    expect((await harness.api('POST', `${path}/start`)).status).toBe(200);
  });

  it('counts with those of other apps, also after a restart of the simulator', async () => {
    await settings({ hostsByRegion: { iad: [{ cpus: 1, memoryMb: 3072 }] } });
    await harness.app('other');
    await harness.machine('other', config(SMALL));
    expect((await create(SMALL)).status).toBe(412);
    await harness.restart();
    await settings({ hostsByRegion: { iad: [{ cpus: 1, memoryMb: 3072 }] } });
    expect((await create(SMALL)).status).toBe(412);
    await harness.api('DELETE', '/apps/other');
    expect((await create(SMALL)).status).toBe(200);
  });

  it('without a volume goes to the first region of its wish that has room', async () => {
    await settings({ hostsByRegion: { iad: [], lhr: [LARGE_HOST] } });
    const answer = await harness.api('POST', MACHINES, { region: 'iad,lhr', config: config(LARGE) });
    expect(field(answer.body, 'region')).toBe('lhr');
  });
});

describe('the quota of an organisation in a region', () => {
  it('refuses creation, growth and start with 403 beyond it, and nothing elsewhere', async () => {
    const first = await created(SMALL);
    await settings({ memoryQuotaMbByRegion: { iad: 4096 } });
    const over = [
      403,
      expect.stringMatching(/^organization personal is using \d+ MB of memory in iad which is over/),
    ];
    expect(refusal(await create(SMALL))).toEqual(over);
    expect(refusal(await harness.api('POST', first, { config: config(LARGE) }))).toEqual(over);
    expect((await harness.api('POST', MACHINES, { region: 'lhr', config: config(SMALL) })).status).toBe(200);
    await harness.api('POST', `${first}/stop`);
    await harness.api('GET', first);
    await settings({ memoryQuotaMbByRegion: { iad: 1024 } });
    expect(refusal(await harness.api('POST', `${first}/start`))).toEqual(over);
  });
});

describe('a fork', () => {
  it('has its source’s size, lies on another host with room, hydrates and may be mounted meanwhile', async () => {
    await settings({ volumeFillMs: 1000 });
    const sourceId = text(await volume(SMALL, { size_gb: 20 }), 'id');
    const path = await created(SMALL, sourceId);
    const fork = await volume(LARGE, { source_volume_id: sourceId });
    const forkId = text(fork, 'id');
    expect(fork).toMatchObject({ state: 'hydrating', size_gb: 20, attached_machine_id: null });
    expect(await hostOfVolume(forkId)).toBe('iad-2');
    await created(LARGE, forkId);
    harness.clock.move(1000);
    const after = await harness.api('GET', `${VOLUMES}/${forkId}`);
    expect(field(after.body, 'state')).toBe('created');
    const source = await harness.api('GET', `${VOLUMES}/${sourceId}`);
    expect(field(source.body, 'attached_machine_id')).toBe(path.split('/').at(-1));
  });

  it('lies on another host than its source even where that has room, unless there is no other', async () => {
    const sourceId = text(await volume(SMALL), 'id');
    const fork = () => volume(SMALL, { source_volume_id: sourceId }).then((made) => text(made, 'id'));
    expect(await hostOfVolume(await fork())).toBe('iad-2');
    await settings({ hostsByRegion: { iad: [SMALL_HOST] } });
    expect(await hostOfVolume(await fork())).toBe('iad-1');
  });

  it('is refused for a source that is not there, or not usable', async () => {
    const request = (id: string) => ({ name: 'data', region: 'iad', source_volume_id: id });
    expect((await harness.api('POST', VOLUMES, request('vol_none'))).status).toBe(404);
    await settings({ volumeDestroyMs: 1000 });
    const sourceId = text(await volume(), 'id');
    await harness.api('DELETE', `${VOLUMES}/${sourceId}`);
    expect((await harness.api('POST', VOLUMES, request(sourceId))).status).toBe(400);
  });
});

describe('a probe of placements', () => {
  const probe = async (request: object) =>
    (await harness.api('POST', '/platform/placements', { org_slug: 'personal', ...request })).body;

  it('tells how many would fit where, without the regions that have no room, and keeps nothing free', async () => {
    await settings({ hostsByRegion: { iad: [SMALL_HOST, LARGE_HOST], lhr: [SMALL_HOST], ord: [] } });
    const wish = { region: 'iad,lhr,ord', compute: LARGE };
    expect(await probe(wish)).toEqual({ regions: [{ region: 'iad', count: 2, concurrency: 1 }] });
    expect(await probe({ ...wish, count: 1 })).toEqual({
      regions: [{ region: 'iad', count: 1, concurrency: 1 }],
    });
    expect(await probe(wish)).toEqual({ regions: [{ region: 'iad', count: 2, concurrency: 1 }] });
    await created(LARGE);
    expect(await probe(wish)).toEqual({ regions: [{ region: 'iad', count: 1, concurrency: 1 }] });
    expect(await probe({ region: 'ord', compute: SMALL })).toEqual({ regions: [] });
  });

  it('answers 400 to an unknown region and an impossible size', async () => {
    expect(field(await probe({ region: 'moon' }), 'error')).toContain('region');
    const compute = { cpu_kind: 'performance', cpus: 2, memory_mb: 3072 };
    expect(field(await probe({ compute }), 'error')).toContain('compute.memory_mb');
  });
});

describe('the control port', () => {
  it('shows what is used of each host', async () => {
    await created(SMALL);
    const hosts = field((await harness.control('GET', '/hosts')).body, 'hosts');
    expect(Array.isArray(hosts) && hosts.find(({ id }) => id === 'iad-1')).toEqual({
      id: 'iad-1',
      region: 'iad',
      ...SMALL_HOST,
      used: { cpus: 1, memoryMb: 3072 },
    });
  });
});
