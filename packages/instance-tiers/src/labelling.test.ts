import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  INSTANCE_TIER_KEYS,
  INSTANCE_TIERS,
  INSTANCE_TYPES,
  labelMachineSize,
  type MachineSize,
  resolveInstanceTypeFromState,
} from './index.ts';

const OBSERVABLE = { cpuKindObservable: true };
const UNOBSERVABLE = { cpuKindObservable: false };
const OFF_LADDER: MachineSize = { cpus: 3, memory_mb: 5120, cpu_kind: 'shared' };

/** Sizes dense around the catalog's own, so that matches and near misses both come up. */
const machineSizes = fc.record<MachineSize>({
  cpus: fc.constantFrom(1, 2, 3, 4),
  memory_mb: fc.constantFrom(2048, 3072, 4096, 8192, 16384),
  cpu_kind: fc.constantFrom('shared', 'performance'),
});

describe('labelMachineSize', () => {
  it.each(INSTANCE_TIERS)('labels the hardware of $key as $key', ({ key, machineSize }) => {
    expect(labelMachineSize(machineSize, OBSERVABLE)).toEqual({ instanceType: key, machineSize });
  });

  it.each(INSTANCE_TIERS)('takes the kind of $key where the kind is unobservable', ({ key, machineSize }) => {
    for (const cpu_kind of ['shared', 'performance'] as const) {
      expect(labelMachineSize({ ...machineSize, cpu_kind }, UNOBSERVABLE)).toEqual({
        instanceType: key,
        machineSize,
      });
    }
  });

  it('labels as a tier exactly where all three fields match, else custom on the size as given', () => {
    fc.assert(
      fc.property(machineSizes, (size) => {
        const matching = INSTANCE_TIERS.filter(
          ({ machineSize }) =>
            machineSize.cpus === size.cpus &&
            machineSize.memory_mb === size.memory_mb &&
            machineSize.cpu_kind === size.cpu_kind,
        ).map((tier) => tier.key);
        const expected = matching[0] ?? 'custom';
        expect(labelMachineSize(size, OBSERVABLE)).toEqual({ instanceType: expected, machineSize: size });
      }),
    );
  });

  it('leaves a size of no tier as it was given where the kind is unobservable', () => {
    expect(labelMachineSize(OFF_LADDER, UNOBSERVABLE)).toEqual({
      instanceType: 'custom',
      machineSize: OFF_LADDER,
    });
  });

  it('gives back a size of its own, so that storing it can never change the catalog', () => {
    for (const { machineSize } of INSTANCE_TIERS) {
      expect(labelMachineSize({ ...machineSize }, UNOBSERVABLE).machineSize).not.toBe(machineSize);
    }
  });
});

describe('labelMachineSize with two tiers that differ in CPU kind alone', () => {
  const shared: MachineSize = { cpus: 4, memory_mb: 8192, cpu_kind: 'shared' };

  afterEach(() => {
    vi.doUnmock('./catalog.ts');
    vi.resetModules();
  });

  it('guesses neither where the kind is unobservable, and tells them apart where it is', async () => {
    vi.resetModules();
    const twin = { key: 'shared-4-8', offered: false, machineSize: shared, volumeSizeGb: 20 };
    vi.doMock('./catalog.ts', () => ({ INSTANCE_TIERS: [...INSTANCE_TIERS, twin] }));
    const labelling = await import('./labelling.ts');
    expect(labelling.labelMachineSize(shared, UNOBSERVABLE)).toEqual({
      instanceType: 'custom',
      machineSize: shared,
    });
    expect(labelling.labelMachineSize(shared, OBSERVABLE).instanceType).toBe('shared-4-8');
  });
});

describe('resolveInstanceTypeFromState', () => {
  it('reads custom without a machine size as null', () => {
    expect(resolveInstanceTypeFromState({ instanceType: 'custom', machineSize: null })).toBeNull();
  });

  it('keeps custom that has a machine size, even one that matches a tier', () => {
    const sizes = [OFF_LADDER, ...INSTANCE_TIERS.map((tier) => tier.machineSize)];
    for (const machineSize of sizes) {
      expect(resolveInstanceTypeFromState({ instanceType: 'custom', machineSize })).toBe('custom');
    }
  });

  it('keeps a tier whose machine size is not known yet', () => {
    for (const instanceType of INSTANCE_TIER_KEYS) {
      expect(resolveInstanceTypeFromState({ instanceType, machineSize: null })).toBe(instanceType);
    }
  });

  it('has no label while nothing is known', () => {
    expect(resolveInstanceTypeFromState({ instanceType: null, machineSize: null })).toBeNull();
  });

  it('reads a known size without a label as its label', () => {
    fc.assert(
      fc.property(machineSizes, fc.boolean(), (machineSize, cpuKindObservable) => {
        const observability = { cpuKindObservable };
        const label = labelMachineSize(machineSize, observability).instanceType;
        expect(resolveInstanceTypeFromState({ instanceType: null, machineSize }, observability)).toBe(label);
      }),
    );
  });

  it('never relabels what has a label, whatever the size', () => {
    fc.assert(
      fc.property(fc.constantFrom(...INSTANCE_TYPES), machineSizes, (instanceType, machineSize) => {
        expect(resolveInstanceTypeFromState({ instanceType, machineSize })).toBe(instanceType);
      }),
    );
  });
});
