/** What a provider can do, as data: checks, wording and dialogs are driven from it, never from a provider's name. */
import type { CpuObservability } from '@kiloclaw/instance-tiers';

/** When a new size begins to count: with the next start, or by changing the machine in place. */
export type SizeAppliesAt = 'once' | 'stop' | 'next_start' | 'live_upwards';

export interface ProviderCapabilities {
  readonly resize: boolean;
  readonly sizeOverride: boolean;
  readonly extendVolume: boolean;
  readonly observesHardware: boolean;
  /** False where a volume is the host's disk: `volumeSizeGb` is null in every answer. */
  readonly volumesAreSized: boolean;
  readonly cpuKindsObservable: boolean;
  readonly sizeAppliesAt: SizeAppliesAt;
  /** A resize needs the machine stopped. */
  readonly resizeNeedsStop: boolean;
  /** Places where an instance can be asked to live; empty where the provider has none. */
  readonly hasRegions: boolean;
}

/** How sizes are compared and labelled at a provider. */
export function cpuObservabilityOf({
  cpuKindsObservable,
}: Pick<ProviderCapabilities, 'cpuKindsObservable'>): CpuObservability {
  return { cpuKindObservable: cpuKindsObservable };
}
