/** Hardware in figures, and what a change of it comes to. Pure. */
import type { HardwareView } from '@kiloclaw/platform-contract';
import { formatGb, formatMemory, NONE } from '../../lib/format.ts';

type Size = HardwareView['machineSize'];

export interface HardwareChange {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

/** "4", or "2 shared": performance is the usual kind, and goes without saying. */
export function cpuText(size: Size): string {
  if (size === null) return NONE;
  return size.cpu_kind === 'performance' ? String(size.cpus) : `${size.cpus} ${size.cpu_kind}`;
}

export function memoryText(size: Size): string {
  return size === null ? NONE : formatMemory(size.memory_mb);
}

export function tierText(instanceType: HardwareView['instanceType']): string {
  if (instanceType === null) return 'Unknown';
  return instanceType === 'custom' ? 'Custom' : instanceType;
}

/** What is another after than before, in the order tier, CPU, RAM, disk. */
export function hardwareChanges(before: HardwareView, after: HardwareView): HardwareChange[] {
  const all: HardwareChange[] = [
    { name: 'Tier', before: tierText(before.instanceType), after: tierText(after.instanceType) },
    { name: 'CPU', before: cpuText(before.machineSize), after: cpuText(after.machineSize) },
    { name: 'RAM', before: memoryText(before.machineSize), after: memoryText(after.machineSize) },
    { name: 'Disk', before: formatGb(before.volumeSizeGb), after: formatGb(after.volumeSizeGb) },
  ];
  return all.filter((change) => change.before !== change.after);
}
