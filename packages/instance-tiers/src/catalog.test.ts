import { describe, expect, it } from 'vitest';
import {
  DEFAULT_INSTANCE_TIER,
  INSTANCE_TIER_KEYS,
  INSTANCE_TIERS,
  INSTANCE_TYPES,
  type InstanceTierKey,
  InstanceTierKeySchema,
  InstanceTypeSchema,
  MachineSizeSchema,
  OFFERED_TIER_KEYS,
  tierOf,
} from './index.ts';

const MB_PER_GB = 1024;
const KIND_PREFIX = { performance: 'perf', shared: 'shared' } as const;

/** Fly's published guest vocabulary, without the counts that need a GPU beside them. */
const FLY_GUESTS = {
  shared: { cpus: [1, 2, 4, 6, 8], minMbPerCpu: 256, maxMbPerCpu: 2048, stepMb: 256 },
  performance: {
    cpus: [1, 2, 4, 6, 8, 10, 12, 14, 16],
    minMbPerCpu: 2048,
    maxMbPerCpu: 8192,
    stepMb: 1024,
  },
} as const;

describe('tier catalog', () => {
  it('holds exactly the published tiers, in order', () => {
    const rows = INSTANCE_TIERS.map(({ key, offered, machineSize, volumeSizeGb, ...rest }) => {
      expect(rest).toEqual({});
      const { cpus, memory_mb, cpu_kind } = machineSize;
      return [key, offered, cpus, memory_mb, cpu_kind, volumeSizeGb];
    });
    expect(rows).toEqual([
      ['perf-1-3', true, 1, 3072, 'performance', 10],
      ['perf-4-8', true, 4, 8192, 'performance', 20],
      ['perf-4-16', true, 4, 16384, 'performance', 40],
      ['shared-2-3', false, 2, 3072, 'shared', 10],
      ['shared-2-4', false, 2, 4096, 'shared', 10],
    ]);
  });

  it.each(INSTANCE_TIERS)('$key says kind-CPUs-RAM of its entry', ({ key, machineSize }) => {
    const { cpu_kind, cpus, memory_mb } = machineSize;
    expect(key).toBe(`${KIND_PREFIX[cpu_kind]}-${cpus}-${memory_mb / MB_PER_GB}`);
  });

  it.each(INSTANCE_TIERS)('$key is a guest that Fly can give', ({ machineSize }) => {
    const { cpus, memory_mb } = MachineSizeSchema.parse(machineSize);
    const guest = FLY_GUESTS[machineSize.cpu_kind];
    expect(guest.cpus).toContain(cpus);
    expect(memory_mb).toBeGreaterThanOrEqual(guest.minMbPerCpu * cpus);
    expect(memory_mb).toBeLessThanOrEqual(guest.maxMbPerCpu * cpus);
    expect(memory_mb % guest.stepMb).toBe(0);
  });

  it('has no two tiers of the same key or machine size', () => {
    const sizes = INSTANCE_TIERS.map((tier) => JSON.stringify(Object.entries(tier.machineSize).sort()));
    expect(new Set(sizes).size).toBe(INSTANCE_TIERS.length);
    expect(new Set(INSTANCE_TIER_KEYS).size).toBe(INSTANCE_TIERS.length);
  });

  it('exposes its keys as a tuple of literals', () => {
    // The annotation is the assertion: a widened type fails the type check.
    const keys: readonly ['perf-1-3', 'perf-4-8', 'perf-4-16', 'shared-2-3', 'shared-2-4'] =
      INSTANCE_TIER_KEYS;
    expect(keys).toEqual(['perf-1-3', 'perf-4-8', 'perf-4-16', 'shared-2-3', 'shared-2-4']);
    expect(INSTANCE_TYPES).toEqual([...keys, 'custom']);
  });

  it('offers only tiers that are not legacy, and defaults to one of them', () => {
    expect(OFFERED_TIER_KEYS).toEqual(['perf-1-3', 'perf-4-8', 'perf-4-16']);
    expect(OFFERED_TIER_KEYS).toContain(DEFAULT_INSTANCE_TIER);
    expect(DEFAULT_INSTANCE_TIER).toBe('perf-1-3');
  });

  it.each(INSTANCE_TIER_KEYS)('finds the entry of %s', (key) => {
    expect(tierOf(key)).toBe(INSTANCE_TIERS.find((tier) => tier.key === key));
  });

  it.each(['perf-1', 'custom', 'constructor', '__proto__', ''])('refuses %j as a tier key', (key) => {
    expect(InstanceTierKeySchema.safeParse(key).success).toBe(false);
    expect(() => tierOf(key as InstanceTierKey)).toThrow(/Unknown tier ".*"; the tiers are perf-1-3, /);
  });

  it('takes custom as an instance type, and no other word beside the keys', () => {
    for (const type of INSTANCE_TYPES) expect(InstanceTypeSchema.parse(type)).toBe(type);
    expect(InstanceTypeSchema.safeParse('Custom').success).toBe(false);
    expect(InstanceTypeSchema.safeParse(null).success).toBe(false);
  });
});
