/** What the host has, held against what is asked. */
import type { MachineSize } from '@kiloclaw/instance-tiers';
import { InfoSchema } from './engine-answers.ts';
import type { EngineApi } from './engine-api.ts';
import { dockerError } from './engine-errors.ts';

const BYTES_PER_MB = 1_048_576;

interface HostCapacity {
  readonly cpus: number;
  readonly memory_mb: number;
}

/** The size given for the one asked for. The engine itself checks CPUs alone: it would promise any amount of RAM. */
export function fitToHost(asked: MachineSize, host: HostCapacity, clamp: boolean): MachineSize {
  if (asked.cpus <= host.cpus && asked.memory_mb <= host.memory_mb) return asked;
  if (clamp) {
    const cpus = Math.min(asked.cpus, host.cpus);
    return { ...asked, cpus, memory_mb: Math.min(asked.memory_mb, host.memory_mb) };
  }
  const { cpus, memory_mb } = asked;
  throw dockerError(
    'host_too_small',
    `This host has ${host.cpus} CPUs and ${host.memory_mb} MB of RAM, and the machine asks for ${cpus} CPUs and ${memory_mb} MB. ` +
      'Choose a smaller size, or set DOCKER_LOCAL_CLAMP=true to be given what the host has.',
    { details: { asked: { cpus, memory_mb }, host } },
  );
}

export async function readHostCapacity(api: EngineApi): Promise<HostCapacity> {
  const info = await api.askFor(InfoSchema, { method: 'GET', route: '/info' });
  return { cpus: info.NCPU, memory_mb: Math.floor(info.MemTotal / BYTES_PER_MB) };
}
