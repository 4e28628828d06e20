import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ROUTES } from './routes.ts';
import { DEFAULT_SETTINGS } from './settings.ts';
import { field, Harness, text } from './testing/harness.ts';
import { INSTANT } from './testing/test-simulator.ts';

const APP = 'watched';
let harness: Harness;

beforeEach(async () => {
  harness = await Harness.start();
  await harness.app(APP);
});

afterEach(() => harness.stop());

describe('log and counters', () => {
  it('list every call in order, with route, status and whether it may change anything', async () => {
    await harness.control('POST', '/counters/reset');
    await harness.odd('GET', `/apps/${APP}?token=in-the-query`);
    await harness.api('POST', `/apps/${APP}/volumes`, { name: 'data', region: 'iad' });
    await harness.api('GET', '/apps/absent');
    await harness.api('GET', '/nowhere');
    const { body } = await harness.control('GET', '/calls');
    const app = { route: 'GET /v1/apps/{app}', method: 'GET', mutating: false };
    expect(field(body, 'calls')).toMatchObject([
      { ...app, path: `/v1/apps/${APP}`, status: 200 },
      { route: 'POST /v1/apps/{app}/volumes', path: `/v1/apps/${APP}/volumes`, status: 200, mutating: true },
      { ...app, path: '/v1/apps/absent', status: 404 },
      { route: null, method: 'GET', path: '/v1/nowhere', status: 404 },
    ]);
    expect(field(body, 'calls.1.seq')).toBe(Number(field(body, 'calls.0.seq')) + 1);
    expect((await harness.control('GET', '/counters')).body).toEqual({
      'GET /v1/apps/{app}': 2,
      'POST /v1/apps/{app}/volumes': 1,
    });
  });

  it('are empty after a reset', async () => {
    await harness.control('POST', '/counters/reset');
    expect((await harness.control('GET', '/counters')).body).toEqual({});
    expect((await harness.control('GET', '/calls')).body).toEqual({ calls: [] });
  });
});

describe('routes', () => {
  it('are all listed, reads apart from writes', async () => {
    const routes = field((await harness.control('GET', '/routes')).body, 'routes');
    expect(routes).toHaveLength(ROUTES.length);
    expect(routes).toContainEqual({ route: 'POST /v1/apps/{app}/machines', mutating: true });
    expect(routes).toContainEqual({ route: 'GET /v1/apps/{app}/machines/{machine}/wait', mutating: false });
  });
});

describe('settings', () => {
  it('change in part, at once', async () => {
    const changed = { ...DEFAULT_SETTINGS, ...INSTANT, stopMs: 5 };
    expect((await harness.control('POST', '/settings', { stopMs: 5 })).body).toEqual(changed);
    expect((await harness.control('GET', '/settings')).body).toEqual(changed);
  });

  it.each([
    [{ stopMs: -1 }, 'stopMs'],
    [{ stopMs: 86_400_001 }, 'stopMs'],
    [{ extendNeedsRestart: 'yes' }, 'extendNeedsRestart'],
    [{ warpSpeed: 9 }, 'warpSpeed'],
  ])('refuse %j', async (patch, words) => {
    const answer = await harness.control('POST', '/settings', patch);
    expect(answer.status).toBe(400);
    expect(text(answer.body, 'error')).toContain(words);
  });
});

