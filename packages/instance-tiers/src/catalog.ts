import { z } from 'zod';
import type { MachineSize } from './machine-size.ts';

type CatalogEntry = {
  readonly key: string;
  readonly offered: boolean;
  readonly machineSize: Readonly<MachineSize>;
  readonly volumeSizeGb: number;
};

/**
 * The tier catalog, in the order in which it is shown. A tier that is not offered is legacy: it labels
 * existing instances, and can be neither provisioned nor the target of a resize.
 */
export const INSTANCE_TIERS = [
  {
    key: 'perf-1-3',
    offered: true,
    machineSize: { cpus: 1, memory_mb: 3072, cpu_kind: 'performance' },
    volumeSizeGb: 10,
  },
  {
    key: 'perf-4-8',
    offered: true,
    machineSize: { cpus: 4, memory_mb: 8192, cpu_kind: 'performance' },
    volumeSizeGb: 20,
  },
  {
    key: 'perf-4-16',
    offered: true,
    machineSize: { cpus: 4, memory_mb: 16384, cpu_kind: 'performance' },
    volumeSizeGb: 40,
  },
  {
    key: 'shared-2-3',
    offered: false,
    machineSize: { cpus: 2, memory_mb: 3072, cpu_kind: 'shared' },
    volumeSizeGb: 10,
  },
  {
    key: 'shared-2-4',
    offered: false,
    machineSize: { cpus: 2, memory_mb: 4096, cpu_kind: 'shared' },
    volumeSizeGb: 10,
  },
] as const satisfies readonly CatalogEntry[];

type Catalog = typeof INSTANCE_TIERS;
type KeysOf<Tiers extends readonly CatalogEntry[]> = {
  -readonly [Index in keyof Tiers]: Tiers[Index]['key'];
};

export type InstanceTierKey = Catalog[number]['key'];
export type OfferedTierKey = Extract<Catalog[number], { offered: true }>['key'];
export type InstanceTier = CatalogEntry & { readonly key: InstanceTierKey };

/** Every tier key, as a tuple of literals, in catalog order. */
export const INSTANCE_TIER_KEYS: Readonly<KeysOf<Catalog>> = INSTANCE_TIERS.map(
  (tier) => tier.key,
) as KeysOf<Catalog>;

/** What an instance can count as: a tier, or known hardware that is on none. */
export const INSTANCE_TYPES = [...INSTANCE_TIER_KEYS, 'custom'] as const;

export const InstanceTierKeySchema = z
  .enum(INSTANCE_TIER_KEYS)
  .meta({ id: 'InstanceTierKey', description: 'A tier of the catalog: see `/tiers`.' });
export const InstanceTypeSchema = z
  .enum(INSTANCE_TYPES)
  .meta({ id: 'InstanceType', description: 'A tier, or `custom`: known hardware that is on none.' });
export type InstanceType = z.infer<typeof InstanceTypeSchema>;

/** The tiers that can be provisioned and resized to, in catalog order. */
export const OFFERED_TIER_KEYS: readonly OfferedTierKey[] = INSTANCE_TIERS.filter((tier) => tier.offered).map(
  (tier) => tier.key,
);

/** The tier of a fresh instance that names neither a tier nor a machine size. */
export const DEFAULT_INSTANCE_TIER = 'perf-1-3' satisfies OfferedTierKey;

const TIER_BY_KEY: ReadonlyMap<string, InstanceTier> = new Map(
  INSTANCE_TIERS.map((tier) => [tier.key, tier]),
);

/** The catalog's entry of a tier. Throws a `RangeError` on a key that was cast, not parsed. */
export function tierOf(key: InstanceTierKey): InstanceTier {
  const tier = TIER_BY_KEY.get(key);
  if (tier === undefined) {
    throw new RangeError(`Unknown tier "${key}"; the tiers are ${INSTANCE_TIER_KEYS.join(', ')}.`);
  }
  return tier;
}
