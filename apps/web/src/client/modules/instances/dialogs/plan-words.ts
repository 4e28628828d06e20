/** What a plan comes to, in sentences. Driven by the plan and the provider's capabilities, never by a provider's name. Pure. */
import type { HardwareView, Plan, ProviderCapabilities } from '@kiloclaw/platform-contract';
import { formatGb, formatMachineSize, formatMemory } from '../../../lib/format.ts';

export type MachineSize = NonNullable<HardwareView['machineSize']>;
export type Wording = Pick<ProviderCapabilities, 'volumesAreSized' | 'cpuKindsObservable'>;

/** "4 performance CPUs · 8 GB RAM · 20 GB disk"; without the disk where `volumeSizeGb` is null. */
export function hardwareText(
  size: MachineSize,
  volumeSizeGb: number | null,
  { cpuKindsObservable }: Pick<Wording, 'cpuKindsObservable'>,
): string {
  const parts = [cpuCount(size, cpuKindsObservable), `${formatMemory(size.memory_mb)} RAM`];
  return [...parts, ...(volumeSizeGb === null ? [] : [`${formatGb(volumeSizeGb)} disk`])].join(' · ');
}

/** "The instance gets 4 performance CPUs, 8 GB of RAM and 20 GB of storage, for good." */
export function resizeSentence({ after }: Pick<Plan, 'after'>, wording: Wording): string {
  const { machineSize, volumeSizeGb } = after;
  if (machineSize === null) return 'The instance gets the hardware of this tier, for good.';
  const cpu = cpuCount(machineSize, wording.cpuKindsObservable);
  const memory = `${formatMemory(machineSize.memory_mb)} of RAM`;
  const named =
    wording.volumesAreSized && volumeSizeGb !== null
      ? `${cpu}, ${memory} and ${formatGb(volumeSizeGb)} of storage`
      : `${cpu} and ${memory}`;
  return `The instance gets ${named}, for good.`;
}

/** Where the disk really grows; null where it stays as it is. */
export function volumeGrowthSentence({ before, after, irreversible }: Plan): string | null {
  if (!irreversible.includes('volume_growth')) return null;
  const from = before.volumeSizeGb === null ? '' : ` from ${formatGb(before.volumeSizeGb)}`;
  return `The disk grows${from} to ${formatGb(after.volumeSizeGb)}. It can’t be shrunk, so there is no way back to a smaller tier.`;
}

const DOWNTIME: Record<Plan['downtime'], string> = {
  none: 'The instance is not interrupted.',
  restart: 'The instance is down while it stops and starts again.',
  replace: 'The instance is down while its machine is made anew on its volume.',
};

export function downtimeSentence({ downtime }: Pick<Plan, 'downtime'>): string {
  return DOWNTIME[downtime];
}

/** Where the host or plan gives another size than was asked for; null where it gives the same, or was not asked. */
export function givenSentence({ effectiveSize, givenSize }: Plan): string | null {
  if (effectiveSize === null || givenSize === null) return null;
  const { cpus, memory_mb } = givenSize;
  if (cpus === effectiveSize.cpus && memory_mb === effectiveSize.memory_mb) return null;
  return `The provider gives ${formatMachineSize(givenSize)} for it.`;
}

function cpuCount({ cpus, cpu_kind }: MachineSize, kindIsKnown: boolean): string {
  return `${cpus} ${kindIsKnown ? `${cpu_kind} ` : ''}${cpus === 1 ? 'CPU' : 'CPUs'}`;
}
