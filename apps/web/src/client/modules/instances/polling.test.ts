import { describe, expect, it } from 'vitest';
import { CALM_MS, operationPollMs, pollIntervalMs, QUICK_FOR_MS, QUICK_MS } from './polling.ts';

const NOW = Date.parse('2026-01-01T12:00:00Z');
const ago = (ms: number) => new Date(NOW - ms).toISOString();
const ID = '0b6e3a52-5d0e-4c9b-9d6a-2b9c1f6a7e10';

const registry = {
  version: 1,
  syncedVersion: 1,
  auditRowsWaiting: 0,
  trackedImageTag: null,
  updatedAt: ago(1_000),
  destroyedAt: null,
};
const begun = (ms: number) => ({ id: ID, kind: 'start' as const, step: null, startedAt: ago(ms) });

describe('an instance is asked for', () => {
  it('every second while an operation runs', () => {
    expect(pollIntervalMs({ status: 'running', operation: begun(5_000), registry }, NOW)).toBe(QUICK_MS);
  });

  it('every second while its status ends by itself, though nothing is named as under way', () => {
    expect(pollIntervalMs({ status: 'destroying', operation: null, registry }, NOW)).toBe(QUICK_MS);
  });

  it('calmly once that has lasted too long', () => {
    const operation = begun(QUICK_FOR_MS);
    expect(pollIntervalMs({ status: 'running', operation, registry }, NOW)).toBe(CALM_MS);
  });

  it('calmly at rest, and while nothing is known', () => {
    expect(pollIntervalMs({ status: 'stopped', operation: null, registry }, NOW)).toBe(CALM_MS);
    expect(pollIntervalMs(undefined, NOW)).toBe(CALM_MS);
  });

  it('never again once it is destroyed', () => {
    expect(pollIntervalMs({ status: 'destroyed', operation: null, registry }, NOW)).toBe(false);
  });
});

it.each([
  ['running', 0, QUICK_MS],
  ['running', QUICK_FOR_MS, CALM_MS],
  ['stuck', 0, CALM_MS],
  ['succeeded', 0, false],
  ['failed', 0, false],
  ['superseded', 0, false],
] as const)('an operation that is %s for %i ms is asked for again after %s', (status, ms, expected) => {
  expect(operationPollMs({ status, startedAt: ago(ms) }, NOW)).toBe(expected);
});
