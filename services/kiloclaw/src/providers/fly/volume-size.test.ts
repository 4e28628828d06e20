import { configureSync, type LogRecord, resetSync } from '@logtape/logtape';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { failure, kindOf } from './testing/failure.ts';
import type { Life } from './testing/harness.ts';
import { useFly } from './testing/use-fly.ts';
import { parseVolumeSizeGb } from './volume-size.ts';

const VOLUMES = '/v1/apps/{app}/volumes';
const GET = `GET ${VOLUMES}/{volume}`;
const EXTEND = `PUT ${VOLUMES}/{volume}/extend`;
const ONE_VOLUME = /\/volumes\/[^/]+$/;
const EXTENSION = /\/extend$/;

const fly = await useFly();

/** Changes its size by somebody else's hand. */
const setSize = (life: Life, size_gb: number) =>
  fly.control('POST', `/volumes/${life.text('volumeId')}`, { size_gb });

async function presentSizes(): Promise<unknown[]> {
  return (await fly.state()).volumes.map(({ size_gb }) => size_gb);
}

describe('parseVolumeSizeGb', () => {
  it.each([1, 10, 500])('reads %i', (sizeGb) => expect(parseVolumeSizeGb(sizeGb)).toBe(sizeGb));

  it.each([undefined, null, 0, -1, 1.5, 501, '10', Number.NaN])('is null for %j', (sizeGb) =>
    expect(parseVolumeSizeGb(sizeGb)).toBeNull(),
  );

  it('leaves one log line for what it ignores, and none for what it reads', () => {
    const lines: LogRecord[] = [];
    const loggers = [
      { category: ['logtape', 'meta'], lowestLevel: 'error' as const },
      { category: ['kiloclaw', 'fly'], sinks: ['lines'] },
    ];
    configureSync({ sinks: { lines: (line) => lines.push(line) }, loggers });
    onTestFinished(resetSync);
    parseVolumeSizeGb(10);
    parseVolumeSizeGb('ten');
    expect(lines.map(({ level, properties }) => [level, properties])).toEqual([
      ['warning', { event: 'fly_volume_size_ignored' }],
    ]);
  });

  it('gives a size that there can be, or null, for anything at all', () => {
    fc.assert(
      fc.property(fc.anything(), (told) => {
        const sizeGb = parseVolumeSizeGb(told);
        expect(sizeGb === null || (Number.isInteger(sizeGb) && sizeGb >= 1 && sizeGb <= 500)).toBe(true);
      }),
    );
  });
});

describe('observeVolume', () => {
  it('tells the size that is there, whoever made it so, for one call', async () => {
    const life = await fly.provisioned();
    const volumeId = life.text('volumeId');
    expect(await life.observeVolume()).toEqual({ volumeId, sizeGb: 10 });
    await setSize(life, 33);
    await fly.control('POST', '/counters/reset');
    expect(await life.observeVolume()).toEqual({ volumeId, sizeGb: 33 });
    expect(await fly.counters()).toEqual({ [GET]: 1 });
  });

  it('is null without a recorded volume (without a call), for one that is gone, and for one on its way out', async () => {
    const life = fly.life();
    expect(await life.observeVolume()).toBeNull();
    expect(fly.calls).toEqual([]);
    await life.ensureHome();
    await life.createVolume();
    await fly.control('POST', '/settings', { volumeDestroyMs: 60_000 });
    await life.deleteVolumes();
    expect((await fly.state()).volumes).toMatchObject([{ state: 'pending_destroy' }]);
    expect(await life.observeVolume()).toBeNull();
    await fly.control('POST', `/volumes/${life.text('volumeId')}`, { delete: true });
    expect(await life.observeVolume()).toBeNull();
  });

  it.each([
    ['text', { size_gb: '10' }],
    ['nothing', { size_gb: undefined }],
    ['more than Fly sells', { size_gb: 501 }],
  ])('tells no size where Fly tells %s', async (_what, told) => {
    const life = await fly.provisioned(
      fly.life(fly.mishearing('GET', ONE_VOLUME, (a) => ({ ...a, ...told }))),
    );
    expect(await life.observeVolume()).toEqual({ volumeId: life.text('volumeId'), sizeGb: null });
  });

  it('takes neither silence nor an answer that is no volume for an absence', async () => {
    const life = await fly.provisioned(fly.life(fly.mishearing('GET', ONE_VOLUME, () => ({}))));
    expect(await kindOf(life.observeVolume())).toBe('unavailable');
    await fly.fault({ route: GET, kind: 'fail_before', times: 10 });
    expect(await kindOf(life.observeVolume())).toBe('unavailable');
  });
});

