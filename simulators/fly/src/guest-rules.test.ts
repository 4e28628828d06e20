import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FlyError } from './errors.ts';
import { checkGuest, type GuestRequest, guestOfPreset } from './guest-rules.ts';

function refusal(guest: GuestRequest): string | null {
  try {
    checkGuest(guest, 'config.guest');
    return null;
  } catch (error) {
    if (!(error instanceof FlyError)) throw error;
    expect(error.httpStatus).toBe(400);
    return error.message;
  }
}

// The documented table written out: every legal size, made from first to last memory step.
const LEGAL = new Set<string>();
for (const cpus of [1, 2, 4, 6, 8]) {
  for (let memoryMb = cpus * 256; memoryMb <= cpus * 2048; memoryMb += 256) {
    LEGAL.add(`shared ${cpus} ${memoryMb}`);
  }
}
for (const cpus of [1, 2, 4, 6, 8, 10, 12, 14, 16]) {
  for (let memoryMb = cpus * 2048; memoryMb <= cpus * 8192; memoryMb += 1024) {
    LEGAL.add(`performance ${cpus} ${memoryMb}`);
  }
}

describe('guest table', () => {
  it('takes exactly the documented sizes', () => {
    const cpuKind = fc.constantFrom('shared', 'performance');
    const cpus = fc.integer({ min: -1, max: 20 });
    const memoryMb = fc.oneof(
      fc.integer({ min: -1, max: 140_000 }),
      fc.integer({ min: 0, max: 550 }).map((steps) => steps * 256),
    );
    fc.assert(
      fc.property(cpuKind, cpus, memoryMb, (kind, count, memory) => {
        const isLegal = LEGAL.has(`${kind} ${count} ${memory}`);
        expect(refusal({ cpu_kind: kind, cpus: count, memory_mb: memory }) === null).toBe(isLegal);
      }),
      { numRuns: 2000 },
    );
  });

  it('takes every legal size as it is', () => {
    for (const size of LEGAL) {
      const [kind = '', cpus, memoryMb] = size.split(' ');
      const guest = { cpu_kind: kind, cpus: Number(cpus), memory_mb: Number(memoryMb) };
      expect(checkGuest(guest, 'config.guest')).toEqual(guest);
    }
  });

  it.each([
    [
      { cpu_kind: 'performance', cpus: 2, memory_mb: 3072 },
      'invalid config.guest.memory_mb, minimum required 4096 MiB',
    ],
    [
      { cpu_kind: 'shared', cpus: 1, memory_mb: 4096 },
      'invalid config.guest.memory_mb, max config.guest.memory_mb: 2048',
    ],
    [
      { cpu_kind: 'shared', cpus: 2, memory_mb: 3000 },
      'invalid config.guest.memory_mb, must be a multiple of 256 MiB',
    ],
    [
      { cpu_kind: 'shared', cpus: 16, memory_mb: 8192 },
      'invalid config.guest.cpus, allowed values: 1, 2, 4, 6, 8',
    ],
    [
      { cpu_kind: 'turbo', cpus: 1, memory_mb: 256 },
      'invalid config.guest.cpu_kind, must be shared or performance',
    ],
    [
      { cpu_kind: 'shared', cpus: 1, memory_mb: 256, max_memory_mb: 4096 },
      'invalid config.guest.max_memory_mb, max config.guest.max_memory_mb: 2048',
    ],
  ])('refuses %j in the wording of the service', (guest, words) => {
    expect(refusal(guest)).toBe(words);
  });

  it('takes 32, 64 and 128 cpus only beside GPUs', () => {
    for (const cpus of [32, 64, 128]) {
      const guest = { cpu_kind: 'performance', cpus, memory_mb: cpus * 2048 };
      expect(refusal(guest)).not.toBeNull();
      expect(refusal({ ...guest, gpus: 1 })).toBeNull();
      expect(refusal({ ...guest, gpu_kind: 'l40s' })).toBeNull();
    }
  });

  it('reads an absent cpu_kind as shared, echoes it empty, and keeps further keys', () => {
    expect(checkGuest({ cpus: 2, kernel_args: ['quiet'] }, 'config.guest')).toEqual({
      cpu_kind: '',
      cpus: 2,
      memory_mb: 512,
      kernel_args: ['quiet'],
    });
  });
});

describe('presets', () => {
  it.each([
    ['shared-cpu-1x', { cpu_kind: 'shared', cpus: 1, memory_mb: 256 }],
    ['shared-cpu-8x', { cpu_kind: 'shared', cpus: 8, memory_mb: 2048 }],
    ['performance-1x', { cpu_kind: 'performance', cpus: 1, memory_mb: 2048 }],
    ['performance-16x', { cpu_kind: 'performance', cpus: 16, memory_mb: 32_768 }],
  ])('%s is the least memory of its kind', (size, guest) => {
    expect(guestOfPreset(size)).toEqual(guest);
  });

  it.each(['performance-3x', 'performance-32x', 'shared-cpu-16x', 'shared-1x', 'x', ''])(
    'refuses %j',
    (size) => {
      expect(() => guestOfPreset(size)).toThrow(/^invalid config\.size/);
    },
  );
});
