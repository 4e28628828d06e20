/** What a machine is made of, in Fly's words. Pure. */
import type { InstanceTags, MachineSpec } from '../provider.ts';
import { machineTags } from '../tags.ts';
import { flyGuestOf } from './guest.ts';
import type { MachineConfig } from './schemas.ts';

/**
 * The one service, on the machine's port. Autostart and autostop are off: else Fly's proxy would wake what was
 * stopped on purpose. It counts for nothing until the app is given an address.
 */
function servicesOf(port: number) {
  return [
    {
      protocol: 'tcp',
      internal_port: port,
      autostart: false,
      autostop: 'off',
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
  // `size` excludes `guest`, and a ceiling for RAM of the size before may lie below the new one.
  const { size: _size, guest, ...kept } = current;
  const { max_memory_mb: _ceiling, ...keptGuest } = recordOf(guest);
  const mount = recordOf(Array.isArray(current.mounts) ? current.mounts[0] : undefined);
  return {
    ...kept,
    ...ownKeys(spec),
    guest: { ...keptGuest, ...flyGuestOf(spec.size) },
    mounts: [{ ...mount, volume: volumeId, path: spec.mountPath }],
    metadata: { ...current.metadata, ...machineTags(tags, spec) },
  };
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** The port that the machine's service leads to, or null. */
export function servicePortOf(config: MachineConfig): number | null {
  const service = recordOf(Array.isArray(config.services) ? config.services[0] : undefined);
  const port = service.internal_port;
  return typeof port === 'number' && Number.isInteger(port) ? port : null;
}
