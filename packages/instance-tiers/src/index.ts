export {
  DEFAULT_INSTANCE_TIER,
  INSTANCE_TIER_KEYS,
  INSTANCE_TIERS,
  INSTANCE_TYPES,
  type InstanceTier,
  type InstanceTierKey,
  InstanceTierKeySchema,
  type InstanceType,
  InstanceTypeSchema,
  OFFERED_TIER_KEYS,
  type OfferedTierKey,
  tierOf,
} from './catalog.ts';
export { type LabelledMachineSize, labelMachineSize, resolveInstanceTypeFromState } from './labelling.ts';
export {
  type CpuKind,
  CpuKindSchema,
  type CpuObservability,
  compareCpus,
  describeCpus,
  MACHINE_SIZE_MAX_CPUS,
  MACHINE_SIZE_MAX_MEMORY_MB,
  type MachineSize,
  MachineSizeSchema,
  sameMachineSize,
} from './machine-size.ts';
export {
  type AdminSizeOverridePayload,
  AdminSizeOverridePayloadSchema,
  DELETED_ADMIN_ACTOR_ID,
  effectiveMachineSize,
  isSizeOverrideActive,
  OVERRIDE_PRESETS,
  OVERRIDE_REASON_MAX_LENGTH,
  type OverridePreset,
  OverridePresetSchema,
  OverrideReasonSchema,
  overrideIsLarger,
  withoutDeletedAdmin,
} from './size-override.ts';
export {
  type CurrentHardware,
  canUpgradeTo,
  UPGRADE_REFUSAL_REASONS,
  type UpgradeDecision,
  type UpgradeRefusalReason,
} from './upgrade-policy.ts';
