/** All of a fleet in a few calls, however many apps it has. */
import { describe, expect, it } from 'vitest';
import { kindOf } from './testing/failure.ts';
import { FLEET, MACHINE } from './testing/harness.ts';
import { useFly } from './testing/use-fly.ts';

const MACHINES = 'GET /v1/orgs/{org}/machines';
const VOLUMES = 'GET /v1/orgs/{org}/volumes';

const fly = await useFly();

describe('listFleet', () => {
  it('takes two calls, whatever the number of apps', async () => {
    const provider = fly.provider();
    for (let apps = 0; apps < 3; apps += 1) await fly.provisioned(fly.life(provider));
    await fly.control('POST', '/counters/reset');
    expect(await provider.listFleet(FLEET)).toHaveLength(6);
    expect(await fly.counters()).toEqual({ [MACHINES]: 1, [VOLUMES]: 1 });
  });

  it('goes on for as long as Fly names a next page', async () => {
    const provider = fly.provider();
    const lives = [await fly.provisioned(fly.life(provider)), await fly.provisioned(fly.life(provider))];
    await fly.control('POST', '/settings', { listPageSize: 1 });
    const found = await provider.listFleet(FLEET);
    const expected = lives.flatMap((life) => [life.text('machineId'), life.text('volumeId')]);
    expect(found.map(({ id }) => id).sort()).toEqual(expected.sort());
  });

  it('is unavailable where regions are missing from it: what is not listed would count as gone', async () => {
    await fly.provisioned();
    const partial = fly.mishearing('GET', /\/orgs\/[^/]+\/machines$/, (answer) => ({
      ...answer,
      error_regions: ['fra'],
    }));
    expect(await kindOf(partial.listFleet(FLEET))).toBe('unavailable');
  });

  it('passes over what cannot be told, and what is on its way out', async () => {
    await fly.control('POST', '/settings', { volumeDestroyMs: 60_000, tombstoneMs: 60_000 });
    const life = await fly.provisioned();
    const silent = fly.mishearing('GET', /\/orgs\/[^/]+\/machines$/, (answer) => ({
      ...answer,
      machines: [{ id: 'a', app_name: life.text('appName'), state: 'started', config: null }],
    }));
    expect(await silent.listFleet(FLEET)).toMatchObject([{ kind: 'volume' }]);
    await life.deleteMachines();
    await life.deleteVolumes();
    expect(await life.provider.listFleet(FLEET)).toEqual([]);
  });

  it('names no instance for a machine that lies in another’s app', async () => {
    const life = await fly.provisioned();
    const metadata = {
      kiloclaw_fleet_id: FLEET,
      kiloclaw_instance_id: '0190a7c4-2222-7000-8000-000000000001',
    };
    const request = { name: 'lost', config: { image: MACHINE.image, metadata } };
    await fly.api('POST', `/apps/${life.text('appName')}/machines`, request);
    const machines = (await life.provider.listFleet(FLEET)).filter(({ kind }) => kind === 'machine');
    expect(machines.map(({ instanceId }) => instanceId).sort()).toEqual([life.tags.instanceId, null].sort());
  });
});
