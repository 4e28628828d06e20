import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from './settings.ts';
import { field, Harness, PATIENT, text } from './testing/harness.ts';

const APP = 'durable';
const MACHINES = `/apps/${APP}/machines`;
let harness: Harness;

beforeEach(async () => {
  harness = await Harness.start(DEFAULT_SETTINGS);
  await harness.app(APP);
});

afterEach(() => harness.stop());

describe('a simulator that was restarted on its folder', () => {
  it('answers everything as before', async () => {
    const volumeId = await harness.volume(APP);
    await harness.machine(APP, { mounts: [{ volume: volumeId, path: '/data' }], metadata: { owner: 'o1' } });
    const before = (await harness.control('GET', '/state')).body;
    expect(field(before, 'machines.0.config.mounts.0.volume')).toBe(volumeId);
    await harness.restart();
    expect((await harness.control('GET', '/state')).body).toEqual(before);
  });

  it('goes on with a transition that it was in, at its time and by itself', async () => {
    const id = text(await harness.machine(APP), 'id');
    harness.clock.move(DEFAULT_SETTINGS.createMs);
    await harness.restart();
    expect(await harness.stateOf(APP, id)).toBe('starting');
    harness.clock.move(DEFAULT_SETTINGS.startMs - 1);
    expect(await harness.stateOf(APP, id)).toBe('starting');
    // A wait is only answered by the timer: no read settles the state for it.
    const wait = harness.api('GET', `${MACHINES}/${id}/wait?state=started`);
    await expect.poll(() => harness.clock.pending, PATIENT).toBe(2);
    harness.clock.move(1);
    expect((await wait).status).toBe(200);
  });

  it('completes what fell due while it was down', async () => {
    const volumeId = await harness.volume(APP);
    const id = text(await harness.machine(APP, { mounts: [{ volume: volumeId, path: '/data' }] }), 'id');
    await harness.api('DELETE', `${MACHINES}/${id}?force=true`);
    await harness.simulator.close();
    harness.clock.move(60_000);
    await harness.restart();
    expect(await harness.stateOf(APP, id)).toBeNull();
    const { body } = await harness.api('GET', `/apps/${APP}/volumes/${volumeId}`);
    expect(field(body, 'attached_machine_id')).toBeNull();
  });

  it('still knows the versions that updates replaced', async () => {
    const machine = await harness.machine(APP);
    const id = text(machine, 'id');
    harness.clock.move(DEFAULT_SETTINGS.createMs + DEFAULT_SETTINGS.startMs);
    expect((await harness.api('POST', `${MACHINES}/${id}`, { config: { image: 'x' } })).status).toBe(200);
    await harness.restart();
    const answer = await harness.api('GET', `${MACHINES}/${id}/wait?version=${text(machine, 'instance_id')}`);
    expect(answer.status).toBe(412);
  });
});
