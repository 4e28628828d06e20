/** Hardware, as tables and plans put it. */
import type { MachineSize } from '@kiloclaw/instance-tiers';
import { describeCpus } from '@kiloclaw/instance-tiers';

const MB_PER_GB = 1024;

/** "4 performance CPUs, 8 GB"; null where it is not known. */
export function sizeWords(size: MachineSize | null): string | null {
  return size === null ? null : `${describeCpus(size)}, ${memoryWords(size.memory_mb)}`;
}

function memoryWords(memoryMb: number): string {
  return memoryMb % MB_PER_GB === 0 ? `${memoryMb / MB_PER_GB} GB` : `${memoryMb} MB`;
}

export function diskWords(volumeSizeGb: number | null): string | null {
  return volumeSizeGb === null ? null : `${volumeSizeGb} GB`;
}
