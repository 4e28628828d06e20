import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareCpus,
  describeCpus,
  MACHINE_SIZE_MAX_CPUS,
  MACHINE_SIZE_MAX_MEMORY_MB,
  type MachineSize,
  MachineSizeSchema,
  sameMachineSize,
} from './index.ts';

const UNOBSERVABLE = { cpuKindObservable: false };

const machineSizes = fc.record<MachineSize>({
  cpus: fc.integer({ min: 1, max: 8 }),
  memory_mb: fc.constantFrom(2048, 3072, 4096),
  cpu_kind: fc.constantFrom('shared', 'performance'),
});

describe('MachineSizeSchema', () => {
  const valid = { cpus: 4, memory_mb: 8192, cpu_kind: 'performance' };

  it('takes a size up to both bounds', () => {
    expect(MachineSizeSchema.parse(valid)).toEqual(valid);
    const largest = { ...valid, cpus: MACHINE_SIZE_MAX_CPUS, memory_mb: MACHINE_SIZE_MAX_MEMORY_MB };
    expect(MachineSizeSchema.parse(largest)).toEqual(largest);
  });

  it.each([
    ['cpus', 0],
    ['cpus', -1],
    ['cpus', 1.5],
    ['cpus', '4'],
    ['cpus', Number.NaN],
    ['cpus', MACHINE_SIZE_MAX_CPUS + 1],
    ['cpus', undefined],
    ['memory_mb', 0],
    ['memory_mb', 512.5],
    ['memory_mb', Number.POSITIVE_INFINITY],
    ['memory_mb', MACHINE_SIZE_MAX_MEMORY_MB + 1],
    ['memory_mb', null],
    ['cpu_kind', ''],
    ['cpu_kind', 'turbo'],
    ['cpu_kind', undefined],
  ])('refuses %s = %j and names the field', (field, value) => {
    const parsed = MachineSizeSchema.safeParse({ ...valid, [field]: value });
    expect(parsed.error?.issues.map((issue) => issue.path)).toEqual([[field]]);
  });

  it('refuses a field that it does not know', () => {
    expect(MachineSizeSchema.safeParse({ ...valid, gpus: 1 }).success).toBe(false);
  });
});

describe('ranking of CPUs', () => {
  const shared8 = { cpus: 8, memory_mb: 4096, cpu_kind: 'shared' } as const;
  const performance1 = { cpus: 1, memory_mb: 4096, cpu_kind: 'performance' } as const;

  it('puts performance above shared whatever the counts, and ranks one kind by count', () => {
    expect(compareCpus(performance1, shared8)).toBeGreaterThan(0);
    expect(compareCpus(shared8, performance1)).toBeLessThan(0);
    expect(compareCpus(shared8, { ...shared8, cpus: 2 })).toBeGreaterThan(0);
  });

  it('goes by count alone where the kind is unobservable', () => {
    expect(compareCpus(performance1, shared8, UNOBSERVABLE)).toBeLessThan(0);
    expect(compareCpus(performance1, { ...shared8, cpus: 1 }, UNOBSERVABLE)).toBe(0);
  });

  it('is a consistent order: antisymmetric and transitive', () => {
    fc.assert(
      fc.property(machineSizes, machineSizes, machineSizes, fc.boolean(), (a, b, c, cpuKindObservable) => {
        const compare = (x: MachineSize, y: MachineSize) =>
          Math.sign(compareCpus(x, y, { cpuKindObservable }));
        expect(compare(a, b) + compare(b, a)).toBe(0);
        if (compare(a, b) >= 0 && compare(b, c) >= 0) expect(compare(a, c)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('calls two sizes the same exactly where every observable field is equal', () => {
    fc.assert(
      fc.property(machineSizes, machineSizes, fc.boolean(), (a, b, cpuKindObservable) => {
        const equal =
          a.cpus === b.cpus &&
          a.memory_mb === b.memory_mb &&
          (!cpuKindObservable || a.cpu_kind === b.cpu_kind);
        expect(sameMachineSize(a, b, { cpuKindObservable })).toBe(equal);
      }),
    );
  });

  it('is said in words, without the kind where it is unobservable', () => {
    expect(describeCpus(shared8)).toBe('8 shared CPUs');
    expect(describeCpus(performance1)).toBe('1 performance CPU');
    expect(describeCpus(shared8, UNOBSERVABLE)).toBe('8 CPUs');
  });
});
