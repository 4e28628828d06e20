/** Updates: whose version counts after a lost answer, and how their end is waited for. */
import { describe, expect, it } from 'vitest';
import type { SizeChange } from '../provider.ts';
import { kindOf } from './testing/failure.ts';
import { type Life, MACHINE, PERF_4_8 } from './testing/harness.ts';
import { useFly } from './testing/use-fly.ts';

const UPDATE = 'POST /v1/apps/{app}/machines/{machine}';
const WAIT = 'GET /v1/apps/{app}/machines/{machine}/wait';
const LARGER: SizeChange = { size: PERF_4_8, sizeSource: 'override' };
const PERF_4_16 = { ...PERF_4_8, memory_mb: 16_384 };
const SHARED = { cpu_kind: 'shared', cpus: 2, memory_mb: 4096 };

const fly = await useFly();

async function stoppedLife(): Promise<Life> {
  const life = await fly.provisioned();
  await life.stop();
  await life.observe();
  return life;
}

const machine = async () => (await fly.state()).machines[0];
const waits = () => fly.calls.filter(({ route }) => WAIT.endsWith(route)).map(({ status }) => status);
const updates = async () => (await fly.counters())[UPDATE] ?? 0;

describe('an update whose answer was lost', () => {
  it.each([
    ['a size', (life: Life) => life.changeMachineSize(LARGER)],
    ['a whole build', (life: Life) => life.updateMachine({ ...MACHINE, ...LARGER })],
  ])('of %s is adopted by its repeat, which writes nothing', async (_what, act) => {
    const life = await stoppedLife();
    const fired = await fly.fault({ route: UPDATE, kind: 'lose_answer' });
    expect(await kindOf(act(life))).toBe('ambiguous');
    expect(await fired()).toBe(true);
    await act(life);
    expect(await updates()).toBe(1);
    expect(await machine()).toMatchObject({ instance_id: life.text('machineVersion'), state: 'stopped' });
    expect(await life.observe()).toMatchObject({ size: PERF_4_8, sizeSource: 'override' });
  });

  it.each([
    ['another size', (life: Life) => life.changeMachineSize({ ...LARGER, size: PERF_4_16 })],
    [
      'the same size from elsewhere',
      (life: Life) => life.changeMachineSize({ ...LARGER, sizeSource: 'tier' }),
    ],
    [
      'another configuration',
      (life: Life) =>
        life.updateMachine({ ...MACHINE, ...LARGER, configurationFingerprint: 'fingerprint-2' }),
    ],
    [
      'another volume',
      (life: Life) => withVolume(life, 'vol_0000000000000000').updateMachine({ ...MACHINE, ...LARGER }),
    ],
  ])('is not taken for one to %s', async (_what, act) => {
    const life = await stoppedLife();
    await fly.fault({ route: UPDATE, kind: 'lose_answer' });
    expect(await kindOf(life.changeMachineSize(LARGER))).toBe('ambiguous');
    await act(life).catch(() => null);
    expect(await updates()).toBe(2);
  });

  function withVolume(life: Life, volumeId: string): Life {
    life.resources = { ...life.resources, volumeId };
    return life;
  }
});

it('a machine of the recorded version is written, though it looks as it is wanted', async () => {
  const life = await stoppedLife();
  await life.updateMachine({ ...MACHINE, env: { ONLY: 'this' } });
  expect(await machine()).toMatchObject({ config: { env: { ONLY: 'this' } } });
});

describe('a wait', () => {
  it('for an update to settle ends where it has, and leaves the machine stopped', async () => {
    await fly.control('POST', '/settings', { updateMs: 300 });
    const life = await stoppedLife();
    await life.changeMachineSize(LARGER);
    expect(await life.observe()).toMatchObject({ state: 'transient' });
    expect(await life.observe({ until: 'settled', waitMs: 5_000 })).toMatchObject({ state: 'stopped' });
    expect(waits().slice(1)).toEqual([200]);
    await life.start();
  });

  it('for a version that was replaced goes on with its successor', async () => {
    await fly.control('POST', '/settings', { startMs: 400, createMs: 0 });
    const life = await stoppedLife();
    await fly.control('POST', `/machines/${life.text('machineId')}`, { guest: SHARED });
    await life.start();
    expect(await life.observe({ until: 'running', waitMs: 5_000 })).toMatchObject({
      state: 'running',
      size: SHARED,
    });
    expect(waits().slice(-2)).toEqual([412, 200]);
  });

  it('follows one successor and no more', async () => {
    let versions = 0;
    const everNew = fly.mishearing('GET', /\/machines\/[^/]+$/, (answer) => {
      versions += 1;
      return { ...answer, instance_id: `01J0000000000000000000000${versions}` };
    });
    const life = fly.life(everNew);
    await life.ensureHome();
    await life.createVolume();
    await life.createMachine();
    const error = 'failed_precondition: machine failed to reach desired state, started, currently replaced';
    await fly.fault({ route: WAIT, kind: 'fail_before', status: 412, body: { error }, times: 10 });
    await life.observe({ until: 'running', waitMs: 5_000 });
    expect(waits()).toEqual([412, 412]);
  });
});

it('a process that was killed for want of memory is told with its time, and stays told after a start', async () => {
  const life = await fly.provisioned();
  expect(await life.observe()).toMatchObject({ outOfMemoryAtMs: null });
  const beforeMs = Date.now();
  await fly.control('POST', `/machines/${life.text('machineId')}`, { out_of_memory: true });
  const seen = await life.observe();
  expect(seen).toMatchObject({ state: 'stopped' });
  expect(seen?.outOfMemoryAtMs).toBeGreaterThanOrEqual(beforeMs);
  await life.start();
  expect(await life.observe()).toMatchObject({ outOfMemoryAtMs: seen?.outOfMemoryAtMs });
});
