/** What a provision makes of what its caller named: pure, and the one place where hardware is given by default. */
import {
  DEFAULT_INSTANCE_TIER,
  type InstanceTierKey,
  InstanceTierKeySchema,
  labelMachineSize,
  type MachineSize,
  resolveInstanceTypeFromState,
  sameMachineSize,
  tierOf,
} from '@kiloclaw/instance-tiers';
import {
  cpuObservabilityOf,
  type ProviderCapabilities,
  type Result,
  refuse,
  sandboxIdOf,
} from '@kiloclaw/platform-contract';
import type { Provider } from '../providers/provider.ts';
import type { ProvisionCall } from './instance-rpc.ts';
import type { Configuration, InstanceState } from './state.ts';

/** Volume of a raw machine size that names none: GB. */
const RAW_SIZE_VOLUME_GB = 10;

export interface PlannedHardware {
  readonly instanceType: InstanceTierKey | 'custom';
  readonly machineSize: MachineSize;
  readonly volumeSizeGb: number | null;
}

/** The hardware of a fresh instance. A legacy tier is refused, by its key and by its numbers. */
export function planHardware(
  call: Pick<ProvisionCall, 'instanceType' | 'machineSize' | 'volumeSizeGb'>,
  capabilities: ProviderCapabilities,
): Result<PlannedHardware> {
  const { volumesAreSized } = capabilities;
  if (call.machineSize !== null) {
    const { instanceType, machineSize } = labelMachineSize(
      call.machineSize,
      cpuObservabilityOf(capabilities),
    );
    if (instanceType !== 'custom' && !tierOf(instanceType).offered) return legacy(instanceType);
    const volumeSizeGb = call.volumeSizeGb ?? RAW_SIZE_VOLUME_GB;
    return {
      ok: true,
      value: { instanceType, machineSize, volumeSizeGb: volumesAreSized ? volumeSizeGb : null },
    };
  }
  const key = InstanceTierKeySchema.parse(call.instanceType ?? DEFAULT_INSTANCE_TIER);
  const tier = tierOf(key);
  if (!tier.offered) return legacy(key);
  const volumeSizeGb = volumesAreSized ? tier.volumeSizeGb : null;
  return { ok: true, value: { instanceType: key, machineSize: { ...tier.machineSize }, volumeSizeGb } };
}

function legacy(key: string) {
  return refuse(
    'tier_not_offered',
    `${key} is a legacy tier: it can't be provisioned. Choose one of the offered tiers.`,
  );
}

/** The record of an instance that is about to be made. */
export function firstState(
  call: ProvisionCall,
  hardware: PlannedHardware,
  configuration: Configuration,
  provider: Provider,
  fleet: { readonly fleetId: string; readonly now: number },
): InstanceState {
  const sandboxId = sandboxIdOf(call.instanceId);
  const tags = { fleetId: fleet.fleetId, instanceId: call.instanceId, userId: call.caller.userId, sandboxId };
  return {
    ...tags,
    ...hardware,
    provider: provider.id,
    name: call.name,
    region: provider.capabilities.hasRegions ? (call.region ?? provider.defaultRegion()) : null,
    createdAt: fleet.now,
    updatedAt: fleet.now,
    startedAt: null,
    stoppedAt: null,
    destroyedAt: null,
    restoredAt: null,
    status: 'provisioning',
    adminMachineSizeOverride: null,
    applied: null,
    built: null,
    resources: provider.nameResources(tags),
    configuration,
    endpoint: null,
    trackedImageTag: null,
    lastObservation: null,
    lastOutOfMemory: null,
    doubts: null,
    drift: [],
    generation: 0,
    registryVersion: 0,
    registrySyncedVersion: 0,
    unsyncedEmail: call.userEmail,
  };
}

/** A provision of an existing instance never touches its hardware: the same tier is nothing, another one a resize. */
export function refuseHardwareChange(state: InstanceState, call: ProvisionCall): Result<null> {
  const names = (field: string) =>
    refuse('use_resize', `Provisioning again never changes hardware: ${field} differs. Use resize.`, {
      field,
    });
  if (call.provider !== null && call.provider !== state.provider) {
    return refuse('invalid_request', 'provider: an instance stays on the provider it was made on.', {
      path: 'provider',
    });
  }
  if (call.region !== null && call.region !== state.region) {
    return refuse('invalid_request', 'region: an instance stays in the region it was made in.', {
      path: 'region',
    });
  }
  if (call.instanceType !== null && call.instanceType !== resolveInstanceTypeFromState(state)) {
    return names('instanceType');
  }
  const { machineSize } = state;
  const isSameSize = (asked: MachineSize) => machineSize !== null && sameMachineSize(asked, machineSize);
  if (call.machineSize !== null && !isSameSize(call.machineSize)) {
    return names('machineSize');
  }
  if (call.volumeSizeGb !== null && state.volumeSizeGb !== null && call.volumeSizeGb !== state.volumeSizeGb) {
    return names('volumeSizeGb');
  }
  return { ok: true, value: null };
}
