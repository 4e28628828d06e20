import { describe, expect, it } from 'vitest';
import { VOLUME_LOOK_CADENCES } from '../../instance/bounds.ts';
import { ROUTES } from '../fly/routes.ts';
import { useNorthflank } from '../northflank/testing/use-northflank.ts';
import { accountRateOf, flyActionRate, flySharedRate } from './rates.ts';

const northflank = await useNorthflank();

const named = Object.entries(ROUTES);

describe('the rates of Fly', () => {
  it('are five reads of a machine in a second, and one of everything else', () => {
    const special = named.filter(([, route]) => flyActionRate(route).perSecond !== 1);
    expect(special.map(([name]) => name)).toEqual(['getMachine']);
    expect(flyActionRate(ROUTES.getMachine)).toEqual({ perSecond: 5, burst: 10 });
    expect(flyActionRate(ROUTES.startMachine)).toEqual({ perSecond: 1, burst: 3 });
  });

  it('hold for all instances together where a call is not about their own apps', () => {
    const shared = named.flatMap(([name, route]) => {
      const rate = flySharedRate(route);
      return rate === null ? [] : [[name, rate]];
    });
    expect(Object.fromEntries(shared)).toEqual({
      deleteApp: 'fly-app-deletions',
      listApps: 'fly-fleet-lists',
      listOrgMachines: 'fly-fleet-lists',
      listOrgVolumes: 'fly-fleet-lists',
    });
  });
});

describe('the rate of Northflank', () => {
  it('is counted on at what a look of the adapter really costs', async () => {
    const life = await northflank.provisioned();
    northflank.calls.length = 0;
    await life.observe();
    const ofMachine = northflank.calls.length;
    await life.observeVolume();
    const ofVolume = northflank.calls.length - ofMachine;
    const { callsPerLook } = accountRateOf('northflank', { NF_REQUESTS_PER_HOUR: 1_000 });
    expect(callsPerLook).toBe(ofMachine + ofVolume / VOLUME_LOOK_CADENCES);
  });
});
