/** The size of a volume: that of the record wherever one is known, grown and never shrunk. */
import { INSTANCE_TIERS } from '@kiloclaw/instance-tiers';
import { describe, expect, it } from 'vitest';
import { failure, kindOf } from './testing/failure.ts';
import { type Life, VOLUME } from './testing/life.ts';
import { useNorthflank } from './testing/use-northflank.ts';
import { VirtualClock } from './testing/virtual-clock.ts';

const clock = new VirtualClock();
const northflank = await useNorthflank(clock);
/** Another size than any tier's. */
const GLOBAL = { volumeSizeMb: 7_168 };

const life = (config = {}) => northflank.life(northflank.provider({ config, timing: clock.timing }));

async function withVolume(made: Life, sizeGb: number | null = 10): Promise<Life> {
  await made.ensureHome();
  await made.createVolume({ ...VOLUME, sizeGb });
  return made;
}

async function sizesMb(): Promise<number[]> {
  return (await northflank.state()).volumes.map(({ spec }) => spec.storageSize);
}

describe('a new volume', () => {
  it.each(INSTANCE_TIERS)(
    'has the size of $key, whatever the setting for all says',
    async ({ volumeSizeGb }) => {
      await withVolume(life(GLOBAL), volumeSizeGb);
      expect(await sizesMb()).toEqual([volumeSizeGb * 1_024]);
    },
  );

  it.each(INSTANCE_TIERS)('in the place of a lost one has the size of $key', async ({ volumeSizeGb }) => {
    const made = await withVolume(life(GLOBAL), volumeSizeGb);
    await northflank.changeVolume(made, { delete: true });
    made.forget('volumeId');
    await made.createVolume({ ...VOLUME, sizeGb: volumeSizeGb });
    expect(await sizesMb()).toEqual([volumeSizeGb * 1_024]);
  });

  it('takes the setting for all where no size is known, and only there', async () => {
    const made = await withVolume(life(GLOBAL), null);
    expect(await sizesMb()).toEqual([7_168]);
    expect(await made.observeVolume()).toMatchObject({ sizeGb: 7 });
  });

  it('is refused where nobody says a size', async () => {
    const { kind, message } = await failure(withVolume(life(), null));
    expect([kind, message]).toEqual(['invalid', expect.stringMatching(/volumeSizeGb.*NF_VOLUME_SIZE_MB/)]);
  });

  it('has the class and the access that are configured', async () => {
    await withVolume(life({ storageClass: 'nf-multi-rw', accessMode: 'ReadWriteMany' }));
    expect((await northflank.state()).volumes).toMatchObject([
      { spec: { storageClassName: 'nf-multi-rw', accessMode: 'ReadWriteMany' } },
    ]);
  });
});

describe('growth', () => {
  it('is verified: accepted is not done', async () => {
    const made = await withVolume(life());
    await northflank.settings({ volumeGrowMs: 700 });
    expect(await made.extendVolume(20)).toEqual({ sizeGb: 20, needsRestart: true });
    expect(await made.observeVolume()).toMatchObject({ sizeGb: 20 });
  });

  it('that is not shown yet is to be asked for again, and is then found', async () => {
    const made = await withVolume(life());
    await northflank.settings({ volumeGrowMs: 60_000 });
    expect(await kindOf(made.extendVolume(20))).toBe('precondition');
    clock.move(60_000);
    expect(await made.extendVolume(20)).toEqual({ sizeGb: 20, needsRestart: true });
    expect(await sizesMb()).toEqual([20_480]);
  });

  it('to what is there already changes nothing', async () => {
    const made = await withVolume(life(), 20);
    expect(await made.extendVolume(20)).toEqual({ sizeGb: 20, needsRestart: true });
    expect(await made.extendVolume(15)).toEqual({ sizeGb: 20, needsRestart: true });
    expect(await sizesMb()).toEqual([20_480]);
  });

  it('of nothing is not found', async () => {
    expect(await kindOf(life().extendVolume(20))).toBe('not_found');
    const made = await withVolume(life());
    await northflank.changeVolume(made, { delete: true });
    expect(await kindOf(made.extendVolume(20))).toBe('not_found');
  });

  it('of what tells no whole GB is not asked for', async () => {
    const made = await withVolume(life());
    await northflank.changeVolume(made, { storageSize: 10_000 });
    expect(await made.observeVolume()).toMatchObject({ sizeGb: null });
    expect(await kindOf(made.extendVolume(20))).toBe('unavailable');
    expect(await sizesMb()).toEqual([10_000]);
  });
});

describe('a volume', () => {
  it('tells what it is mounted on', async () => {
    const made = await withVolume(life());
    expect(await made.observeVolume()).toMatchObject({ mountedOn: [] });
    await made.createMachine();
    expect(await made.observeVolume()).toMatchObject({ mountedOn: [made.text('machineId')] });
  });

  it('is copied nowhere', async () => {
    const { provider, tags, resources } = life();
    expect(await kindOf(provider.forkVolume(tags, resources, VOLUME))).toBe('invalid');
  });
});