describe('extendVolume', () => {
  it.each([true, false])('grows to a total, and passes on that needs_restart is %j', async (needsRestart) => {
    await fly.control('POST', '/settings', { extendNeedsRestart: needsRestart });
    const life = await fly.provisioned();
    expect(await life.extendVolume(20)).toEqual({ sizeGb: 20, needsRestart });
    expect(await presentSizes()).toEqual([20]);
  });

  it.each([20, 15])('leaves one that has 20 GB as it is where %i are asked for', async (asked) => {
    const life = await fly.provisioned();
    await setSize(life, 20);
    expect(await life.extendVolume(asked)).toEqual({ sizeGb: 20, needsRestart: true });
    expect(await fly.counters()).not.toHaveProperty([EXTEND]);
    expect(await presentSizes()).toEqual([20]);
  });

  it('whose answer is lost is ambiguous; its repeat finds the size, and grows nothing twice', async () => {
    const life = await fly.provisioned();
    const fired = await fly.fault({ route: EXTEND, kind: 'lose_answer' });
    expect(await kindOf(life.extendVolume(20))).toBe('ambiguous');
    expect(await fired()).toBe(true);
    expect(await life.extendVolume(20)).toEqual({ sizeGb: 20, needsRestart: true });
    expect(await fly.counters()).toMatchObject({ [EXTEND]: 1 });
  });

  it.each([{ needs_restart: undefined }, { needs_restart: null }, { needs_restart: 'maybe' }])(
    'assumes a restart where Fly tells %j of it',
    async (told) => {
      const life = await fly.provisioned(
        fly.life(fly.mishearing('PUT', EXTENSION, (a) => ({ ...a, ...told }))),
      );
      expect(await life.extendVolume(20)).toEqual({ sizeGb: 20, needsRestart: true });
    },
  );

  it.each([{ volume: undefined }, { volume: { size_gb: '20' } }])(
    'is ambiguous where Fly answers %j, and its repeat finds the size',
    async (told) => {
      const life = await fly.provisioned(
        fly.life(fly.mishearing('PUT', EXTENSION, (a) => ({ ...a, ...told }))),
      );
      expect(await kindOf(life.extendVolume(20))).toBe('ambiguous');
      expect(await life.extendVolume(20)).toMatchObject({ sizeGb: 20 });
      expect(await fly.counters()).toMatchObject({ [EXTEND]: 1 });
    },
  );

  it('grows nothing whose present size can’t be read', async () => {
    const mishearing = fly.mishearing('GET', ONE_VOLUME, (a) => ({ ...a, size_gb: 'ten' }));
    const life = await fly.provisioned(fly.life(mishearing));
    expect(await kindOf(life.extendVolume(20))).toBe('unavailable');
    expect(await presentSizes()).toEqual([10]);
  });

  it('says what is not there: no volume on record, one that is gone, one that is being destroyed', async () => {
    const life = fly.life();
    expect((await failure(life.extendVolume(20))).message).toContain('No volume is recorded');
    await life.ensureHome();
    await life.createVolume();
    await fly.control('POST', '/settings', { volumeDestroyMs: 60_000 });
    await life.deleteVolumes();
    expect(await kindOf(life.extendVolume(20))).toBe('not_found');
    await fly.control('POST', `/volumes/${life.text('volumeId')}`, { delete: true });
    const error = await failure(life.extendVolume(20));
    expect(error.kind).toBe('not_found');
    expect(error.message).toContain(life.text('volumeId'));
  });

  it('does not reach a volume in another instance’s app', async () => {
    const neighbour = await fly.provisioned();
    const life = await fly.provisioned();
    life.resources = { ...life.resources, volumeId: neighbour.text('volumeId') };
    expect(await life.observeVolume()).toBeNull();
    expect(await kindOf(life.extendVolume(20))).toBe('not_found');
    expect(await presentSizes()).toEqual([10, 10]);
  });

  it('beyond what Fly sells is invalid, and names the field', async () => {
    const error = await failure((await fly.provisioned()).extendVolume(501));
    expect(error.kind).toBe('invalid');
    expect(error.facts.details).toMatchObject({ field: 'size_gb' });
  });

  it('is host_full where the host has no room, since the volume can grow nowhere else', async () => {
    const life = await fly.provisioned();
    const body = { error: 'aborted: could not reserve resource for volume: insufficient capacity' };
    await fly.fault({ route: EXTEND, kind: 'fail_before', status: 409, body });
    expect(await kindOf(life.extendVolume(20))).toBe('host_full');
    expect(await presentSizes()).toEqual([10]);
  });
});
