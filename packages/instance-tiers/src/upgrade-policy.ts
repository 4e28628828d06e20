import { type InstanceTier, type InstanceTierKey, OFFERED_TIER_KEYS, tierOf } from './catalog.ts';
import {
  CPU_KIND_OBSERVABLE,
  type CpuObservability,
  compareCpus,
  describeCpus,
  type MachineSize,
} from './machine-size.ts';

/** The refusals of the upgrade policy, in the order in which they are told. */
export const UPGRADE_REFUSAL_REASONS = [
  'tier_not_offered',
  'volume_would_shrink',
  'memory_would_shrink',
  'cpu_would_shrink',
  'not_an_upgrade',
] as const;
export type UpgradeRefusalReason = (typeof UPGRADE_REFUSAL_REASONS)[number];

/**
 * The actual hardware: the machine size without any override, the volume size as it is on disk.
 * Null where a part is not known, or where the provider's volumes have no size.
 */
export type CurrentHardware = {
  readonly machineSize: MachineSize | null;
  readonly volumeSizeGb: number | null;
};

export type UpgradeDecision =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly reason: UpgradeRefusalReason; readonly message: string };

type Refusal = { readonly reason: UpgradeRefusalReason; readonly cause: string };

const LARGEST_OFFERED_VOLUME_GB = Math.max(...OFFERED_TIER_KEYS.map((key) => tierOf(key).volumeSizeGb));

/**
 * Decides whether an instance may be resized to a tier: permanently, and upwards only. An unknown part
 * neither blocks nor counts as larger; where all is unknown, any offered tier is allowed.
 * A refusal has the first reason of `UPGRADE_REFUSAL_REASONS` that holds, and a sentence with the way out.
 */
export function canUpgradeTo(
  current: CurrentHardware,
  targetKey: InstanceTierKey,
  observability: CpuObservability = CPU_KIND_OBSERVABLE,
): UpgradeDecision {
  const target = tierOf(targetKey);
  const refusal = firstRefusal(current, target, observability);
  if (refusal === null) return { allowed: true };
  const message = `${refusal.cause} ${wayOut(current, observability)}`;
  return { allowed: false, reason: refusal.reason, message };
}

function firstRefusal(
  current: CurrentHardware,
  target: InstanceTier,
  observability: CpuObservability,
): Refusal | null {
  const { machineSize, volumeSizeGb } = current;
  if (!target.offered) {
    return { reason: 'tier_not_offered', cause: `${target.key} is a legacy tier and can't be chosen.` };
  }
  if (volumeSizeGb !== null && target.volumeSizeGb < volumeSizeGb) {
    const cause = `A volume can't shrink: this one has ${volumeSizeGb} GB, ${target.key} has ${target.volumeSizeGb} GB.`;
    return { reason: 'volume_would_shrink', cause };
  }
  if (machineSize !== null && target.machineSize.memory_mb < machineSize.memory_mb) {
    const cause = `RAM would shrink from ${machineSize.memory_mb} MB to the ${target.machineSize.memory_mb} MB of ${target.key}.`;
    return { reason: 'memory_would_shrink', cause };
  }
  if (machineSize !== null && compareCpus(target.machineSize, machineSize, observability) < 0) {
    const own = describeCpus(machineSize, observability);
    const offered = describeCpus(target.machineSize, observability);
    return {
      reason: 'cpu_would_shrink',
      cause: `CPU would shrink from ${own} to the ${offered} of ${target.key}.`,
    };
  }
  const nothingIsKnown = machineSize === null && volumeSizeGb === null;
  if (nothingIsKnown || growsInSomeDimension(current, target, observability)) return null;
  return {
    reason: 'not_an_upgrade',
    cause: `${target.key} has no more CPU, RAM or disk than the instance.`,
  };
}

function growsInSomeDimension(
  { machineSize, volumeSizeGb }: CurrentHardware,
  target: InstanceTier,
  observability: CpuObservability,
): boolean {
  if (volumeSizeGb !== null && target.volumeSizeGb > volumeSizeGb) return true;
  if (machineSize === null) return false;
  return (
    target.machineSize.memory_mb > machineSize.memory_mb ||
    compareCpus(target.machineSize, machineSize, observability) > 0
  );
}

function wayOut(current: CurrentHardware, observability: CpuObservability): string {
  if (current.volumeSizeGb !== null && current.volumeSizeGb > LARGEST_OFFERED_VOLUME_GB) {
    return `Beyond ${LARGEST_OFFERED_VOLUME_GB} GB no tier fits: only the size override and the volume extend are left.`;
  }
  const open = OFFERED_TIER_KEYS.filter((key) => firstRefusal(current, tierOf(key), observability) === null);
  return open.length > 0 ? `Choose ${open.join(' or ')}.` : 'No offered tier is an upgrade for it.';
}
