import type { MachineRecord } from './documents.ts';
import { eventViews } from './events.ts';

const IMAGE =
  /^(?:(?<registry>[^/]*[.:][^/]*|localhost)\/)?(?<repository>[^:@]+)(?::(?<tag>[^@]+))?(?:@(?<digest>.+))?$/;
const DEFAULT_REGISTRY = 'registry-1.docker.io';

function imageRef(image: unknown): Record<string, string> {
  const parts = typeof image === 'string' ? IMAGE.exec(image)?.groups : undefined;
  return {
    registry: parts?.registry ?? DEFAULT_REGISTRY,
    repository: parts?.repository ?? '',
    tag: parts?.tag ?? 'latest',
    ...(parts?.digest === undefined ? {} : { digest: parts.digest }),
  };
}

/** A machine as a list with `summary` shows it: without config, events, checks and host. */
export function machineSummary(machine: MachineRecord): Record<string, unknown> {
  return {
    id: machine.id,
    name: machine.name,
    state: machine.state,
    region: machine.region,
    instance_id: machine.instanceId,
    version: machine.instanceId,
    private_ip: machine.privateIp,
    image_ref: imageRef(machine.config.image),
    created_at: new Date(machine.createdAtMs).toISOString(),
    updated_at: new Date(machine.updatedAtMs).toISOString(),
  };
}

/** A machine as the wire shows it. A host that is away leaves the config incomplete. */
export function machineView(machine: MachineRecord): Record<string, unknown> {
  const { config, hostStatus } = machine;
  return {
    ...machineSummary(machine),
    ...(hostStatus === 'ok'
      ? { config }
      : { incomplete_config: { image: config.image, guest: config.guest, metadata: config.metadata } }),
    events: eventViews(machine),
    checks: [],
    host_status: hostStatus,
    cordoned: machine.cordoned,
  };
}
