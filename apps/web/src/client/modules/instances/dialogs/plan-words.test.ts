import type { Plan } from '@kiloclaw/platform-contract';
import { describe, expect, it } from 'vitest';
import {
  downtimeSentence,
  givenSentence,
  hardwareText,
  resizeSentence,
  volumeGrowthSentence,
} from './plan-words.ts';

const SMALL = { cpus: 1, memory_mb: 3_072, cpu_kind: 'performance' } as const;
const LARGE = { cpus: 4, memory_mb: 8_192, cpu_kind: 'performance' } as const;
const SIZED = { volumesAreSized: true, cpuKindsObservable: true };
const HOST_DISK = { volumesAreSized: false, cpuKindsObservable: false };

const PLAN: Plan = {
  allowed: true,
  refusal: null,
  before: { instanceType: 'perf-1-3', machineSize: SMALL, volumeSizeGb: 10 },
  after: { instanceType: 'perf-4-8', machineSize: LARGE, volumeSizeGb: 20 },
  effectiveSize: LARGE,
  givenSize: LARGE,
  irreversible: ['volume_growth'],
  requires: ['start'],
  clears: { sizeOverride: null },
  downtime: 'none',
  hash: 'h',
};

describe('hardware in words', () => {
  it('has CPU, RAM and disk; CPU kinds only where the provider has them', () => {
    expect(hardwareText(SMALL, 10, SIZED)).toBe('1 performance CPU · 3 GB RAM · 10 GB disk');
    expect(hardwareText(LARGE, null, HOST_DISK)).toBe('4 CPUs · 8 GB RAM');
  });
});

describe('the sentence of a resize', () => {
  it('names CPU, RAM and storage', () => {
    expect(resizeSentence(PLAN, SIZED)).toBe(
      'The instance gets 4 performance CPUs, 8 GB of RAM and 20 GB of storage, for good.',
    );
  });

  it('leaves storage out where volumes have no size', () => {
    expect(resizeSentence(PLAN, HOST_DISK)).toBe('The instance gets 4 CPUs and 8 GB of RAM, for good.');
  });
});

describe('the warning that a disk never shrinks', () => {
  it('stands where the disk really grows', () => {
    expect(volumeGrowthSentence(PLAN)).toContain('from 10 GB to 20 GB. It can’t be shrunk');
    const unknown = { ...PLAN, before: { ...PLAN.before, volumeSizeGb: null } };
    expect(volumeGrowthSentence(unknown)).toContain('The disk grows to 20 GB.');
  });

  it('does not stand where the disk stays', () => {
    expect(volumeGrowthSentence({ ...PLAN, irreversible: [] })).toBeNull();
  });
});

describe('what the provider gives', () => {
  it('is told where it is another size than was asked for', () => {
    expect(givenSentence({ ...PLAN, givenSize: { ...LARGE, cpus: 2 } })).toBe(
      'The provider gives 2 CPU · 8 GB for it.',
    );
  });

  it('is not told where it is the same, whatever the kind, or is not known', () => {
    expect(givenSentence({ ...PLAN, givenSize: { ...LARGE, cpu_kind: 'shared' } })).toBeNull();
    expect(givenSentence({ ...PLAN, givenSize: null })).toBeNull();
  });
});

it('every kind of downtime has its sentence', () => {
  const sentences = (['none', 'restart', 'replace'] as const).map((downtime) =>
    downtimeSentence({ downtime }),
  );
  expect(new Set(sentences).size).toBe(3);
});
