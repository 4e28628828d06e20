/**
 * Volumes that were this instance's own and were left for a copy elsewhere: kept with their data, shown as one finding,
 * and gone only when an admin lets them go. Pure.
 */
import { findingOf, withFinding } from './findings.ts';
import type { InstanceState } from './state.ts';

const KIND = 'retired_volume';

/** In the order of their ids. */
export function retiredVolumeIds({ drift }: Pick<InstanceState, 'drift'>): string[] {
  const ids = findingOf(drift, KIND)?.details.volumeIds;
  return Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : [];
}

export function isRetired(state: Pick<InstanceState, 'drift'>, volumeId: string | null): boolean {
  return volumeId !== null && retiredVolumeIds(state).includes(volumeId);
}

export function withRetired(state: InstanceState, volumeId: string, now: number): InstanceState {
  return withRetiredOnly(state, [...retiredVolumeIds(state), volumeId], now);
}

export function withoutRetired(state: InstanceState, volumeId: string, now: number): InstanceState {
  const left = retiredVolumeIds(state).filter((id) => id !== volumeId);
  return withRetiredOnly(state, left, now);
}

/** With exactly these retired. */
export function withRetiredOnly(
  state: InstanceState,
  volumeIds: readonly string[],
  now: number,
): InstanceState {
  const details = volumeIds.length === 0 ? null : { volumeIds: [...new Set(volumeIds)].sort() };
  return { ...state, drift: withFinding(state.drift, KIND, details, now) };
}
