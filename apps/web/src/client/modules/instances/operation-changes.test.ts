import type { OperationAnswer } from '@kiloclaw/platform-contract';
import { describe, expect, it } from 'vitest';
import { hardwareChanges } from './hardware-changes.ts';
import { operationChanges } from './operation-changes.ts';

const SMALL = { cpus: 1, memory_mb: 3072, cpu_kind: 'performance' } as const;
const LARGE = { cpus: 4, memory_mb: 16384, cpu_kind: 'performance' } as const;

function answer(
  kind: OperationAnswer['operation']['kind'],
  result: OperationAnswer['result'],
): OperationAnswer {
  return {
    operation: {
      id: '0b6e3a52-5d0e-4c9b-9d6a-2b9c1f6a7e10',
      kind,
      status: 'succeeded',
      steps: [],
      actor: { kind: 'admin', id: 'alice' },
      startedAt: '2026-01-01T00:00:00Z',
      endedAt: '2026-01-01T00:00:01Z',
      error: null,
    },
    result,
  };
}
const told = (kind: OperationAnswer['operation']['kind'], result: OperationAnswer['result']) =>
  operationChanges(answer(kind, result)).map(({ name, before, after }) => `${name} ${before} → ${after}`);

describe('what an operation has changed', () => {
  it('is tier, CPU, RAM and disk of a resize, and the lent size that it has ended', () => {
    const result = {
      previousTier: 'perf-1-3',
      newTier: 'perf-4-16',
      previous: { machineSize: SMALL, volumeSizeGb: 10 },
      current: { machineSize: LARGE, volumeSizeGb: 40 },
      clearedOverride: { machineSize: LARGE, actorId: 'alice', setAt: '2026-01-01T00:00:00Z' },
      needsStart: false,
    };
    expect(told('resize', result)).toEqual([
      'Tier perf-1-3 → perf-4-16',
      'CPU 1 → 4',
      'RAM 3 GB → 16 GB',
      'Disk 10 GB → 40 GB',
      'Lent 4 CPU · 16 GB → none',
    ]);
  });

  it('is the disk of an extended volume', () => {
    expect(told('extend_volume', { previousSizeGb: 10, sizeGb: 15, needsRestart: true })).toEqual([
      'Disk 10 GB → 15 GB',
    ]);
  });

  it('is the lent size of an override', () => {
    const override = { machineSize: LARGE };
    expect(told('set_override', { override, previousOverride: null })).toEqual(['Lent none → 4 CPU · 16 GB']);
    expect(told('clear_override', { clearedOverride: override })).toEqual(['Lent 4 CPU · 16 GB → none']);
    expect(told('clear_override', { clearedOverride: null })).toEqual([]);
  });

  it('is what was adopted of a look at the provider', () => {
    const adopted = [{ what: 'volume_grown', from: 10, to: 15 }];
    expect(told('repair', { adopted })).toEqual(['Volume grown 10 GB → 15 GB']);
  });

  it.each([
    ['resize', { newTier: 7 }],
    ['start', { needsStart: false }],
    ['resize', null],
  ] as const)('is nothing that could be told of %s with the result %j', (kind, result) => {
    expect(told(kind, result)).toEqual([]);
  });
});

it('hardware that stays as it is is no change, and what nobody knows is told as that', () => {
  const before = { instanceType: null, machineSize: null, volumeSizeGb: 10 };
  expect(hardwareChanges(before, before)).toEqual([]);
  const shared = { cpus: 2, memory_mb: 4096, cpu_kind: 'shared' } as const;
  expect(hardwareChanges(before, { instanceType: 'custom', machineSize: shared, volumeSizeGb: 10 })).toEqual([
    { name: 'Tier', before: 'Unknown', after: 'Custom' },
    { name: 'CPU', before: '—', after: '2 shared' },
    { name: 'RAM', before: '—', after: '4 GB' },
  ]);
});
