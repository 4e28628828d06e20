import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { field, Harness, text } from './testing/harness.ts';

const APP = 'kept';
const VOLUMES = `/apps/${APP}/volumes`;
const DAY_MS = 24 * 60 * 60 * 1000;
const harness = await Harness.start();
afterAll(() => harness.stop());

beforeEach(async () => {
  await harness.control('POST', '/reset');
  await harness.app(APP);
});

const settings = (change: object) => harness.control('POST', '/settings', change);
const restore = (request: object) =>
  harness.api('POST', VOLUMES, { name: 'data', region: 'iad', ...request });

async function snapshots(volumeId: string): Promise<unknown[]> {
  const { body } = await harness.api('GET', `${VOLUMES}/${volumeId}/snapshots`);
  return Array.isArray(body) ? body : [];
}

async function snapshotOf(volumeId: string): Promise<string> {
  const answer = await harness.api('POST', `${VOLUMES}/${volumeId}/snapshots`);
  return text(answer.body, 'Msg.backup.id');
}

describe('a snapshot', () => {
  it('is answered at once and done when the list says so', async () => {
    await settings({ snapshotMs: 1000 });
    const volumeId = await harness.volume(APP);
    const id = await snapshotOf(volumeId);
    expect(await snapshots(volumeId)).toMatchObject([{ id, status: 'creating', volume_size: 10 * 2 ** 30 }]);
    expect((await restore({ snapshot_id: id })).status).toBe(400);
    harness.clock.move(1000);
    expect(await snapshots(volumeId)).toMatchObject([{ id, status: 'created' }]);
  });

  it('is kept for as long as the volume’s retention says, newest first', async () => {
    const volumeId = await harness.volume(APP);
    const first = await snapshotOf(volumeId);
    harness.clock.move(DAY_MS);
    const second = await snapshotOf(volumeId);
    const ids = async () => (await snapshots(volumeId)).map((snapshot) => text(snapshot, 'id'));
    expect(await ids()).toEqual([second, first]);
    harness.clock.move(4 * DAY_MS);
    expect(await ids()).toEqual([second]);
  });

  it('is restored into a volume of its size at least, which is not mountable until it is filled', async () => {
    const volumeId = await harness.volume(APP);
    const snapshot_id = await snapshotOf(volumeId);
    const small = await restore({ snapshot_id, size_gb: 9 });
    expect([small.status, text(small.body, 'error')]).toEqual([
      400,
      'invalid_argument: volume size (9 GiB) is smaller than the snapshot size (10 GiB)',
    ]);
    await settings({ volumeFillMs: 1000 });
    const restored = await restore({ snapshot_id });
    expect(restored.body).toMatchObject({ state: 'restoring', size_gb: 10 });
    const mounts = [{ volume: text(restored.body, 'id'), path: '/data' }];
    const mount = () => harness.api('POST', `/apps/${APP}/machines`, { config: { image: 'x', mounts } });
    expect((await mount()).status).toBe(412);
    harness.clock.move(1000);
    expect((await mount()).status).toBe(200);
  });

  it('of a volume that is not there or being deleted is refused', async () => {
    await settings({ volumeDestroyMs: 1000 });
    const volumeId = await harness.volume(APP);
    await harness.api('DELETE', `${VOLUMES}/${volumeId}`);
    expect((await harness.api('POST', `${VOLUMES}/${volumeId}/snapshots`)).status).toBe(412);
    expect((await harness.api('POST', `${VOLUMES}/vol_none/snapshots`)).status).toBe(404);
  });
});

describe('a volume that fills up', () => {
  async function mounted(autoExtend: object): Promise<string> {
    const volume = await harness.volume(APP);
    const machine = await harness.machine(APP, { mounts: [{ volume, path: '/data', ...autoExtend }] });
    await harness.api('GET', `/apps/${APP}/machines/${text(machine, 'id')}`);
    return volume;
  }

  const fill = (volumeId: string, used_gb: number) =>
    harness.control('POST', `/volumes/${volumeId}`, { used_gb });
  const view = async (volumeId: string) => (await harness.api('GET', `${VOLUMES}/${volumeId}`)).body;
  const ALL = { extend_threshold_percent: 80, add_size_gb: 5, size_gb_limit: 25 };

  it('shows in its blocks, which are 0 until it is mounted', async () => {
    const loose = await harness.volume(APP);
    await fill(loose, 5);
    expect(await view(loose)).toMatchObject({ blocks: 0, blocks_free: 0, block_size: 0 });
    const volumeId = await mounted({});
    await fill(volumeId, 5);
    const blocks = Number(field(await view(volumeId), 'blocks'));
    expect(await view(volumeId)).toMatchObject({ block_size: 4096, blocks_free: blocks / 2 });
    expect(blocks * 4096).toBe(10 * 2 ** 30);
  });

  it('extends itself in steps up to its limit where all three settings are there', async () => {
    const volumeId = await mounted(ALL);
    await fill(volumeId, 7.9);
    expect(field(await view(volumeId), 'size_gb')).toBe(10);
    await fill(volumeId, 8);
    expect(field(await view(volumeId), 'size_gb')).toBe(15);
    await fill(volumeId, 24);
    expect(field(await view(volumeId), 'size_gb')).toBe(25);
  });

  it.each(Object.keys(ALL))('stays as it is without %s', async (key) => {
    const rest = Object.fromEntries(Object.entries(ALL).filter(([name]) => name !== key));
    const volumeId = await mounted(rest);
    await fill(volumeId, 9.9);
    expect(field(await view(volumeId), 'size_gb')).toBe(10);
  });
});
