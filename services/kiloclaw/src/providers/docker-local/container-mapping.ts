/** Machines as containers, and back. Pure. */
import { type MachineSize, MachineSizeSchema } from '@kiloclaw/instance-tiers';
import type { InstanceTags, MachineObservation, MachineSpec, ObservedMachineState } from '../provider.ts';
import { machineTags, sizeSourceOf, TAG } from '../tags.ts';
import type { Container } from './engine-answers.ts';

const BYTES_PER_MB = 1_048_576;
const NANO_PER_CPU = 1_000_000_000;
/** The scheduler's usual period, in microseconds. */
const CPU_PERIOD_US = 100_000;

/** RAM without swap: an absent MemorySwap would mean twice the RAM, and refuse the next raise. */
function memoryLimit(size: MachineSize) {
  const bytes = size.memory_mb * BYTES_PER_MB;
  return { Memory: bytes, MemorySwap: bytes };
}

const STAYS_STOPPED = { RestartPolicy: { Name: 'no' } } as const;

/** The body of a container's creation. The host port is the engine's choice, and another one after each start. */
export function containerBody(tags: InstanceTags, volumeName: string, spec: MachineSpec) {
  const port = `${spec.port}/tcp`;
  return {
    Image: spec.image,
    Env: Object.entries(spec.env).map(([name, value]) => `${name}=${value}`),
    Labels: machineTags(tags, spec),
    ExposedPorts: { [port]: {} },
    HostConfig: {
      ...memoryLimit(spec.size),
      NanoCpus: spec.size.cpus * NANO_PER_CPU,
      ...STAYS_STOPPED,
      Mounts: [{ Type: 'volume', Source: volumeName, Target: spec.mountPath }],
      PortBindings: { [port]: [{ HostIp: '127.0.0.1', HostPort: '' }] },
    },
  };
}

/**
 * The body of an update: always RAM and swap together, and the restart policy, which Podman resets otherwise.
 * CPUs go by the limit that the container already has: the two kinds can't be combined, and Podman stores the quota.
 */
export function updateBody(container: Container, size: MachineSize) {
  const byQuota = (container.HostConfig.NanoCpus ?? 0) === 0 && (container.HostConfig.CpuQuota ?? 0) > 0;
  const cpus = byQuota
    ? { CpuQuota: size.cpus * CPU_PERIOD_US, CpuPeriod: CPU_PERIOD_US }
    : { NanoCpus: size.cpus * NANO_PER_CPU };
  return { ...memoryLimit(size), ...cpus, ...STAYS_STOPPED };
}

const STATES: ReadonlyMap<string, ObservedMachineState> = new Map([
  ['running', 'running'],
  ['created', 'stopped'],
  ['exited', 'stopped'],
  ['dead', 'stopped'],
  ['paused', 'transient'],
  ['restarting', 'transient'],
  ['removing', 'transient'],
]);

function cpusOf({ NanoCpus, CpuQuota, CpuPeriod }: Container['HostConfig']): number {
  if ((NanoCpus ?? 0) > 0) return (NanoCpus ?? 0) / NANO_PER_CPU;
  return (CpuQuota ?? 0) / (CpuPeriod || CPU_PERIOD_US);
}

/** Null where there is no limit, or none that is a machine size. Engines know no CPU kinds: `cpu_kind` says nothing. */
export function sizeOf(container: Container): MachineSize | null {
  const memoryMb = (container.HostConfig.Memory ?? 0) / BYTES_PER_MB;
  const size = { cpus: cpusOf(container.HostConfig), memory_mb: memoryMb, cpu_kind: 'performance' };
  return MachineSizeSchema.safeParse(size).data ?? null;
}

/** Where the machine is reached. Null unless it runs: a stopped container's port is no longer its own. */
function endpointOf(container: Container, hostAddress: string): string | null {
  if (STATES.get(container.State.Status) !== 'running') return null;
  const published = Object.values(container.NetworkSettings?.Ports ?? {}).flatMap(
    (bindings) => bindings ?? [],
  );
  const hostPort = published.find((binding) => binding.HostPort)?.HostPort;
  return hostPort ? `http://${hostAddress}:${hostPort}` : null;
}

export function observationOf(container: Container, hostAddress: string): MachineObservation {
  const labels: Readonly<Record<string, string | undefined>> = container.Config.Labels;
  return {
    machineId: container.Id,
    state: STATES.get(container.State.Status) ?? 'unknown',
    size: sizeOf(container),
    sizeSource: sizeSourceOf(labels),
    configurationFingerprint: labels[TAG.configuration] ?? null,
    endpoint: endpointOf(container, hostAddress),
  };
}
