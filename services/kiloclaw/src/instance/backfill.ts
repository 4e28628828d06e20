/** Learning hardware that nobody has recorded. Pure; used by a start, by the alarm and by the live check alike. */
import {
  isSizeOverrideActive,
  labelMachineSize,
  type MachineSize,
  MachineSizeSchema,
  resolveInstanceTypeFromState,
} from '@kiloclaw/instance-tiers';
import { cpuObservabilityOf, type ProviderCapabilities } from '@kiloclaw/platform-contract';
import type { MachineObservation, VolumeObservation } from '../providers/provider.ts';
import type { InstanceState } from './state.ts';

/** Machine and volume as one look found them; null where there is none, or it was not looked for. */
export interface HardwareSeen {
  readonly machine: MachineObservation | null;
  readonly volume: VolumeObservation | null;
}

/** As it was seen, but for a size or a time that is none: whatever an adapter lets through, garbage ends here. */
export function soundMachine<Seen extends MachineObservation | null | undefined>(
  machine: Seen,
): Seen | MachineObservation {
  if (!machine) return machine;
  const sound = (size: unknown) => MachineSizeSchema.safeParse(size).data ?? null;
  const { nominalSize, outOfMemoryAtMs: at } = machine;
  return {
    ...machine,
    size: sound(machine.size),
    ...(nominalSize !== undefined && { nominalSize: sound(nominalSize) }),
    outOfMemoryAtMs: Number.isSafeInteger(at) && (at ?? -1) >= 0 ? at : null,
  };
}

/** As it was seen, but for a size that is no whole number of GB. */
export function soundVolume<Seen extends VolumeObservation | null | undefined>(
  volume: Seen,
): Seen | VolumeObservation {
  const isWhole = Number.isSafeInteger(volume?.sizeGb) && (volume?.sizeGb ?? 0) > 0;
  return volume && !isWhole ? { ...volume, sizeGb: null } : volume;
}

/** Whether there is hardware to learn. Volumes without a size are null for good, and no reason to look. */
export function isHardwareUnknown(state: InstanceState): boolean {
  return state.machineSize === null;
}

/**
 * The state with what was seen, where the machine size was unknown. Nothing that has a label is relabelled, and a
 * machine that runs on lent hardware, or may, teaches nothing.
 */
export function backfilled(
  state: InstanceState,
  { machine, volume }: HardwareSeen,
  capabilities: ProviderCapabilities,
  now: number,
): InstanceState {
  const size = nominalSizeOf(machine);
  if (
    machine === null ||
    size === null ||
    !isHardwareUnknown(state) ||
    mayBeLent(state, machine.sizeSource, now)
  ) {
    return state;
  }
  const labelled = labelMachineSize(size, cpuObservabilityOf(capabilities));
  return {
    ...state,
    machineSize: labelled.machineSize,
    instanceType: resolveInstanceTypeFromState(state) ?? labelled.instanceType,
    volumeSizeGb: state.volumeSizeGb ?? volume?.sizeGb ?? null,
  };
}

/** The size that a label goes by; null where there is none, or where it could be that of several tiers. */
function nominalSizeOf(machine: MachineObservation | null): MachineSize | null {
  if (machine === null || machine.size === null) return null;
  return machine.nominalSize === undefined ? machine.size : machine.nominalSize;
}

/**
 * Whether the machine's size may be an override's: one is active, or still on the machine after a clear. What a
 * restored record does not know, the machine's own tag has to rule out.
 */
export function mayBeLent(
  { adminMachineSizeOverride: override, applied, built, restoredAt }: InstanceState,
  sizeSource: 'tier' | 'override' | null,
  now: number,
): boolean {
  if (override !== null && isSizeOverrideActive(override, now)) return true;
  if (applied?.source === 'override' || built?.sizeSource === 'override' || sizeSource === 'override')
    return true;
  return restoredAt !== null && built === null && sizeSource !== 'tier';
}
