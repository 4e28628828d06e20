import { expect, it } from 'vitest';
import { providerIds } from './provider-words.ts';

it('parts at the provider are told by their ids, and by their names where they have none', () => {
  const state = {
    appName: 'kc-a',
    volumeName: 'v',
    volumeId: 'vol_1',
    machineName: 'kc-a',
    machineId: null,
    region: 'fra',
    appEnsuredAtMs: 1,
  };
  expect(providerIds(state)).toEqual([
    { noun: 'app name', value: 'kc-a' },
    { noun: 'volume id', value: 'vol_1' },
    { noun: 'machine name', value: 'kc-a' },
  ]);
});
