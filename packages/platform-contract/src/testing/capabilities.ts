/** Kinds of providers, for tests: what they can do decides, and not which one it is. */
import type { ProviderCapabilities } from '../capabilities.ts';

/** Machines with sized volumes in regions; a new size counts from the next start. */
export const A_CLOUD: ProviderCapabilities = {
  resize: true,
  sizeOverride: true,
  extendVolume: true,
  forksVolume: true,
  observesHardware: true,
  volumesAreSized: true,
  cpuKindsObservable: true,
  sizeAppliesAt: 'next_start',
  resizeNeedsStop: true,
  hasRegions: true,
};

/** A cloud that sells sizes as plans: another one counts at once. */
export const A_CLOUD_OF_PLANS: ProviderCapabilities = {
  ...A_CLOUD,
  forksVolume: false,
  cpuKindsObservable: false,
  sizeAppliesAt: 'once',
  resizeNeedsStop: false,
};

/** One host: volumes are its disk, and a running machine can be raised. */
export const A_HOST: ProviderCapabilities = {
  ...A_CLOUD,
  extendVolume: false,
  forksVolume: false,
  volumesAreSized: false,
  cpuKindsObservable: false,
  sizeAppliesAt: 'live_upwards',
  hasRegions: false,
};