describe('changes behind the client', () => {
  it('set a state, also one that nobody knows, and end the running transition', async () => {
    const id = text(await harness.machine(APP), 'id');
    await harness.control('POST', '/settings', { startMs: 1000 });
    await harness.api('POST', `/apps/${APP}/machines/${id}/stop`);
    await harness.api('POST', `/apps/${APP}/machines/${id}/start`);
    await harness.control('POST', `/machines/${id}`, { state: 'melted' });
    harness.clock.move(10_000);
    expect(await harness.stateOf(APP, id)).toBe('melted');
  });

  it('set a guest outside the table, under a new version', async () => {
    const machine = await harness.machine(APP);
    const id = text(machine, 'id');
    const guest = { cpu_kind: 'turbo', cpus: 3, memory_mb: 1 };
    await harness.control('POST', `/machines/${id}`, { guest });
    const { body } = await harness.api('GET', `/apps/${APP}/machines/${id}`);
    expect(field(body, 'config')).toEqual({ image: 'registry.example.com/app:1', guest });
    expect(text(body, 'instance_id')).not.toBe(text(machine, 'instance_id'));
    const update = await harness.api('POST', `/apps/${APP}/machines/${id}`, { config: { image: 'x' } });
    expect(update.status).toBe(200);
  });

  it('delete a machine and free its volume at once', async () => {
    const volumeId = await harness.volume(APP);
    const id = text(await harness.machine(APP, { mounts: [{ volume: volumeId, path: '/data' }] }), 'id');
    await harness.control('POST', `/machines/${id}`, { delete: true });
    expect(await harness.stateOf(APP, id)).toBeNull();
    const { body } = await harness.api('GET', `/apps/${APP}/volumes/${volumeId}`);
    expect(field(body, 'attached_machine_id')).toBeNull();
  });

  it('let a machine that is set to destroyed run its usual end', async () => {
    await harness.control('POST', '/settings', { tombstoneMs: 100 });
    const id = text(await harness.machine(APP), 'id');
    await harness.control('POST', `/machines/${id}`, { state: 'destroyed' });
    expect(await harness.stateOf(APP, id)).toBe('destroyed');
    harness.clock.move(100);
    expect(await harness.stateOf(APP, id)).toBeNull();
  });

  it('resize and delete a volume', async () => {
    const id = await harness.volume(APP);
    const path = `/apps/${APP}/volumes/${id}`;
    await harness.control('POST', `/volumes/${id}`, { size_gb: 4 });
    expect(field((await harness.api('GET', path)).body, 'size_gb')).toBe(4);
    await harness.control('POST', `/volumes/${id}`, { delete: true });
    expect((await harness.api('GET', path)).status).toBe(404);
  });

  it.each([
    ['/machines/00000000000000', { state: 'failed' }, 404],
    ['/volumes/vol_none', { size_gb: 1 }, 404],
    ['/machines/00000000000000', {}, 400],
    ['/machines/00000000000000', { delete: false }, 400],
    ['/volumes/vol_none', { sizeGb: 1 }, 400],
    ['/nowhere', {}, 404],
  ])('answer POST %s %j with %i', async (path, change, status) => {
    expect((await harness.control('POST', path, change)).status).toBe(status);
  });
});

describe('state and reset', () => {
  it('dump everything with the name of its app', async () => {
    const volumeId = await harness.volume(APP);
    const id = text(await harness.machine(APP), 'id');
    const { body } = await harness.control('GET', '/state');
    expect(body).toMatchObject({
      apps: [{ name: APP, org_slug: 'personal' }],
      machines: [{ app: APP, id, state: 'started' }],
      volumes: [{ app: APP, id: volumeId, size_gb: 10 }],
    });
  });

  it('wipe everything, on disk too', async () => {
    await harness.machine(APP);
    await harness.control('POST', '/settings', { stopMs: 5 });
    await harness.control('POST', '/faults', { route: 'GET /v1/apps', kind: 'lose_answer' });
    await harness.control('POST', '/reset');
    for (const look of ['first', 'after a restart']) {
      const { body } = await harness.control('GET', '/state');
      expect([look, body]).toEqual([look, { apps: [], machines: [], volumes: [] }]);
      expect((await harness.control('GET', '/faults')).body).toEqual({ faults: [] });
      expect((await harness.control('GET', '/calls')).body).toEqual({ calls: [] });
      expect(field((await harness.control('GET', '/settings')).body, 'stopMs')).toBe(0);
      await harness.restart();
    }
  });
});
