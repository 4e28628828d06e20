import { z } from 'zod';
import { badRequest } from './errors.ts';

/** A machine's size as the wire spells it. Further keys are kept as they came. */
export const guestSchema = z.looseObject({
  cpu_kind: z.string().optional(),
  cpus: z.int().optional(),
  memory_mb: z.int().optional(),
  max_memory_mb: z.int().optional(),
  gpus: z.int().min(0).optional(),
  gpu_kind: z.string().optional(),
});

export type GuestRequest = z.infer<typeof guestSchema>;

interface CpuKindRules {
  cpus: readonly number[];
  cpusBesideGpus: readonly number[];
  minMemoryMbPerCpu: number;
  maxMemoryMbPerCpu: number;
  memoryStepMb: number;
}

// The documentation gives 2048 as the performance step; fleets run performance 1 cpu / 3072 MB, so it is 1024.
const RULES: Record<string, CpuKindRules> = {
  shared: {
    cpus: [1, 2, 4, 6, 8],
    cpusBesideGpus: [],
    minMemoryMbPerCpu: 256,
    maxMemoryMbPerCpu: 2048,
    memoryStepMb: 256,
  },
  performance: {
    cpus: [1, 2, 4, 6, 8, 10, 12, 14, 16],
    cpusBesideGpus: [32, 64, 128],
    minMemoryMbPerCpu: 2048,
    maxMemoryMbPerCpu: 8192,
    memoryStepMb: 1024,
  },
};

const PRESET = /^(shared-cpu|performance)-(\d{1,3})x$/;

/** The guest that a preset such as `performance-4x` names: the least memory of its kind. 400 for an unknown name. */
export function guestOfPreset(size: string): GuestRequest {
  const match = PRESET.exec(size);
  const cpuKind = match?.[1] === 'shared-cpu' ? 'shared' : 'performance';
  const rules = RULES[cpuKind];
  const cpus = Number(match?.[2]);
  if (rules === undefined || !rules.cpus.includes(cpus)) {
    throw badRequest(`invalid config.size, unknown machine size: ${size}`);
  }
  return { cpu_kind: cpuKind, cpus, memory_mb: cpus * rules.minMemoryMbPerCpu };
}

/**
 * Checks a size against the guest table and fills in what was left out.
 * A `cpu_kind` that was not sent is read as shared and echoed as the empty string, as the service does.
 * `field` names the guest in refusals ("config.guest"). 400 outside the table.
 */
export function checkGuest(guest: GuestRequest, field: string): GuestRequest {
  const cpuKind = guest.cpu_kind ?? '';
  const rules = RULES[cpuKind === '' ? 'shared' : cpuKind];
  if (rules === undefined) throw badRequest(`invalid ${field}.cpu_kind, must be shared or performance`);
  const hasGpus = (guest.gpus ?? 0) > 0 || (guest.gpu_kind ?? '') !== '';
  const allowedCpus = hasGpus ? [...rules.cpus, ...rules.cpusBesideGpus] : rules.cpus;
  const cpus = guest.cpus ?? 1;
  if (!allowedCpus.includes(cpus)) {
    throw badRequest(`invalid ${field}.cpus, allowed values: ${allowedCpus.join(', ')}`);
  }
  const minMemoryMb = rules.minMemoryMbPerCpu * cpus;
  const memoryMb = guest.memory_mb ?? minMemoryMb;
  for (const [key, valueMb] of [
    ['memory_mb', memoryMb],
    ['max_memory_mb', guest.max_memory_mb ?? memoryMb],
  ] as const) {
    const maxMemoryMb = rules.maxMemoryMbPerCpu * cpus;
    if (valueMb < minMemoryMb) {
      throw badRequest(`invalid ${field}.${key}, minimum required ${minMemoryMb} MiB`);
    }
    if (valueMb > maxMemoryMb) {
      throw badRequest(`invalid ${field}.${key}, max ${field}.${key}: ${maxMemoryMb}`);
    }
    if (valueMb % rules.memoryStepMb !== 0) {
      throw badRequest(`invalid ${field}.${key}, must be a multiple of ${rules.memoryStepMb} MiB`);
    }
  }
  return { ...guest, cpu_kind: cpuKind, cpus, memory_mb: memoryMb };
}
