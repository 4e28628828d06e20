import { z } from 'zod';

/** The most CPUs and RAM that any provider's largest machine has; beyond it a number is absurd, not large. */
export const MACHINE_SIZE_MAX_CPUS = 128;
export const MACHINE_SIZE_MAX_MEMORY_MB = 1_048_576;

/** From weakest to strongest: the position is the rank. */
const CPU_KINDS = ['shared', 'performance'] as const;

export const CpuKindSchema = z.enum(CPU_KINDS);
export type CpuKind = z.infer<typeof CpuKindSchema>;

/** A machine's compute, without its volume. Holds what is stored, sent and observed alike. */
export const MachineSizeSchema = z
  .strictObject({
    cpus: z.int().positive().max(MACHINE_SIZE_MAX_CPUS),
    memory_mb: z.int().positive().max(MACHINE_SIZE_MAX_MEMORY_MB).describe('MB; 1024 are a GB.'),
    cpu_kind: CpuKindSchema,
  })
  .meta({ id: 'MachineSize', description: 'A machine’s CPUs and memory, without its volume.' });
export type MachineSize = z.infer<typeof MachineSizeSchema>;

/**
 * What a provider can tell of a machine's CPUs. Where it has no CPU kinds, the `cpu_kind` of a size
 * there says nothing, and is left out of every comparison.
 */
export type CpuObservability = { readonly cpuKindObservable: boolean };

export const CPU_KIND_OBSERVABLE: CpuObservability = { cpuKindObservable: true };

/**
 * Ranks two sizes by CPU: negative where `a` is weaker, 0 where equal, positive where stronger.
 * The kind decides before the count, so performance beats shared whatever the counts.
 */
export function compareCpus(
  a: MachineSize,
  b: MachineSize,
  { cpuKindObservable }: CpuObservability = CPU_KIND_OBSERVABLE,
): number {
  const byKind = CPU_KINDS.indexOf(a.cpu_kind) - CPU_KINDS.indexOf(b.cpu_kind);
  return cpuKindObservable && byKind !== 0 ? byKind : a.cpus - b.cpus;
}

/** Whether two sizes are the same hardware as far as the provider can tell. */
export function sameMachineSize(
  a: MachineSize,
  b: MachineSize,
  observability: CpuObservability = CPU_KIND_OBSERVABLE,
): boolean {
  return a.memory_mb === b.memory_mb && compareCpus(a, b, observability) === 0;
}

/** "4 performance CPUs", or "4 CPUs" where the provider has no kinds. */
export function describeCpus(
  { cpus, cpu_kind }: MachineSize,
  { cpuKindObservable }: CpuObservability = CPU_KIND_OBSERVABLE,
): string {
  const kind = cpuKindObservable ? `${cpu_kind} ` : '';
  return `${cpus} ${kind}${cpus === 1 ? 'CPU' : 'CPUs'}`;
}
