/** What a machine is made of, in Fly's words. Pure. */
import { type MachineSize, sameMachineSize } from '@kiloclaw/instance-tiers';
import type { InstanceTags, MachineSpec, SizeChange } from '../provider.ts';
import { machineTags, TAG } from '../tags.ts';
import { flyGuestOf, parseMachineSizeFromFlyGuest } from './guest.ts';
import type { MachineConfig } from './schemas.ts';

/** Else Fly's proxy would wake what was stopped on purpose. */
const NEVER_WOKEN = { autostart: false, autostop: 'off' } as const;

/** The one service, on the machine's port. It counts for nothing until the app is given an address. */
function servicesOf(port: number) {
  return [
    {
      protocol: 'tcp',
      internal_port: port,
      ...NEVER_WOKEN,
      min_machines_running: 0,
      ports: [
        { port: 80, handlers: ['http'], force_https: true },
        { port: 443, handlers: ['tls', 'http'] },
      ],
    },
  ];
}

function ownKeys(spec: MachineSpec) {
  return {
    image: spec.image,
    env: spec.env,
    services: servicesOf(spec.port),
    restart: { policy: 'no' },
    auto_destroy: false,
  };
}

/** The config of a new machine. */
export function newMachineConfig(tags: InstanceTags, volumeId: string, spec: MachineSpec) {
  return {
    ...ownKeys(spec),
    guest: flyGuestOf(spec.size),
    mounts: [{ volume: volumeId, path: spec.mountPath }],
    metadata: machineTags(tags, spec),
  };
}

/** The config with another size and no service that Fly's proxy would wake; what else it and its guest hold is kept. */
function withSize(current: MachineConfig, size: MachineSize) {
  // `size` excludes `guest`, and a ceiling for RAM of the size before may lie below the new one.
  const { size: _size, guest, ...kept } = current;
  const { max_memory_mb: _ceiling, ...keptGuest } = recordOf(guest);
  return {
    ...kept,
    ...(Array.isArray(kept.services) && { services: kept.services.map(neverWoken) }),
    guest: { ...keptGuest, ...flyGuestOf(size) },
  };
}

function neverWoken(service: unknown): Record<string, unknown> {
  return { ...recordOf(service), ...NEVER_WOKEN };
}

/** The config of a machine that is there with another size, and with the tag of where that comes from. */
export function resizedMachineConfig(current: MachineConfig, { size, sizeSource }: SizeChange) {
  return {
    ...withSize(current, size),
    metadata: { ...current.metadata, [TAG.sizeSource]: sizeSource },
  };
}

/**
 * The config of a machine that is there, brought to the spec. An update replaces everything that it does not name, so
 * that keys which are not ours are kept as they were read; variables of the environment are all ours.
 */
export function updatedMachineConfig(
  current: MachineConfig,
  tags: InstanceTags,
  volumeId: string,
  spec: MachineSpec,
) {
  return {
    ...withSize(current, spec.size),
    ...ownKeys(spec),
    mounts: [{ ...firstOf(current.mounts), volume: volumeId, path: spec.mountPath }],
    metadata: { ...current.metadata, ...machineTags(tags, spec) },
  };
}

/** Whether the config has that size already, from that source. */
export function isSizedAs(current: MachineConfig, { size, sizeSource }: SizeChange): boolean {
  const present = parseMachineSizeFromFlyGuest(current.guest);
  return present !== null && sameMachineSize(present, size) && tagOf(current, TAG.sizeSource) === sizeSource;
}

/** Whether the config is what `updatedMachineConfig` has made of it: the fingerprint stands for what it does not compare. */
export function isBuiltAs(current: MachineConfig, volumeId: string, spec: MachineSpec): boolean {
  return (
    isSizedAs(current, spec) &&
    tagOf(current, TAG.configuration) === spec.configurationFingerprint &&
    mountedVolumeIdOf(current) === volumeId
  );
}

function tagOf({ metadata }: MachineConfig, tag: string): unknown {
  return metadata?.[tag];
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function firstOf(list: unknown): Record<string, unknown> {
  return recordOf(Array.isArray(list) ? list[0] : undefined);
}

/** The volume that the machine is mounted on, or null. Fly gives a machine one mount at most. */
export function mountedVolumeIdOf(config: MachineConfig): string | null {
  const { volume } = firstOf(config.mounts);
  return typeof volume === 'string' && volume !== '' ? volume : null;
}

/** The port that the machine's service leads to, or null. */
export function servicePortOf(config: MachineConfig): number | null {
  const port = firstOf(config.services).internal_port;
  return typeof port === 'number' && Number.isInteger(port) ? port : null;
}
