/** Providers, their ids and what they can do, in words. Pure. */
import type { ProviderCapabilities } from '@kiloclaw/platform-contract';

const APPLIES: Record<ProviderCapabilities['sizeAppliesAt'], string> = {
  once: 'A new size counts at once: the provider restarts the machine on it.',
  stop: 'A new size counts once the machine is stopped and started.',
  next_start: 'A new size counts from the next start.',
  live_upwards: 'A larger size counts at once, a smaller one from the next start.',
};

/** A sentence for each thing that the provider can do, or can’t. */
export function capabilitySentences(can: ProviderCapabilities): string[] {
  return [
    can.resize ? 'Instances can be resized.' : 'Instances can’t be resized.',
    APPLIES[can.sizeAppliesAt],
    can.resizeNeedsStop ? 'A resize needs the machine stopped.' : 'A resize needs no stop.',
    can.sizeOverride ? 'CPU and RAM can be lent.' : 'CPU and RAM can’t be lent.',
    can.volumesAreSized ? 'Volumes have a size.' : 'Volumes are the host’s disk, without a size.',
    can.extendVolume ? 'Volumes can be extended.' : 'Volumes can’t be extended.',
    can.forksVolume ? 'A volume on a full host can be copied to another one.' : 'A volume stays on its host.',
    can.observesHardware
      ? 'It tells which hardware a machine runs on.'
      : 'It doesn’t tell which hardware a machine runs on.',
    can.cpuKindsObservable
      ? 'It has kinds of CPUs: shared and performance.'
      : 'It has one kind of CPUs alone.',
    can.hasRegions ? 'An instance can be put in a region.' : 'It has no regions.',
  ];
}

export interface ProviderFact {
  /** "machine id". */
  readonly noun: string;
  readonly value: string;
}

/** By what the provider finds its parts of the instance: ids, and names of what has no id. */
export function providerIds(state: Readonly<Record<string, unknown>>): ProviderFact[] {
  return Object.entries(state).flatMap(([key, value]) => {
    const isName = key.endsWith('Name') && typeof state[key.replace(/Name$/, 'Id')] !== 'string';
    if (typeof value !== 'string' || !(key.endsWith('Id') || isName)) return [];
    return [{ noun: nounOf(key), value }];
  });
}

/** "machineId" as "machine id". */
function nounOf(key: string): string {
  return key.replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase();
}
