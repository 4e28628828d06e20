/** A volume is copied to where its machine fits, and the one copied is never used again. */
import { describe, expect, it } from 'vitest';
import { failure, kindOf } from './testing/failure.ts';
import { FLEET, type Life, MACHINE, PERF_4_8, VOLUME } from './testing/harness.ts';
import { useFly } from './testing/use-fly.ts';

const VOLUMES = 'POST /v1/apps/{app}/volumes';
const SMALL = { cpus: 1, memoryMb: 3072 };
const LARGE = { cpus: 64, memoryMb: 65_536 };

const fly = await useFly();

const hosts = (hostsByRegion: Record<string, object[]>) =>
  fly.control('POST', '/settings', { hostsByRegion });
const volumes = async () => (await fly.state()).volumes;
const volumeOf = async (volumeId: unknown) => (await volumes()).find(({ id }) => id === volumeId);

/** Stopped, on a host where another machine has taken all the room since. */
async function crowdedOut(life: Life = fly.life()): Promise<Life> {
  await hosts({ iad: [SMALL, LARGE], fra: [LARGE] });
  await fly.provisioned(life);
  await life.stop();
  await fly.provisioned();
  expect(await kindOf(life.start())).toBe('host_full');
  return life;
}

/** Stopped, with a volume and its machine. */
async function stopped(life: Life = fly.life()): Promise<Life> {
  await fly.provisioned(life);
  await life.stop();
  return life;
}

/** A fork whose answer is lost: the id of the copy that is there all the same. */
async function lostFork(life: Life): Promise<string> {
  const before = (await volumes()).map(({ id }) => id);
  const fired = await fly.fault({ route: VOLUMES, kind: 'lose_answer' });
  expect(await kindOf(life.forkVolume())).toBe('ambiguous');
  expect(await fired()).toBe(true);
  return (await volumes()).find(({ id }) => !before.includes(id))?.id ?? '';
}

