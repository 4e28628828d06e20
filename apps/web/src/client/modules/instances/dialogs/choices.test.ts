import type { Failure, Plan } from '@kiloclaw/platform-contract';
import { describe, expect, it } from 'vitest';
import { LEGACY_REASON, presetChoice, tierChoice } from './choices.ts';

const SIZE = { cpus: 4, memory_mb: 8_192, cpu_kind: 'performance' } as const;
const TIER = { key: 'perf-4-8', offered: true, machineSize: SIZE, volumeSizeGb: 20 };
const SIZED = { volumesAreSized: true, cpuKindsObservable: true };
const HARDWARE = { instanceType: null, machineSize: null, volumeSizeGb: null };

function planWith(refusal: Failure | null): Plan {
  return {
    allowed: refusal === null,
    refusal,
    before: HARDWARE,
    after: HARDWARE,
    effectiveSize: null,
    givenSize: null,
    irreversible: [],
    requires: [],
    clears: { sizeOverride: null },
    downtime: 'none',
    hash: 'h',
  };
}

describe('a tier as a choice', () => {
  it('tells its hardware, without a disk where volumes have no size', () => {
    expect(tierChoice(TIER, planWith(null), SIZED)).toEqual({
      value: 'perf-4-8',
      label: 'perf-4-8',
      description: '4 performance CPUs · 8 GB RAM · 20 GB disk',
      disabledReason: undefined,
    });
    const hostDisk = { volumesAreSized: false, cpuKindsObservable: true };
    expect(tierChoice(TIER, undefined, hostDisk).description).toBe('4 performance CPUs · 8 GB RAM');
  });

  it('is refused in the server’s words where its plan refuses the tier', () => {
    const plan = planWith({ code: 'memory_would_shrink', message: 'RAM would shrink.' });
    expect(tierChoice(TIER, plan, SIZED).disabledReason).toBe('RAM would shrink.');
  });

  it('stays a choice while something passing is in the way', () => {
    const plan = planWith({ code: 'operation_in_progress', message: 'Wait.' });
    expect(tierChoice(TIER, plan, SIZED).disabledReason).toBeUndefined();
  });

  it('is refused where it is legacy, though nobody planned it', () => {
    expect(tierChoice({ ...TIER, offered: false }, undefined, SIZED).disabledReason).toBe(LEGACY_REASON);
  });
});

it('a preset that is not larger is refused in the server’s words', () => {
  const plan = planWith({ code: 'override_not_larger', message: 'Not larger.' });
  expect(presetChoice({ key: 'perf-4-8', machineSize: SIZE }, plan, SIZED)).toEqual({
    value: 'perf-4-8',
    label: 'perf-4-8',
    description: '4 performance CPUs · 8 GB RAM',
    disabledReason: 'Not larger.',
  });
});
