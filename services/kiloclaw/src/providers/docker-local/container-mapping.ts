/** Machines as containers, and back. Pure. */
import { type MachineSize, MachineSizeSchema } from '@kiloclaw/instance-tiers';
import type { InstanceTags, MachineObservation, MachineSpec, ObservedMachineState } from '../provider.ts';
import { machineTags, sizeSourceOf, TAG } from '../tags.ts';
import type { Container } from './engine-answers.ts';
import type { CpuLimitKind } from './engine-api.ts';
import { endpointUrl } from './host-address.ts';
import { HOST_PORT_LABEL } from './host-ports.ts';

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

export interface Publishing {
  /** A fixed one: an engine's own choice would be another one after each start. */
  readonly hostPort: number;
  /** The host's address that the port listens on. */
  readonly listensOn: string;
}

/** Both kinds mean the same, and can't be combined. */
function cpuLimitBody({ cpus }: MachineSize, kind: CpuLimitKind) {
  return kind === 'quota'
    ? { CpuQuota: cpus * CPU_PERIOD_US, CpuPeriod: CPU_PERIOD_US }
    : { NanoCpus: cpus * NANO_PER_CPU };
}

const STAYS_STOPPED = { RestartPolicy: { Name: 'no' } } as const;

function portBindings(port: string, { hostPort, listensOn }: Publishing) {
  return { [port]: [{ HostIp: listensOn, HostPort: String(hostPort) }] };
}

/** The body of a container's creation. */
export function containerBody(
  tags: InstanceTags,
  volumeName: string,
  spec: MachineSpec,
  publishing: Publishing,
  cpuLimit: CpuLimitKind,
) {
  const port = `${spec.port}/tcp`;
  return {
    Image: spec.image,
    Env: Object.entries(spec.env).map(([name, value]) => `${name}=${value}`),
    Labels: {
      ...machineTags(tags, spec),
      [SIZE_LABEL]: sizeLabelOf(spec.size),
      [HOST_PORT_LABEL]: String(publishing.hostPort),
    },
    ExposedPorts: { [port]: {} },
    HostConfig: {
      ...memoryLimit(spec.size),
      ...cpuLimitBody(spec.size, cpuLimit),
      ...STAYS_STOPPED,
      Mounts: [{ Type: 'volume', Source: volumeName, Target: spec.mountPath }],
      PortBindings: portBindings(port, publishing),
    },
  };
}

/**
 * The body of the same container on another port of the host; null where the one that is there is not one that we make.
 * What its image brought along is in it too, and comes to the same.
 */
export function bodyAsItWas(container: Container, listensOn: string) {
  const { Config, HostConfig, Mounts } = container;
  const size = sizeOf(container);
  const { Name, Destination } =
    Mounts?.find(({ Name: name }) => name === mountedVolumeNameOf(container)) ?? {};
  const [port] = Object.keys(HostConfig.PortBindings ?? {});
  if (size === null || !Config.Image || !Name || !Destination || port === undefined) return null;
  return (hostPort: number) => ({
    Image: Config.Image,
    Env: Config.Env ?? [],
    Labels: { ...Config.Labels, [HOST_PORT_LABEL]: String(hostPort) },
    ExposedPorts: { [port]: {} },
    HostConfig: {
      ...memoryLimit(size),
      ...cpuLimitBody(size, cpuLimitKindOf(container) ?? 'nano_cpus'),
      ...STAYS_STOPPED,
      Mounts: [{ Type: 'volume', Source: Name, Target: Destination }],
      PortBindings: portBindings(port, { hostPort, listensOn }),
    },
  });
}

/** Null where it has none. One by quota may be told as both: it was made, and is to be changed, by quota. */
function cpuLimitKindOf({ HostConfig }: Container): CpuLimitKind | null {
  if ((HostConfig.CpuQuota ?? 0) > 0) return 'quota';
  return (HostConfig.NanoCpus ?? 0) > 0 ? 'nano_cpus' : null;
}

/**
 * The body of an update: always RAM and swap together, and the restart policy, which Podman resets otherwise.
 * CPUs go by the limit that the container already has, else by the engine's own.
 */
export function updateBody(container: Container, size: MachineSize, engine: CpuLimitKind) {
  const kind = engine === 'quota' ? engine : (cpuLimitKindOf(container) ?? engine);
  return { ...memoryLimit(size), ...cpuLimitBody(size, kind), ...STAYS_STOPPED };
}

/** The fixed port of the host that a container was made with; null for one of the engine's own choice. */
export function hostPortOf({ HostConfig }: Container): number | null {
  const bindings = Object.values(HostConfig.PortBindings ?? {}).flatMap((each) => each ?? []);
  const hostPort = Number(bindings[0]?.HostPort || 0);
  return Number.isInteger(hostPort) && hostPort > 0 ? hostPort : null;
}

const STATES: ReadonlyMap<string, ObservedMachineState> = new Map([
  ['running', 'running'],
  ['created', 'stopped'],
  ['exited', 'stopped'],
  ['dead', 'stopped'],
  ['paused', 'transient'],
  ['restarting', 'transient'],
  ['removing', 'transient'],
  // Podman's own words, of which its Docker-like API lets some through.
  ['configured', 'stopped'],
  ['initialized', 'stopped'],
  ['stopped', 'stopped'],
  ['stopping', 'transient'],
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
  return hostPort ? endpointUrl(hostAddress, hostPort) : null;
}

/** What an image declares as a volume gets one without a name of its own: 64 hex digits. */
const ANONYMOUS_VOLUME = /^[0-9a-f]{64}$/;

/** The named volume that the machine is mounted on, or null. Engines list mounts in any order. */
function mountedVolumeNameOf({ Mounts }: Container): string | null {
  const mounts = Mounts ?? [];
  const mount = mounts.find(({ Type, Name }) => Type === 'volume' && Name && !ANONYMOUS_VOLUME.test(Name));
  return mount?.Name ?? null;
}

/**
 * When it was last killed for want of memory. Where only one of its processes was, it goes on: that was after its start,
 * and nothing tells when.
 */
function outOfMemoryAtMs({ State }: Container): number | null {
  if (State.OOMKilled !== true) return null;
  // Year 1: it has never ended.
  const times = [State.FinishedAt, State.StartedAt]
    .map((time) => Date.parse(time ?? ''))
    .filter((ms) => ms > 0);
  return times.length === 0 ? null : Math.max(...times);
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
    outOfMemoryAtMs: outOfMemoryAtMs(container),
  };
}
