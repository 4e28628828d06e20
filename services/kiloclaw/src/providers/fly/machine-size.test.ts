/** Another size for a machine that is there, and the volume that it says to be on. */
import { describe, expect, it } from 'vitest';
import type { SizeChange } from '../provider.ts';
import { TAG } from '../tags.ts';
import { failure, kindOf } from './testing/failure.ts';
import { FLEET, type Life, MACHINE, PERF_1_3, PERF_4_8 } from './testing/harness.ts';
import { useFly } from './testing/use-fly.ts';

const UPDATE = 'POST /v1/apps/{app}/machines/{machine}';
const ONE_MACHINE = /\/machines\/[^/]+$/;
const OVERRIDE: SizeChange = { size: PERF_4_8, sizeSource: 'override' };

const fly = await useFly();

async function stoppedLife(life?: Life): Promise<Life> {
  const stopped = await fly.provisioned(life);
  await stopped.stop();
  return stopped;
}

async function presentConfig(): Promise<Record<string, unknown>> {
  return (await fly.state()).machines[0]?.config ?? {};
}

const pathOf = (life: Life) => `/apps/${life.text('appName')}/machines/${life.text('machineId')}`;

describe('changeMachineSize', () => {
  it('changes size and source and nothing else, and leaves the machine stopped', async () => {
    const life = await stoppedLife();
    const { guest, ...before } = await presentConfig();
    await fly.api('POST', pathOf(life), {
      config: {
        ...before,
        guest: { ...PERF_1_3, max_memory_mb: 4096, kernel_args: ['quiet'] },
        init: { exec: ['/bin/app'] },
      },
    });
    const { guest: _guest, metadata, ...kept } = await presentConfig();
    expect(guest).toEqual(PERF_1_3);

    await life.changeMachineSize(OVERRIDE);
    expect(await presentConfig()).toEqual({
      ...kept,
      guest: { ...PERF_4_8, kernel_args: ['quiet'] },
      metadata: { ...(metadata as object), [TAG.sizeSource]: 'override' },
    });
    expect(await life.observe({ until: 'stopped', waitMs: 1_000 })).toMatchObject({
      state: 'stopped',
      size: PERF_4_8,
      sizeSource: 'override',
      configurationFingerprint: MACHINE.configurationFingerprint,
      mountedVolumeId: life.text('volumeId'),
    });
    expect((await fly.state()).machines[0]).toMatchObject({ instance_id: life.text('machineVersion') });
  });

  it('sends no key of its own where the machine has none: it was made by another hand', async () => {
    const life = fly.life();
    await life.ensureHome();
    const metadata = { [TAG.fleetId]: FLEET, [TAG.instanceId]: life.tags.instanceId };
    const config = { image: MACHINE.image, size: 'shared-cpu-2x', metadata };
    await fly.api('POST', `/apps/${life.text('appName')}/machines`, { name: 'by-hand', config });
    await life.findMachine();
    await life.stop();
    await life.changeMachineSize(OVERRIDE);
    expect(await presentConfig()).toEqual({
      image: MACHINE.image,
      guest: PERF_4_8,
      metadata: { ...metadata, [TAG.sizeSource]: 'override' },
    });
  });

  it('repeated has the same outcome, and can be taken back', async () => {
    const life = await stoppedLife();
    const before = await presentConfig();
    await life.changeMachineSize(OVERRIDE);
    const changed = await presentConfig();
    await life.changeMachineSize(OVERRIDE);
    expect(await presentConfig()).toEqual(changed);
    await life.changeMachineSize({ size: PERF_1_3, sizeSource: 'tier' });
    expect(await presentConfig()).toEqual(before);
  });

  it('whose answer is lost is ambiguous, and its repeat succeeds', async () => {
    const life = await stoppedLife();
    const fired = await fly.fault({ route: UPDATE, kind: 'lose_answer' });
    expect(await kindOf(life.changeMachineSize(OVERRIDE))).toBe('ambiguous');
    expect(await fired()).toBe(true);
    await life.changeMachineSize(OVERRIDE);
    expect(await life.observe()).toMatchObject({ state: 'stopped', size: PERF_4_8, sizeSource: 'override' });
    expect((await fly.state()).machines).toMatchObject([{ instance_id: life.text('machineVersion') }]);
  });

  it('answered in a form that can’t be read is ambiguous; a machine read so is not written', async () => {
    const unheard = fly.mishearing('POST', ONE_MACHINE, () => ({ id: 7 }));
    expect(await kindOf((await stoppedLife(fly.life(unheard))).changeMachineSize(OVERRIDE))).toBe(
      'ambiguous',
    );
    await fly.reset();
    const unread = fly.mishearing('GET', ONE_MACHINE, (answer) => ({ ...answer, config: 'none' }));
    const life = fly.life(unread);
    await life.ensureHome();
    await life.createVolume();
    await life.createMachine();
    expect(await kindOf(life.changeMachineSize(OVERRIDE))).toBe('unavailable');
    expect(await fly.counters()).not.toHaveProperty([UPDATE]);
  });

  it('is host_full where the host has no room, and then nothing has changed', async () => {
    const life = await stoppedLife();
    const before = await presentConfig();
    const body = {
      error:
        'aborted: could not reserve resource for machine: insufficient CPUs available on the current host',
    };
    await fly.fault({ route: UPDATE, kind: 'fail_before', status: 409, body });
    expect(await kindOf(life.changeMachineSize(OVERRIDE))).toBe('host_full');
    expect(await presentConfig()).toEqual(before);
  });

  it('is a conflict where the machine was changed between reading and writing', async () => {
    const stale = fly.mishearing('GET', ONE_MACHINE, (a) => ({
      ...a,
      instance_id: '01J00000000000000000000000',
    }));
    const life = await stoppedLife(fly.life(stale));
    const before = await presentConfig();
    expect(await kindOf(life.changeMachineSize(OVERRIDE))).toBe('conflict');
    expect(await presentConfig()).toEqual(before);
  });

  it('may pass while the machine is still being replaced', async () => {
    const life = await stoppedLife();
    await fly.control('POST', '/settings', { updateMs: 60_000 });
    await life.changeMachineSize(OVERRIDE);
    expect(await kindOf(life.changeMachineSize({ size: PERF_1_3, sizeSource: 'tier' }))).toBe('precondition');
  });

  it('is not_found without a machine on record, and for one that is gone', async () => {
    expect(await kindOf(fly.life().changeMachineSize(OVERRIDE))).toBe('not_found');
    const life = await stoppedLife();
    await fly.control('POST', `/machines/${life.text('machineId')}`, { delete: true });
    expect(await kindOf(life.changeMachineSize(OVERRIDE))).toBe('not_found');
  });

  it('leaves a machine with other tags alone', async () => {
    const life = await stoppedLife();
    const config = { ...(await presentConfig()), metadata: { [TAG.fleetId]: 'another' } };
    await fly.api('POST', pathOf(life), { config });
    const before = await presentConfig();
    const error = await failure(life.changeMachineSize(OVERRIDE));
    expect(error.kind).toBe('invalid');
    expect(error.message).toContain('other tags');
    expect(await presentConfig()).toEqual(before);
  });
});

describe('the volume that a machine is on', () => {
  it('is told by the machine itself, whatever the record says', async () => {
    const life = await fly.provisioned();
    const volumeId = life.text('volumeId');
    life.forget('volumeId');
    expect(await life.observe()).toMatchObject({ mountedVolumeId: volumeId });
  });

  it('is null for a machine that mounts none', async () => {
    const life = fly.life();
    await life.ensureHome();
    const metadata = { [TAG.fleetId]: FLEET, [TAG.instanceId]: life.tags.instanceId };
    const config = { image: MACHINE.image, metadata };
    await fly.api('POST', `/apps/${life.text('appName')}/machines`, { name: 'bare', config });
    await life.findMachine();
    expect(await life.observe()).toMatchObject({ state: 'running', mountedVolumeId: null });
  });
});
