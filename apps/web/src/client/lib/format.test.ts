import { describe, expect, it } from 'vitest';
import {
  formatCount,
  formatCountOf,
  formatDuration,
  formatGb,
  formatMachineSize,
  formatMemory,
  NONE,
} from './format.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

describe('sizes', () => {
  it('are a machine in CPUs and GB', () => {
    expect(formatMachineSize({ cpus: 4, memory_mb: 8_192 })).toBe('4 CPU · 8 GB');
    expect(formatMachineSize({ cpus: 1, memory_mb: 512 })).toBe('1 CPU · 512 MB');
  });
  it('keep one digit where memory is no whole number of GB', () => {
    expect(formatMemory(1_536)).toBe('1.5 GB');
    expect(formatMemory(1_024)).toBe('1 GB');
    expect(formatMemory(1_023)).toBe('1,023 MB');
  });
  it('are a dash where they are not known', () => {
    expect(formatMachineSize(null)).toBe(NONE);
    expect(formatGb(null)).toBe(NONE);
    expect(formatGb(0)).toBe('0 GB');
    expect(formatGb(20)).toBe('20 GB');
  });
});

describe('counts', () => {
  it('are grouped, and say where there are more', () => {
    expect(formatCount(1_204)).toBe('1,204');
    expect(formatCount(10_000, true)).toBe('10,000+');
  });
  it('have the noun follow', () => {
    expect(formatCountOf(1, 'instance')).toBe('1 instance');
    expect(formatCountOf(0, 'instance')).toBe('0 instances');
    expect(formatCountOf(2, 'person', 'people')).toBe('2 people');
    expect(formatCountOf(1, 'instance', 'instances', true)).toBe('1+ instances');
  });
});

describe('durations', () => {
  it.each([
    [-5, '0 ms'],
    [340.9, '340 ms'],
    [SECOND_MS, '1 s'],
    [MINUTE_MS - 1, '59 s'],
    [MINUTE_MS, '1 min'],
    [3 * MINUTE_MS + 5 * SECOND_MS, '3 min 5 s'],
    [2 * HOUR_MS + 10 * MINUTE_MS + 59 * SECOND_MS, '2 h 10 min'],
    [24 * HOUR_MS, '1 d'],
    [102 * HOUR_MS, '4 d 6 h'],
  ])('of %d ms are %s', (durationMs, text) => {
    expect(formatDuration(durationMs)).toBe(text);
  });
});
