/** Machines as containers, and back. Pure. */
import { type MachineSize, MachineSizeSchema } from '@kiloclaw/instance-tiers';
import type { InstanceTags, MachineObservation, MachineSpec, ObservedMachineState } from '../provider.ts';
import { machineTags, sizeSourceOf, TAG } from '../tags.ts';
import type { Container } from './engine-answers.ts';

const BYTES_PER_MB = 1_048_576;
const NANO_PER_CPU = 1_000_000_000;
/** The scheduler's usual period, in microseconds. */
const CPU_PERIOD_US = 100_000;

/**
 * The size that a container was made with. Labels are fixed at creation while limits change, so that this one tells
 * whether the other labels still speak of the limits that are there.
 */
const SIZE_LABEL = 'kiloclaw_size';

function sizeLabelOf({ cpus, memory_mb }: MachineSize): string {
  return `${cpus}x${memory_mb}`;
}

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
    Labels: { ...machineTags(tags, spec), [SIZE_LABEL]: sizeLabelOf(spec.size) },
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

/** What an image declares as a volume gets one without a name of its own: 64 hex digits. */
const ANONYMOUS_VOLUME = /^[0-9a-f]{64}$/;

/** The named volume that the machine is mounted on, or null. Engines list mounts in any order. */
function mountedVolumeNameOf({ Mounts }: Container): string | null {
  const mounts = Mounts ?? [];
  const mount = mounts.find(({ Type, Name }) => Type === 'volume' && Name && !ANONYMOUS_VOLUME.test(Name));
  return mount?.Name ?? null;
}

export function observationOf(container: Container, hostAddress: string): MachineObservation {
  const labels: Readonly<Record<string, string | undefined>> = container.Config.Labels;
  const size = sizeOf(container);
  const hasLabelledSize = size !== null && labels[SIZE_LABEL] === sizeLabelOf(size);
  return {
    machineId: container.Id,
    state: STATES.get(container.State.Status) ?? 'unknown',
    size,
    // Another size was put on it since, and no label can tell where that one came from.
    sizeSource: hasLabelledSize ? sizeSourceOf(labels) : null,
    configurationFingerprint: labels[TAG.configuration] ?? null,
    endpoint: endpointOf(container, hostAddress),
    mountedVolumeId: mountedVolumeNameOf(container),
    outOfMemoryAtMs: null,
  };
}