describe('a copy', () => {
  it('is where its machine fits, of the same size; the machine runs on it, and the old volume stays', async () => {
    const life = await crowdedOut();
    const old = life.text('volumeId');
    await life.extendVolume(12);
    expect(await life.forkVolume()).toMatchObject({ region: 'iad', retiredVolumeIds: old });
    expect(life.text('volumeId')).not.toBe(old);
    expect(await life.observeVolume()).toEqual({ volumeId: life.text('volumeId'), sizeGb: 12 });
    await life.deleteMachines();
    life.forget('machineId', 'machineVersion');
    await life.createMachine();
    expect(await life.observe({ until: 'running', waitMs: 5_000 })).toMatchObject({
      state: 'running',
      mountedVolumeId: life.text('volumeId'),
    });
    expect(await volumeOf(old)).toMatchObject({ state: 'created' });
  });

  it('is there while it is still being filled', async () => {
    await fly.control('POST', '/settings', { volumeFillMs: 60_000 });
    const life = await stopped();
    await life.forkVolume();
    expect(await volumeOf(life.resources.volumeId)).toMatchObject({ state: 'hydrating' });
    expect(await life.observeVolume()).toMatchObject({ volumeId: life.text('volumeId') });
    expect(await life.findVolume()).toMatchObject({ volumeId: life.text('volumeId') });
  });

  it('is made with the size of the machine to come', async () => {
    await hosts({ iad: [SMALL, SMALL, LARGE] });
    const life = await stopped();
    await life.forkVolume({ ...VOLUME, machineSize: PERF_4_8 });
    await life.deleteMachines();
    life.forget('machineId', 'machineVersion');
    await life.createMachine({ ...MACHINE, size: PERF_4_8 });
    expect(await life.observe({ until: 'running', waitMs: 5_000 })).toMatchObject({ state: 'running' });
  });

  it('is in another region of ours where its own has no room', async () => {
    const life = await stopped(fly.life(fly.provider({ regions: ['iad', 'ord', 'fra'] })));
    await hosts({ iad: [], ord: [], fra: [LARGE] });
    expect(await life.forkVolume()).toMatchObject({ region: 'fra' });
  });

  it('is in the region of the volume first, whichever ours prefers', async () => {
    const life = fly.life();
    await life.ensureHome();
    await life.createVolume({ ...VOLUME, region: 'fra' });
    expect(await life.forkVolume()).toMatchObject({ region: 'fra' });
  });

  it('is region_full where no region has room, and then nothing is learned or made', async () => {
    const life = await stopped();
    const before = await volumes();
    await hosts({ iad: [], fra: [] });
    expect(await kindOf(life.forkVolume())).toBe('region_full');
    expect(await volumes()).toEqual(before);
    expect(life.resources.retiredVolumeIds).toBeUndefined();
  });

  it('of a copy retires both', async () => {
    const life = await stopped();
    const first = life.text('volumeId');
    await life.forkVolume();
    const second = life.text('volumeId');
    await life.forkVolume();
    expect(life.resources.retiredVolumeIds).toBe(`${first},${second}`);
    expect(new Set((await volumes()).map(({ name }) => name)).size).toBe(3);
  });

  it('is refused without a volume, and for one that is gone', async () => {
    const life = fly.life();
    await life.ensureHome();
    expect(await kindOf(life.forkVolume())).toBe('not_found');
    await life.createVolume();
    await fly.control('POST', `/volumes/${life.text('volumeId')}`, { delete: true });
    expect(await kindOf(life.forkVolume())).toBe('not_found');
  });

  it('is refused where twenty are retired, until some of them are gone', async () => {
    const life = await stopped();
    for (let copies = 0; copies < 20; copies += 1) await life.forkVolume();
    expect((await failure(life.forkVolume())).message).toContain('delete some');
    const [oldest = '', ...others] = life.text('retiredVolumeIds').split(',');
    await life.deleteMachines();
    await life.deleteVolume(oldest);
    const copied = life.text('volumeId');
    await life.forkVolume();
    expect(life.text('retiredVolumeIds').split(',')).toEqual([...others, copied]);
  });
});

describe('a copy whose answer was lost', () => {
  it('is found by the next call, which makes none', async () => {
    const life = await crowdedOut();
    const old = life.text('volumeId');
    const copy = await lostFork(life);
    expect(await life.forkVolume()).toMatchObject({ volumeId: copy, retiredVolumeIds: old });
    expect((await volumes()).filter(({ app }) => app === life.text('appName'))).toHaveLength(2);
  });

  it('is found also where no machine is left', async () => {
    const life = await stopped();
    await life.deleteMachines();
    const copy = await lostFork(life);
    expect(await life.forkVolume()).toMatchObject({ volumeId: copy });
  });

  it('does not lead on to another region', async () => {
    const life = await stopped();
    await lostFork(life);
    expect((await volumes()).map(({ region }) => region)).toEqual(['iad', 'iad']);
  });

  it('is not taken after the machine has run again: it lacks what was written since', async () => {
    const life = await stopped();
    const copy = await lostFork(life);
    await life.start();
    await life.observe({ until: 'running', waitMs: 5_000 });
    await life.stop();
    await life.forkVolume();
    expect(life.text('volumeId')).not.toBe(copy);
    expect(await volumes()).toHaveLength(3);
  });

  it('is not taken after a machine that is gone by now has run again', async () => {
    const life = await stopped();
    const copy = await lostFork(life);
    life.learn(await life.start());
    await life.observe({ until: 'running', waitMs: 5_000 });
    await life.stop();
    await life.deleteMachines();
    await life.forkVolume();
    expect(life.text('volumeId')).not.toBe(copy);
  });

  it('is not taken where it has been retired', async () => {
    const life = await stopped();
    const copy = await lostFork(life);
    life.resources = { ...life.resources, retiredVolumeIds: copy };
    await life.forkVolume();
    expect(life.text('volumeId')).not.toBe(copy);
  });

  it('is not taken while the machine runs', async () => {
    const life = await stopped();
    const copy = await lostFork(life);
    await fly.control('POST', `/machines/${life.text('machineId')}`, { state: 'started' });
    await life.forkVolume();
    expect(life.text('volumeId')).not.toBe(copy);
  });

  it('is not taken once it is old: nobody knows what has been since', async () => {
    let aheadMs = 0;
    const life = await stopped(fly.life(fly.provider({}, () => Date.now() + aheadMs)));
    await life.deleteMachines();
    const copy = await lostFork(life);
    aheadMs = 31 * 60_000;
    await life.forkVolume();
    expect(life.text('volumeId')).not.toBe(copy);
  });
});

