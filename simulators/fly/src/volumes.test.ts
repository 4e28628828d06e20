import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from './settings.ts';
import { field, Harness, text } from './testing/harness.ts';

const APP = 'store';
const VOLUMES = `/apps/${APP}/volumes`;
const MACHINES = `/apps/${APP}/machines`;
let harness: Harness;

beforeAll(async () => {
  harness = await Harness.start(DEFAULT_SETTINGS);
  await harness.app(APP);
});

afterAll(() => harness.stop());

const create = (request: object) => harness.api('POST', VOLUMES, { name: 'data', region: 'iad', ...request });
const mounting = (volumeId: string) => ({ mounts: [{ volume: volumeId, path: '/data' }] });
const attachedTo = async (volumeId: string) =>
  field((await harness.api('GET', `${VOLUMES}/${volumeId}`)).body, 'attached_machine_id');

describe('creating a volume', () => {
  it('answers it, with the placement hint taken and 3 GB where no size is named', async () => {
    const compute = { cpu_kind: 'performance', cpus: 4, memory_mb: 8192 };
    const answer = await create({ compute });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      name: 'data',
      state: 'created',
      size_gb: 3,
      region: 'iad',
      attached_machine_id: null,
      snapshot_retention: 5,
    });
    expect(text(answer.body, 'id')).toMatch(/^vol_[0-9a-z]{16}$/);
    expect(field(answer.body, 'compute')).toBeUndefined();
  });

  it.each([1, 500])('takes %i GB', async (size_gb) => {
    expect(field((await create({ size_gb })).body, 'size_gb')).toBe(size_gb);
  });

  it.each([
    [{ size_gb: 0 }, 'between 1 and 500'],
    [{ size_gb: 501 }, 'between 1 and 500'],
    [{ size_gb: 1.5 }, 'size_gb'],
    [{ size_gb: '10' }, 'size_gb'],
    [{ region: 'iad,lhr' }, 'one concrete region'],
    [{ region: 'any' }, 'one concrete region'],
    [{ region: 'eu' }, 'one concrete region'],
    [{ region: undefined }, 'region'],
    [{ name: 'Data-1' }, 'name'],
    [{ fstype: 'xfs' }, 'fstype'],
    [{ snapshot_retention: 61 }, 'snapshot_retention'],
    [{ compute: { cpu_kind: 'performance', cpus: 2, memory_mb: 3072 } }, 'invalid compute.memory_mb'],
    [{ snapshot_id: 'vs_1' }, 'snapshot not found'],
    [{ snapshot_id: 'vs_1', source_volume_id: 'vol_1' }, 'exclude each other'],
    [{ source_volume_id: 'vol_1', size_gb: 10 }, 'size_gb'],
  ])('answers 400 to %j', async (request, words) => {
    const answer = await create(request);
    expect(answer.status).toBe(400);
    expect(text(answer.body, 'error')).toContain(words);
  });

  it('makes a second one for a blind repeat', async () => {
    await harness.app('repeat');
    for (let repeat = 0; repeat < 2; repeat += 1) await harness.volume('repeat');
    expect((await harness.api('GET', '/apps/repeat/volumes')).body).toHaveLength(2);
  });
});

