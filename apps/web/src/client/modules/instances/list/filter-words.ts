/** The words that the list of instances is filtered by, as they stand in its address and on its chips. */
import type { DriftKind, InstanceStatus, ProviderId, StatusView } from '@kiloclaw/platform-contract';

export type InstanceType = NonNullable<StatusView['instanceType']>;

export const PROVIDER_LABELS: Record<ProviderId, string> = {
  fly: 'fly',
  'docker-local': 'docker-local',
  northflank: 'northflank',
};

export const TIER_LABELS: Record<InstanceType | 'unknown', string> = {
  'perf-1-3': 'perf-1-3',
  'perf-4-8': 'perf-4-8',
  'perf-4-16': 'perf-4-16',
  'shared-2-3': 'shared-2-3',
  'shared-2-4': 'shared-2-4',
  custom: 'Custom',
  unknown: 'Unknown',
};

export const STATUS_LABELS: Record<InstanceStatus, string> = {
  provisioning: 'Provisioning',
  provisioned: 'Provisioned',
  running: 'Running',
  stopped: 'Stopped',
  destroying: 'Destroying',
  destroyed: 'Destroyed',
};

export const DRIFT_LABELS: Record<DriftKind | 'any', string> = {
  any: 'Drift',
  size_differs: 'Another size than started with',
  clamped: 'Clamped by the host',
  volume_above_tier: 'Volume larger than its tier’s',
  volume_below_tier: 'Volume smaller than its tier’s',
  volume_below_state: 'Volume smaller than recorded',
  volume_missing: 'Volume missing',
  volume_not_mounted: 'Volume not mounted',
  volume_needs_restart: 'Volume grown, restart pending',
  duplicate_machines: 'More than one machine',
  retired_volume: 'Retired volume kept',
  override_unreadable: 'Size override unreadable',
  registry_rejected: 'Refused by the registry',
};

/** The keys of such a table, as their own type. */
export function keysOf<Key extends string>(table: Readonly<Record<Key, unknown>>): Key[] {
  return Object.keys(table) as Key[];
}

/** The word, if the table has it: an address may hold anything. */
export function wordIn<Key extends string>(
  table: Readonly<Record<Key, unknown>>,
  text: string | undefined,
): Key | undefined {
  return keysOf(table).find((key) => key === text);
}
