/** Machine sizes in Fly's words (`guest`), and what Fly sells. Pure. */
import { type MachineSize, MachineSizeSchema } from '@kiloclaw/instance-tiers';
import { getLogger } from '@logtape/logtape';
import { z } from 'zod';
import { flyError } from './errors.ts';

const log = getLogger(['kiloclaw', 'fly']);

/** Fly leaves the kind out, or answers '', for a machine that was made without one: it is shared. */
const FlyCpuKindSchema = z
  .string()
  .nullish()
  .transform((kind) => kind || 'shared');

const FlyGuestSchema = z
  .looseObject({ cpus: z.unknown(), memory_mb: z.unknown(), cpu_kind: FlyCpuKindSchema })
  .transform(({ cpus, memory_mb, cpu_kind }) => ({ cpus, memory_mb, cpu_kind }))
  .pipe(MachineSizeSchema);

/** The size that a machine's `guest` tells; null, and a log line, where it does not parse. Parsed, never cast. */
export function parseMachineSizeFromFlyGuest(guest: unknown): MachineSize | null {
  const parsed = FlyGuestSchema.safeParse(guest);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map((issue) => issue.path.join('.') || 'guest');
  log.warn('Fly told a machine size that does not parse; it is ignored', {
    event: 'fly_guest_ignored',
    fields,
  });
  return null;
}

export interface FlyGuest {
  readonly cpu_kind: string;
  readonly cpus: number;
  readonly memory_mb: number;
}

export function flyGuestOf({ cpu_kind, cpus, memory_mb }: MachineSize): FlyGuest {
  return { cpu_kind, cpus, memory_mb };
}

interface KindLimits {
  readonly cpus: readonly number[];
  readonly leastMbPerCpu: number;
  readonly mostMbPerCpu: number;
  readonly stepMb: number;
}

// 1024 is what Fly's own client checks, and perf-1-3 runs on it; the documentation's 2048 is not kept.
const LIMITS: Readonly<Record<MachineSize['cpu_kind'], KindLimits>> = {
  shared: { cpus: [1, 2, 4, 6, 8], leastMbPerCpu: 256, mostMbPerCpu: 2_048, stepMb: 256 },
  performance: {
    cpus: [1, 2, 4, 6, 8, 10, 12, 14, 16],
    leastMbPerCpu: 2_048,
    mostMbPerCpu: 8_192,
    stepMb: 1_024,
  },
};

/**
 * The size itself, where Fly sells it. Refuses any other (`host_too_small`) with what there is: Fly checks CPU counts
 * in its clients alone, so that a wrong one would be found out only by a machine that behaves oddly.
 */
export function fitFlySize(asked: MachineSize): MachineSize {
  const { cpu_kind, cpus, memory_mb } = asked;
  const { leastMbPerCpu, mostMbPerCpu, stepMb, cpus: counts } = LIMITS[cpu_kind];
  if (!counts.includes(cpus)) {
    throw refusal(asked, `${cpu_kind} machines there have ${counts.join(', ')} CPUs`);
  }
  const leastMb = cpus * leastMbPerCpu;
  const mostMb = cpus * mostMbPerCpu;
  if (memory_mb < leastMb || memory_mb > mostMb || memory_mb % stepMb !== 0) {
    const range = `${leastMb} to ${mostMb} MB in steps of ${stepMb} MB`;
    throw refusal(asked, `with ${cpus} ${cpu_kind} CPUs there goes RAM of ${range}`);
  }
  return asked;
}

function refusal(asked: MachineSize, offer: string) {
  const { cpus, cpu_kind, memory_mb } = asked;
  const message = `Fly has no machine with ${cpus} ${cpu_kind} CPUs and ${memory_mb} MB of RAM: ${offer}.`;
  return flyError('host_too_small', message, { details: { asked } });
}
