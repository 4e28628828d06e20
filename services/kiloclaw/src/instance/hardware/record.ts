/** The commits of hardware: pure, and the only places where type, size and volume change for good. */
import { type AdminSizeOverridePayload, type InstanceTier, tierOf } from '@kiloclaw/instance-tiers';
import { withFinding, withoutUnreadableOverride } from '../findings.ts';
import type { Finding, InstanceState } from '../state.ts';

/** A resize: type, size, volume and the end of an override together. `realVolumeSizeGb` is null where volumes have no size. */
export function recordResize(
  state: InstanceState,
  tier: InstanceTier,
  realVolumeSizeGb: number | null,
  now: number,
): InstanceState {
  const resized: InstanceState = {
    ...state,
    instanceType: tier.key,
    machineSize: { ...tier.machineSize },
    volumeSizeGb: realVolumeSizeGb ?? state.volumeSizeGb,
    adminMachineSizeOverride: null,
    drift: withoutUnreadableOverride(state.drift),
  };
  return { ...resized, drift: volumeFindings(resized, realVolumeSizeGb, now) };
}

/**
 * An extend: the volume's new size, whole GB. Whatever grows the record leaves the ladder of tiers (`custom`); a
 * volume that grew back to its recorded size is repaired, and changes no label.
 */
export function recordVolumeExtend(
  state: InstanceState,
  { sizeGb, needsRestart }: { readonly sizeGb: number; readonly needsRestart: boolean },
  now: number,
): InstanceState {
  const grows = state.volumeSizeGb === null || sizeGb > state.volumeSizeGb;
  const extended: InstanceState = {
    ...state,
    volumeSizeGb: sizeGb,
    instanceType: grows ? 'custom' : state.instanceType,
  };
  const drift = volumeFindings(extended, sizeGb, now);
  const waits = needsRestart && state.status === 'running';
  return { ...extended, drift: waits ? withFinding(drift, 'volume_needs_restart', { sizeGb }, now) : drift };
}

/** A volume that has grown ahead of its tier, whole GB: a finding tells of it until the tier has caught up. */
export function recordVolumeGrown(state: InstanceState, sizeGb: number, now: number): InstanceState {
  const grown = { ...state, volumeSizeGb: Math.max(state.volumeSizeGb ?? 0, sizeGb) };
  return { ...grown, drift: volumeFindings(grown, sizeGb, now) };
}

/** What the real size of the volume says about the record: smaller, or off its tier. Null: nothing was seen. */
export function volumeFindings(state: InstanceState, realSizeGb: number | null, now: number): Finding[] {
  const { volumeSizeGb, instanceType } = state;
  if (realSizeGb === null) return [...state.drift];
  const recorded = volumeSizeGb ?? realSizeGb;
  const tierGb =
    instanceType === null || instanceType === 'custom' ? null : tierOf(instanceType).volumeSizeGb;
  const sizes = { realSizeGb, recordedSizeGb: recorded, tierSizeGb: tierGb };
  const above = tierGb !== null && recorded > tierGb ? sizes : null;
  const below = tierGb !== null && recorded < tierGb ? sizes : null;
  const shrunk = realSizeGb < recorded ? sizes : null;
  const gone = withFinding(state.drift, 'volume_missing', null, now);
  const withAbove = withFinding(gone, 'volume_above_tier', above, now);
  const withBelow = withFinding(withAbove, 'volume_below_tier', below, now);
  return withFinding(withBelow, 'volume_below_state', shrunk, now);
}

/** A row that shows an override which the object does not have is overwritten by clearing, though nothing changes here. */
export function withoutOverride(state: InstanceState): InstanceState {
  const { adminMachineSizeOverride: before, registryVersion } = state;
  return {
    ...withOverride(state, null),
    registryVersion: before === null ? registryVersion + 1 : registryVersion,
  };
}

/** A lent size, set or taken back: nothing else of the instance changes. */
export function withOverride(state: InstanceState, override: AdminSizeOverridePayload | null): InstanceState {
  return {
    ...state,
    adminMachineSizeOverride: override,
    drift: withoutUnreadableOverride(state.drift),
  };
}
