import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { field, Harness, text } from './testing/harness.ts';

const APP = 'read';
const MACHINES = `/apps/${APP}/machines`;
const harness = await Harness.start();
afterAll(() => harness.stop());

beforeEach(async () => {
  await harness.control('POST', '/reset');
  await harness.app(APP);
});

const settings = (change: object) => harness.control('POST', '/settings', change);
const list = async (path: string): Promise<unknown[]> => {
  const { body } = await harness.api('GET', path);
  return Array.isArray(body) ? body : [];
};
const idsOf = (items: unknown[]) => items.map((item) => text(item, 'id'));

async function machines(count: number): Promise<string[]> {
  const made: unknown[] = [];
  for (let number = 0; number < count; number += 1) made.push(await harness.machine(APP));
  return idsOf(made);
}

describe('versions', () => {
  it('are listed newest first with their configs, and an old one reads as replaced', async () => {
    const made = await harness.machine(APP, { image: 'first' });
    const path = `${MACHINES}/${text(made, 'id')}`;
    await harness.api('GET', path);
    const updated = await harness.api('POST', path, { config: { image: 'second' } });
    const versions = await list(`${path}/versions`);
    expect(versions.map((entry) => [text(entry, 'version'), text(entry, 'user_config.image')])).toEqual([
      [text(updated.body, 'instance_id'), 'second'],
      [text(made, 'instance_id'), 'first'],
    ]);
    const old = await harness.api('GET', `${path}?version=${text(made, 'instance_id')}`);
    expect(old.body).toMatchObject({
      state: 'replaced',
      instance_id: text(made, 'instance_id'),
      config: { image: 'first' },
    });
    expect((await harness.api('GET', `${path}?version=01UNKNOWN`)).status).toBe(404);
    const current = await harness.api('GET', `${path}?version=${text(updated.body, 'instance_id')}`);
    expect(text(current.body, 'state')).toBe('started');
  });
});

describe('reads that lag behind', () => {
  const LAG_MS = 2000;

  it('do not know what is new, and tell of a write only after a while; the write itself does', async () => {
    await settings({ gossipMs: LAG_MS });
    const [id] = await machines(1);
    const path = `${MACHINES}/${id}`;
    const volumeId = await harness.volume(APP);
    expect((await harness.api('GET', path)).status).toBe(404);
    expect((await harness.api('GET', `/apps/${APP}/volumes/${volumeId}`)).status).toBe(404);
    expect(await list(MACHINES)).toEqual([]);
    harness.clock.move(LAG_MS);
    expect(idsOf(await list(MACHINES))).toEqual([id]);
    expect(await harness.stateOf(APP, id ?? '')).toBe('started');
    const stopped = await harness.api('POST', `${path}/stop`);
    expect(stopped.status).toBe(200);
    expect(await harness.stateOf(APP, id ?? '')).toBe('started');
    harness.clock.move(LAG_MS);
    expect(await harness.stateOf(APP, id ?? '')).toBe('stopped');
  });

  it('see at once what was there before the lag began', async () => {
    const [id] = await machines(1);
    await harness.stateOf(APP, id ?? '');
    await settings({ gossipMs: LAG_MS });
    expect(await harness.stateOf(APP, id ?? '')).toBe('started');
  });
});

describe('empty lists', () => {
  it('tell nothing of what a read by id still finds', async () => {
    const [id] = await machines(1);
    const volumeId = await harness.volume(APP);
    await settings({ emptyLists: true });
    expect([await list(MACHINES), await list(`/apps/${APP}/volumes`)]).toEqual([[], []]);
    expect(field((await harness.api('GET', '/orgs/personal/machines')).body, 'machines')).toEqual([]);
    expect((await harness.api('GET', `${MACHINES}/${id}`)).status).toBe(200);
    expect((await harness.api('GET', `/apps/${APP}/volumes/${volumeId}`)).status).toBe(200);
  });
});

