import { describe, expect, it } from 'vitest';
import { isBeforeLastChange, runningSize } from './running-size.ts';

const at = '2026-01-01T00:00:00Z';
const SMALL = { cpus: 1, memory_mb: 3072, cpu_kind: 'performance' as const };
const LARGE = { cpus: 4, memory_mb: 8192, cpu_kind: 'performance' as const };

type View = Parameters<typeof runningSize>[0];

/** Started on the small size with 10 GB, and seen so. */
function viewOf(change: Partial<View> = {}): View {
  return {
    status: 'running',
    applied: { asked: SMALL, given: SMALL, source: 'tier', shortfall: null },
    lastObservation: { at, machineState: 'running', machineSize: SMALL, volumeSizeGb: 10 },
    drift: [],
    volumeSizeGb: 10,
    ...change,
  };
}

const startedOn = (size: typeof SMALL) => ({
  asked: size,
  given: size,
  source: 'tier' as const,
  shortfall: null,
});
const changedAtProvider = {
  kind: 'size_differs',
  since: at,
  details: { appliedSize: LARGE, observedSize: SMALL },
};

describe('the size that a machine runs on', () => {
  it('is the one that it was last started with, whatever an older look has seen', () => {
    expect(runningSize(viewOf({ applied: startedOn(LARGE) }))).toEqual(LARGE);
  });

  it('is the one that was seen, where somebody has changed it at the provider', () => {
    expect(runningSize(viewOf({ applied: startedOn(LARGE), drift: [changedAtProvider] }))).toEqual(SMALL);
  });

  it('is what the start gave, where there was no room for more', () => {
    const noRoom = { kind: 'size_differs', since: at, details: { asked: LARGE, given: SMALL } };
    const applied = { asked: LARGE, given: SMALL, source: 'tier' as const, shortfall: 'no_room' as const };
    expect(runningSize(viewOf({ applied, lastObservation: null, drift: [noRoom] }))).toEqual(SMALL);
  });

  it('is the observed one where nobody knows what it was started with, and else unknown', () => {
    expect(runningSize(viewOf({ applied: null }))).toEqual(SMALL);
    expect(runningSize(viewOf({ applied: null, lastObservation: null }))).toBeNull();
  });
});

describe('an observation is from before the last change', () => {
  it.each([
    ['where the machine was started on another size since', { applied: startedOn(LARGE) }],
    ['where the volume was grown since', { volumeSizeGb: 15 }],
    ['where the machine was stopped since', { status: 'stopped' as const }],
  ])('%s', (_when, change) => {
    expect(isBeforeLastChange(viewOf(change))).toBe(true);
  });

  it.each([
    ['where it tells of what is there', {}],
    ['where there is none', { lastObservation: null, volumeSizeGb: 15 }],
    ['where the difference is a finding', { applied: startedOn(LARGE), drift: [changedAtProvider] }],
    [
      'where the machine was seen at rest',
      {
        status: 'stopped' as const,
        applied: startedOn(LARGE),
        lastObservation: { at, machineState: 'stopped' as const, machineSize: SMALL, volumeSizeGb: 10 },
      },
    ],
    [
      'where the volume is found to differ',
      { volumeSizeGb: 15, drift: [{ kind: 'volume_below_state', since: at, details: {} }] },
    ],
  ])('not %s', (_when, change) => {
    expect(isBeforeLastChange(viewOf(change))).toBe(false);
  });
});
