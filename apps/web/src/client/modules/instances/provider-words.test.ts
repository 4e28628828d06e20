import { A_CLOUD_OF_PLANS } from '@kiloclaw/platform-contract/testing';
import { expect, it } from 'vitest';
import { capabilitySentences, providerIds } from './provider-words.ts';

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

it('what a provider can do is told by its capabilities: when a size counts, and whether a volume can move', () => {
  const sentences = capabilitySentences(A_CLOUD_OF_PLANS);
  expect(sentences).toContain('A new size counts at once: the provider restarts the machine on it.');
  expect(sentences).toContain('A resize needs no stop.');
  expect(sentences).toContain('A volume stays on its host.');
  const other = capabilitySentences({ ...A_CLOUD_OF_PLANS, forksVolume: true, sizeAppliesAt: 'next_start' });
  expect(other).toContain('A volume on a full host can be copied to another one.');
  expect(other).toContain('A new size counts from the next start.');
});