describe('pages of machines', () => {
  async function page(query: string): Promise<{ ids: string[]; next: string | null }> {
    const answer = await harness.api('GET', `${MACHINES}?${query}`);
    expect(answer.status).toBe(200);
    const items = Array.isArray(answer.body) ? answer.body : [];
    return { ids: idsOf(items), next: answer.headers.get('fly-next-cursor') };
  }

  it.each([
    ['as the caller asks', 'limit=2', {}],
    ['as the service likes', '', { listPageSize: 2 }],
  ])('are cut %s, and the header leads through all of them', async (_how, query, change) => {
    const all = await machines(5);
    await settings(change);
    const seen: string[] = [];
    let cursor: string | null = '';
    for (let pages = 0; cursor !== null && pages < 3; pages += 1) {
      const { ids, next } = await page(`${query}&cursor=${cursor}`);
      expect(ids.length).toBeLessThanOrEqual(2);
      seen.push(...ids);
      cursor = next;
    }
    expect([seen, cursor]).toEqual([all, null]);
  });

  it('are refused for a bad limit, and for a cursor that is foreign or half an hour old', async () => {
    await machines(2);
    const { next } = await page('limit=1');
    const status = async (query: string) => (await harness.api('GET', `${MACHINES}?${query}`)).status;
    for (const bad of ['limit=0', 'limit=1001', 'limit=all', 'cursor=foreign'])
      expect(await status(bad)).toBe(400);
    expect(await status(`limit=1&cursor=${next}`)).toBe(200);
    harness.clock.move(30 * 60_000 + 1);
    expect(await status(`limit=1&cursor=${next}`)).toBe(400);
  });
});

describe('lists over an organisation', () => {
  it('hold the machines and volumes of all its apps, and of no other', async () => {
    await harness.app('second');
    await harness.api('POST', '/apps', { name: 'third', org_slug: 'others' });
    const ids = [text(await harness.machine(APP), 'id'), text(await harness.machine('second'), 'id')];
    await harness.machine('third');
    const volumeId = await harness.volume('second');
    const { body } = await harness.api('GET', '/orgs/personal/machines');
    const found = field(body, 'machines');
    expect(Array.isArray(found) && idsOf(found).toSorted()).toEqual(ids.toSorted());
    const volumes = (await harness.api('GET', '/orgs/personal/volumes')).body;
    expect(field(volumes, 'volumes')).toMatchObject([{ id: volumeId, app_name: 'second' }]);
    expect(text(volumes, 'last_volume_id')).toBe(volumeId);
  });

  it('go on from the time of the last change', async () => {
    const [first] = await machines(1);
    await harness.stateOf(APP, first ?? '');
    const { body } = await harness.api('GET', '/orgs/personal/machines');
    const after = `updated_after=${encodeURIComponent(text(body, 'last_updated_at'))}`;
    const since = async () =>
      field((await harness.api('GET', `/orgs/personal/machines?${after}`)).body, 'machines');
    expect(await since()).toEqual([]);
    harness.clock.move(1);
    const [second] = await machines(1);
    expect(await since()).toMatchObject([{ id: second }]);
    expect((await harness.api('GET', '/orgs/personal/machines?updated_after=today')).status).toBe(400);
  });
});

describe('apps', () => {
  const create = (query: string, request: object) =>
    harness.api('POST', `/apps${query}`, { org_slug: 'personal', ...request });

  it('answer 404 for a while, unless their creation was asked to wait', async () => {
    await settings({ appVisibleMs: 1000 });
    await create('', { name: 'young' });
    await create('?wait=true', { name: 'grown' });
    const status = async (name: string) => (await harness.api('GET', `/apps/${name}/machines`)).status;
    expect([await status('young'), await status('grown')]).toEqual([404, 200]);
    harness.clock.move(1000);
    expect(await status('young')).toBe(200);
  });

  it('answer the first one again for the same idempotency key and name, and refuse it for another name', async () => {
    const request = { name: 'once', idempotency_key: 'k1' };
    const first = await create('', request);
    const again = await create('', request);
    expect([again.status, again.body]).toEqual([201, first.body]);
    expect((await create('', { name: 'twice', idempotency_key: 'k1' })).status).toBe(422);
    expect((await create('', { name: 'once', idempotency_key: 'k2' })).status).toBe(422);
    expect((await create('', { name: 'once' })).status).toBe(422);
  });

  it('of others answer 403 to everything, and their names are taken', async () => {
    await harness.control('POST', `/apps/${APP}`, { foreign: true });
    for (const path of [`/apps/${APP}`, MACHINES]) expect((await harness.api('GET', path)).status).toBe(403);
    expect((await harness.api('DELETE', `/apps/${APP}`)).status).toBe(403);
    expect((await create('', { name: APP })).status).toBe(422);
    expect(field((await harness.api('GET', '/apps?org_slug=personal')).body, 'total_apps')).toBe(0);
    expect((await harness.control('POST', '/apps/absent', { foreign: true })).status).toBe(404);
  });
});
