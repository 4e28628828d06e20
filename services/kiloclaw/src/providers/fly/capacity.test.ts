/** Hosts that are really full: capacity and quota hide behind five statuses, and nothing may change when they say no. */
import { describe, expect, it } from 'vitest';
import { failure, kindOf } from './testing/failure.ts';
import { type Life, MACHINE, PERF_4_8, VOLUME } from './testing/harness.ts';
import { useFly } from './testing/use-fly.ts';

const SMALL = { cpus: 1, memoryMb: 3072 };
const WAIT_MS = 10_000;
const LARGE = { cpus: 64, memoryMb: 65_536 };

const fly = await useFly();

const hosts = (hostsByRegion: Record<string, object[]>) =>
  fly.control('POST', '/settings', { hostsByRegion });

async function stoppedOnSmallHost(): Promise<Life> {
  await hosts({ iad: [SMALL] });
  const life = await fly.provisioned();
  await atRest(life);
  return life;
}

/** A machine keeps its room until it has really stopped. */
async function atRest(life: Life): Promise<void> {
  await life.stop();
  const seen = await life.observe({ until: 'stopped', waitMs: WAIT_MS });
  expect(seen?.state).toBe('stopped');
}

describe('a full host', () => {
  it('lets no volume be made with a machine to come in mind: the next region of ours is tried (400)', async () => {
    await hosts({ iad: [SMALL], fra: [LARGE] });
    const life = fly.life();
    await life.ensureHome();
    expect(await life.createVolume({ ...VOLUME, machineSize: PERF_4_8 })).toMatchObject({ region: 'fra' });
    await hosts({ iad: [SMALL], fra: [SMALL] });
    expect(await kindOf(life.createVolume({ ...VOLUME, machineSize: PERF_4_8 }))).toBe('region_full');
    expect((await fly.state()).volumes).toHaveLength(1);
  });

  it('lets no machine be made on a volume that is there (412)', async () => {
    const life = await stoppedOnSmallHost();
    await life.deleteMachines();
    life.forget('machineId', 'machineVersion');
    const error = await failure(life.createMachine({ ...MACHINE, size: PERF_4_8 }));
    expect([error.kind, error.facts.httpStatus]).toEqual(['host_full', 412]);
    expect((await fly.state()).machines).toEqual([]);
  });

  it('lets a machine not grow (409), and leaves it as it was', async () => {
    const life = await stoppedOnSmallHost();
    const before = (await fly.state()).machines;
    const error = await failure(life.changeMachineSize({ size: PERF_4_8, sizeSource: 'tier' }));
    expect([error.kind, error.facts.httpStatus]).toEqual(['host_full', 409]);
    expect((await fly.state()).machines).toEqual(before);
  });

  it('lets a machine not start (409), until there is room again', async () => {
    const life = await stoppedOnSmallHost();
    const neighbour = await fly.provisioned();
    const error = await failure(life.start());
    expect([error.kind, error.facts.httpStatus]).toEqual(['host_full', 409]);
    expect(await life.observe()).toMatchObject({ state: 'stopped' });
    await atRest(neighbour);
    await life.start();
  });
});

it('a quota that is used up is told apart from a token without rights (403)', async () => {
  await fly.control('POST', '/settings', { memoryQuotaMbByRegion: { iad: 4096 } });
  await fly.provisioned();
  const life = fly.life();
  await life.ensureHome();
  await life.createVolume();
  const error = await failure(life.createMachine());
  expect([error.kind, error.facts.httpStatus]).toEqual(['quota', 403]);
  expect(error.message).toContain('quota');
});