describe('a retired volume', () => {
  async function forked(): Promise<{ life: Life; retired: string; copy: string }> {
    const life = await stopped();
    const retired = life.text('volumeId');
    await life.forkVolume();
    return { life, retired, copy: life.text('volumeId') };
  }

  it('is never found for the instance’s own, though its machine still holds it', async () => {
    const { life, copy } = await forked();
    life.forget('volumeId');
    expect(await life.findVolume()).toMatchObject({ volumeId: copy });
    await fly.control('POST', `/volumes/${copy}`, { delete: true });
    expect(await life.findVolume()).toBeNull();
  });

  it('is the instance’s by its id, whatever its name', async () => {
    const life = await stopped();
    const path = `/apps/${life.text('appName')}/volumes`;
    await fly.api('POST', path, { name: 'by_hand', region: 'iad', size_gb: 1 });
    const byHand = (await volumes()).find(({ name }) => name === 'by_hand')?.id ?? '';
    expect(await kindOf(life.deleteVolume(byHand))).toBe('invalid');
    life.resources = { ...life.resources, retiredVolumeIds: byHand };
    await life.deleteVolume(byHand);
    expect(await volumes()).toHaveLength(1);
  });

  it('is no surplus', async () => {
    const { life, retired, copy } = await forked();
    await life.deleteMachines();
    await life.removeSurplusVolumes();
    expect((await volumes()).map(({ id }) => id)).toEqual([retired, copy]);
  });

  it('goes alone where an admin says so, once no machine binds it', async () => {
    const { life, retired, copy } = await forked();
    expect(await kindOf(life.deleteVolume(retired))).toBe('precondition');
    await life.deleteMachines();
    await life.deleteVolume(retired);
    expect((await volumes()).map(({ id }) => id)).toEqual([copy]);
  });

  it('is the instance’s: in its list, in its home, in its fleet, and destroyed with it', async () => {
    const { life, retired, copy } = await forked();
    await life.ensureHome();
    const ids = (await life.owned()).map(({ id }) => id);
    expect(ids.sort()).toEqual([life.text('machineId'), retired, copy].sort());
    const inFleet = (await life.provider.listFleet(FLEET)).filter(({ kind }) => kind === 'volume');
    expect(inFleet).toMatchObject(Array(2).fill({ instanceId: life.tags.instanceId }));
    await life.deleteMachines();
    await life.deleteVolumes();
    await life.deleteHome();
    expect(await fly.state()).toEqual({ apps: [], machines: [], volumes: [] });
  });

  it('goes with a destroy that no list shows it to', async () => {
    const { life } = await forked();
    await life.deleteMachines();
    await fly.control('POST', '/settings', { emptyLists: true });
    await life.deleteVolumes();
    expect(await volumes()).toEqual([]);
  });

  it('takes no new machine: one of its name that is still on it is no machine of ours', async () => {
    const { life, copy } = await forked();
    expect(await kindOf(life.createMachine())).toBe('conflict');
    await life.deleteMachines();
    await life.createMachine();
    expect(await life.observe()).toMatchObject({ mountedVolumeId: copy });
  });
});
