/** What a provider can do, as data: checks, wording and dialogs are driven from it, never from a provider's name. */
import type { CpuObservability } from '@kiloclaw/instance-tiers';
import { z } from 'zod';

/** When a new size begins to count: with the next start, or by changing the machine in place. */
const SizeAppliesAtSchema = z.enum(['once', 'stop', 'next_start', 'live_upwards']);
export type SizeAppliesAt = z.infer<typeof SizeAppliesAtSchema>;

export const ProviderCapabilitiesSchema = z
  .object({
    resize: z.boolean(),
    sizeOverride: z.boolean(),
    extendVolume: z.boolean(),
    forksVolume: z
      .boolean()
      .describe('A volume whose host has no room for its machine can be copied to another host.'),
    observesHardware: z.boolean(),
    volumesAreSized: z
      .boolean()
      .describe('False where a volume is the host’s disk: `volumeSizeGb` is null in every answer.'),
    cpuKindsObservable: z.boolean(),
    sizeAppliesAt: SizeAppliesAtSchema,
    resizeNeedsStop: z.boolean().describe('A resize needs the machine stopped.'),
    hasRegions: z
      .boolean()
      .describe('Places where an instance can be asked to live; empty where the provider has none.'),
  })
  .meta({ id: 'ProviderCapabilities', description: 'What a provider can do.' });
export type ProviderCapabilities = Readonly<z.infer<typeof ProviderCapabilitiesSchema>>;

/** How sizes are compared and labelled at a provider. */
export function cpuObservabilityOf({
  cpuKindsObservable,
}: Pick<ProviderCapabilities, 'cpuKindsObservable'>): CpuObservability {
  return { cpuKindObservable: cpuKindsObservable };
}
