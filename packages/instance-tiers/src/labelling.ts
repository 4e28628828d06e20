import { INSTANCE_TIERS, type InstanceTier, type InstanceType } from './catalog.ts';
import {
  CPU_KIND_OBSERVABLE,
  type CpuObservability,
  type MachineSize,
  sameMachineSize,
} from './machine-size.ts';

/** What known hardware counts as, and the size to record for it. */
export type LabelledMachineSize = {
  readonly instanceType: InstanceType;
  readonly machineSize: MachineSize;
};

/**
 * Labels a known machine size: the tier whose CPUs, RAM and CPU kind all match, else `custom`.
 * Where the provider has no CPU kinds, the kind is left out and the matching tier's kind is taken into
 * `machineSize`; a size of no tier comes back as it was given.
 */
export function labelMachineSize(
  machineSize: MachineSize,
  observability: CpuObservability,
): LabelledMachineSize {
  const matches: readonly InstanceTier[] = INSTANCE_TIERS.filter((tier) =>
    sameMachineSize(tier.machineSize, machineSize, observability),
  );
  const [tier, ...others] = matches;
  // Two tiers that differ in kind alone can't be told apart where the kind is unobservable. To pick one
  // would be to guess what is billed.
  if (tier === undefined || others.length > 0) return { instanceType: 'custom', machineSize };
  return { instanceType: tier.key, machineSize: { ...tier.machineSize } };
}

/**
 * What a stored instance counts as. `custom` without a machine size reads as null, for there is no
 * hardware behind it; a known size without a label, from an older record, reads as its label.
 */
export function resolveInstanceTypeFromState(
  state: { readonly instanceType: InstanceType | null; readonly machineSize: MachineSize | null },
  observability: CpuObservability = CPU_KIND_OBSERVABLE,
): InstanceType | null {
  const { instanceType, machineSize } = state;
  if (machineSize === null) return instanceType === 'custom' ? null : instanceType;
  return instanceType ?? labelMachineSize(machineSize, observability).instanceType;
}
