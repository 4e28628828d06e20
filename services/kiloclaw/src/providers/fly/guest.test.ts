import { INSTANCE_TIERS, MachineSizeSchema } from '@kiloclaw/instance-tiers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProviderError } from '../provider-error.ts';
import { fitFlySize, flyGuestOf, parseMachineSizeFromFlyGuest } from './guest.ts';

describe('parseMachineSizeFromFlyGuest', () => {
  it('reads every tier back as it was sent, whatever else is told', () => {
    for (const { machineSize } of INSTANCE_TIERS) {
      const guest = { ...flyGuestOf(machineSize), max_memory_mb: 1, kernel_args: ['quiet'] };
      expect(parseMachineSizeFromFlyGuest(guest)).toEqual(machineSize);
    }
  });

  it.each([undefined, null, ''])('reads the cpu_kind %j as shared', (cpu_kind) => {
    expect(parseMachineSizeFromFlyGuest({ cpus: 2, memory_mb: 4096, cpu_kind })?.cpu_kind).toBe('shared');
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a word', 'performance-4x'],
    ['an unknown kind', { cpus: 2, memory_mb: 4096, cpu_kind: 'Shared' }],
    ['a kind of another type', { cpus: 2, memory_mb: 4096, cpu_kind: 1 }],
    ['no CPUs', { memory_mb: 4096, cpu_kind: 'shared' }],
    ['a fraction', { cpus: 0.5, memory_mb: 4096 }],
    ['text for a number', { cpus: '2', memory_mb: 4096 }],
    ['absurdly much RAM', { cpus: 2, memory_mb: 1e12 }],
    ['a negative number', { cpus: 2, memory_mb: -1 }],
  ])('is null for %s', (_what, guest) => {
    expect(parseMachineSizeFromFlyGuest(guest)).toBeNull();
  });

  it('gives a sound size or null for anything at all', () => {
    fc.assert(
      fc.property(fc.anything(), (guest) => {
        const size = parseMachineSizeFromFlyGuest(guest);
        expect(size === null || MachineSizeSchema.safeParse(size).success).toBe(true);
      }),
    );
  });
});

describe('fitFlySize', () => {
  it('gives every tier as it is', () => {
    for (const { machineSize } of INSTANCE_TIERS) expect(fitFlySize(machineSize)).toEqual(machineSize);
  });

  it.each([
    [{ cpus: 2, memory_mb: 3072, cpu_kind: 'performance' }, '4096 to 16384 MB in steps of 1024 MB'],
    [{ cpus: 1, memory_mb: 3072, cpu_kind: 'shared' }, '256 to 2048 MB'],
    [{ cpus: 1, memory_mb: 2500, cpu_kind: 'performance' }, 'steps of 1024 MB'],
    [{ cpus: 3, memory_mb: 6144, cpu_kind: 'performance' }, '1, 2, 4, 6, 8, 10'],
    [{ cpus: 16, memory_mb: 8192, cpu_kind: 'shared' }, '1, 2, 4, 6, 8 CPUs'],
  ] as const)('refuses %j and says what there is', (size, offer) => {
    expect(() => fitFlySize(size)).toThrow(ProviderError);
    expect(() => fitFlySize(size)).toThrow(offer);
  });
});