describe('a volume', () => {
  it('changes its backup settings and nothing else by PUT', async () => {
    const id = await harness.volume(APP);
    const answer = await harness.odd('PUT', `${VOLUMES}/${id}`, {
      snapshot_retention: 9,
      auto_backup_enabled: false,
      size_gb: 99,
    });
    expect(answer.body).toMatchObject({ snapshot_retention: 9, auto_backup_enabled: false, size_gb: 10 });
    expect((await harness.api('PUT', `${VOLUMES}/${id}`, { snapshot_retention: 0 })).status).toBe(400);
  });

  it('only grows, to a new total', async () => {
    const id = await harness.volume(APP);
    const extend = (size_gb: number) => harness.api('PUT', `${VOLUMES}/${id}/extend`, { size_gb });
    expect((await extend(20)).body).toMatchObject({ needs_restart: false, volume: { id, size_gb: 20 } });
    for (const refused of [19, 20, 501, 0]) expect((await extend(refused)).status).toBe(400);
    expect(field((await harness.api('GET', `${VOLUMES}/${id}`)).body, 'size_gb')).toBe(20);
    await harness.control('POST', '/settings', { extendNeedsRestart: true });
    expect((await extend(500)).body).toMatchObject({ needs_restart: true, volume: { size_gb: 500 } });
    await harness.control('POST', '/settings', { extendNeedsRestart: false });
  });

  it('is taken by one machine only', async () => {
    const id = await harness.volume(APP);
    const machineId = text(await harness.machine(APP, mounting(id)), 'id');
    expect(await attachedTo(id)).toBe(machineId);
    const second = await harness.api('POST', MACHINES, { config: { image: 'x', ...mounting(id) } });
    expect(second.status).toBe(412);
    expect(text(second.body, 'error')).toContain(`already attached to machine: ${machineId}`);
  });

  it('pulls a machine without a region to its own, and refuses one elsewhere', async () => {
    const id = text((await create({ region: 'lhr' })).body, 'id');
    const elsewhere = await harness.api('POST', MACHINES, {
      region: 'iad',
      config: { image: 'x', ...mounting(id) },
    });
    expect(elsewhere.status).toBe(400);
    expect(await attachedTo(id)).toBeNull();
    expect(await harness.machine(APP, mounting(id), { region: 'ams,lhr' })).toMatchObject({ region: 'lhr' });
    const other = text((await create({ region: 'nrt' })).body, 'id');
    expect(await harness.machine(APP, mounting(other))).toMatchObject({ region: 'nrt' });
  });

  it('is one per machine', async () => {
    const mounts = [await harness.volume(APP), await harness.volume(APP)].map((volume) => ({
      volume,
      path: `/${volume}`,
    }));
    const answer = await harness.api('POST', MACHINES, { config: { image: 'x', mounts } });
    expect(answer.status).toBe(400);
    expect(text(answer.body, 'error')).toContain('one mount');
  });

  it('keeps its machine bound to it through updates', async () => {
    const id = await harness.volume(APP);
    const path = `${MACHINES}/${text(await harness.machine(APP, mounting(id)), 'id')}`;
    harness.clock.move(DEFAULT_SETTINGS.createMs + DEFAULT_SETTINGS.startMs);
    expect((await harness.api('POST', path, { config: { image: 'x' } })).status).toBe(400);
    expect((await harness.api('POST', path, { config: { image: 'x', ...mounting(id) } })).status).toBe(200);
  });
});

describe('deleting a volume', () => {
  it('is refused with 412 while a machine, also a stopped one, binds it, and for a lag after', async () => {
    const id = await harness.volume(APP);
    const machineId = text(await harness.machine(APP, mounting(id)), 'id');
    const refusal = async () => {
      const answer = await harness.api('DELETE', `${VOLUMES}/${id}`);
      return answer.status === 412 ? text(answer.body, 'error') : String(answer.status);
    };
    const words = `failed_precondition: volume is currently bound to machine: ${machineId}`;
    expect(await refusal()).toBe(words);
    harness.clock.move(DEFAULT_SETTINGS.createMs + DEFAULT_SETTINGS.startMs);
    await harness.api('POST', `${MACHINES}/${machineId}/stop`);
    harness.clock.move(DEFAULT_SETTINGS.stopMs);
    expect(await refusal()).toBe(words);
    await harness.api('DELETE', `${MACHINES}/${machineId}`);
    harness.clock.move(DEFAULT_SETTINGS.destroyMs);
    expect(await refusal()).toBe(words);
    harness.clock.move(DEFAULT_SETTINGS.unbindLagMs - 1);
    expect(await refusal()).toBe(words);
    harness.clock.move(1);
    expect(await refusal()).toBe('200');
  });

  it('is soft: pending_destroy and unusable, then gone', async () => {
    const id = await harness.volume(APP);
    const remove = () => harness.api('DELETE', `${VOLUMES}/${id}`);
    expect((await remove()).body).toMatchObject({ id, state: 'pending_destroy' });
    harness.clock.move(DEFAULT_SETTINGS.volumeDestroyMs - 1);
    expect((await remove()).body).toMatchObject({ state: 'pending_destroy' });
    const list = async () => JSON.stringify((await harness.api('GET', VOLUMES)).body);
    expect(await list()).toContain(id);
    const mount = await harness.api('POST', MACHINES, { config: { image: 'x', ...mounting(id) } });
    expect([mount.status, mount.body]).toEqual([400, { error: 'volume not found' }]);
    expect((await harness.api('PUT', `${VOLUMES}/${id}/extend`, { size_gb: 20 })).status).toBe(412);
    harness.clock.move(1);
    expect(await list()).not.toContain(id);
    expect((await harness.api('GET', `${VOLUMES}/${id}`)).status).toBe(404);
    expect((await remove()).status).toBe(404);
  });
});
