/** One machine or volume of an instance is deleted while the others stay. */
import { describe, expect, it } from 'vitest';
import { TAG } from '../tags.ts';
import { failure, kindOf } from './testing/failure.ts';
import { FLEET, type Life, MACHINE } from './testing/harness.ts';
import { useFly } from './testing/use-fly.ts';

const DELETE_MACHINE = 'DELETE /v1/apps/{app}/machines/{machine}';
const DELETE_VOLUME = 'DELETE /v1/apps/{app}/volumes/{volume}';

const fly = await useFly();

/** A machine without a volume, beside the recorded one. */
async function secondMachine(life: Life, metadata: Record<string, string>): Promise<string> {
  const request = { name: 'second', config: { image: MACHINE.image, metadata } };
  await fly.api('POST', `/apps/${life.text('appName')}/machines`, request);
  const second = (await fly.state()).machines.find(({ name }) => name === 'second');
  return second?.id ?? '';
}

const ownTags = (life: Life) => ({ [TAG.fleetId]: FLEET, [TAG.instanceId]: life.tags.instanceId });
const machineIds = async () => (await fly.state()).machines.map(({ id }) => id);
const volumeIds = async () => (await fly.state()).volumes.map(({ id }) => id);

/** An instance with a volume that it uses, and the id of one of its name that it does not. */
async function withRetiredVolume(life: Life = fly.life()): Promise<{ life: Life; retired: string }> {
  await life.ensureHome();
  await life.createVolume();
  const retired = life.text('volumeId');
  await life.createVolume();
  await life.createMachine();
  return { life, retired };
}

describe('deleteMachine', () => {
  it('deletes a second one that runs, and leaves the recorded one', async () => {
    const life = await fly.provisioned();
    const second = await secondMachine(life, ownTags(life));
    await life.deleteMachine(second);
    expect(await machineIds()).toEqual([life.text('machineId')]);
  });

  it('deletes the recorded one, and leaves the second', async () => {
    const life = await fly.provisioned();
    const second = await secondMachine(life, ownTags(life));
    await life.deleteMachine(life.text('machineId'));
    expect(await machineIds()).toEqual([second]);
  });

  it('repeated is a success without a second call, also for one on its way out, and in an app that is gone', async () => {
    await fly.control('POST', '/settings', { destroyMs: 60_000 });
    const life = await fly.provisioned();
    const machineId = life.text('machineId');
    await life.deleteMachine(machineId);
    await life.deleteMachine(machineId);
    await fly.control('POST', `/machines/${machineId}`, { delete: true });
    await life.deleteMachine(machineId);
    await life.deleteHome();
    await life.deleteMachine(machineId);
    expect(await fly.counters()).toMatchObject({ [DELETE_MACHINE]: 1 });
  });

  it('whose answer is lost is ambiguous, and its repeat succeeds', async () => {
    const life = await fly.provisioned();
    const fired = await fly.fault({ route: DELETE_MACHINE, kind: 'lose_answer' });
    expect(await kindOf(life.deleteMachine(life.text('machineId')))).toBe('ambiguous');
    expect(await fired()).toBe(true);
    await life.deleteMachine(life.text('machineId'));
    expect(await machineIds()).toEqual([]);
  });

  it.each([
    ['no tags', () => ({})],
    ['another fleet’s tags', (life: Life) => ({ ...ownTags(life), [TAG.fleetId]: 'another' })],
    ['another instance’s tags', (life: Life) => ({ ...ownTags(life), [TAG.instanceId]: 'another' })],
  ])('refuses one with %s, recorded or not', async (_what, tagsFor) => {
    const life = await fly.provisioned();
    const foreign = await secondMachine(life, tagsFor(life));
    for (const recorded of [life.text('machineId'), foreign]) {
      life.resources = { ...life.resources, machineId: recorded };
      const error = await failure(life.deleteMachine(foreign));
      expect(error.kind).toBe('invalid');
      expect(error.message).toContain(foreign);
    }
    expect(await machineIds()).toContain(foreign);
  });

  it('deletes nothing that it can’t read', async () => {
    const unread = fly.mishearing('GET', /\/machines\/[^/]+$/, () => ({ state: 'stopped' }));
    const life = fly.life(unread);
    await life.ensureHome();
    await life.createVolume();
    await life.createMachine();
    expect(await kindOf(life.deleteMachine(life.text('machineId')))).toBe('unavailable');
    expect(await machineIds()).toEqual([life.text('machineId')]);
  });
});

describe('deleteVolume', () => {
  it('deletes a retired one, and leaves the one in use', async () => {
    const { life, retired } = await withRetiredVolume();
    await life.deleteVolume(retired);
    expect(await volumeIds()).toEqual([life.text('volumeId')]);
  });

  it('refuses the recorded one, before any call', async () => {
    const { life } = await withRetiredVolume();
    await fly.control('POST', '/counters/reset');
    const error = await failure(life.deleteVolume(life.text('volumeId')));
    expect(error.kind).toBe('invalid');
    expect(error.message).toContain(life.text('volumeId'));
    expect(await fly.counters()).toEqual({});
  });

  it('refuses one of another name, and does not reach one in another app', async () => {
    const life = await fly.provisioned();
    const neighbour = await fly.provisioned();
    const path = `/apps/${life.text('appName')}/volumes`;
    await fly.api('POST', path, { name: 'precious', region: 'iad', size_gb: 1 });
    const precious = (await fly.state()).volumes.find(({ name }) => name === 'precious')?.id ?? '';
    const error = await failure(life.deleteVolume(precious));
    expect(error.kind).toBe('invalid');
    expect(error.message).toContain(precious);
    await life.deleteVolume(neighbour.text('volumeId'));
    expect(await volumeIds()).toHaveLength(3);
  });

  it('that a machine binds may pass', async () => {
    const life = await fly.provisioned();
    const bound = life.text('volumeId');
    await life.createVolume();
    const error = await failure(life.deleteVolume(bound));
    expect(error.kind).toBe('precondition');
    expect(error.facts.details).toMatchObject({ reason: 'volume_bound' });
    expect(await volumeIds()).toContain(bound);
  });

  it('repeated is a success without a second call, also while Fly keeps it, and in an app that is gone', async () => {
    await fly.control('POST', '/settings', { volumeDestroyMs: 60_000 });
    const { life, retired } = await withRetiredVolume();
    await life.deleteVolume(retired);
    await life.deleteVolume(retired);
    await fly.control('POST', `/volumes/${retired}`, { delete: true });
    await life.deleteVolume(retired);
    await life.deleteHome();
    await life.deleteVolume(retired);
    expect(await fly.counters()).toMatchObject({ [DELETE_VOLUME]: 1 });
  });

  it('whose answer is lost is ambiguous, and its repeat succeeds', async () => {
    const { life, retired } = await withRetiredVolume();
    const fired = await fly.fault({ route: DELETE_VOLUME, kind: 'lose_answer' });
    expect(await kindOf(life.deleteVolume(retired))).toBe('ambiguous');
    expect(await fired()).toBe(true);
    await life.deleteVolume(retired);
    expect(await volumeIds()).toEqual([life.text('volumeId')]);
  });

  it('deletes nothing that it can’t read', async () => {
    const unread = fly.mishearing('GET', /\/volumes\/[^/]+$/, () => ({}));
    const { life, retired } = await withRetiredVolume(fly.life(unread));
    expect(await kindOf(life.deleteVolume(retired))).toBe('unavailable');
    expect(await volumeIds()).toContain(retired);
  });
});
