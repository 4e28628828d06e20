import { describe, expect, it } from 'vitest';
import { CALM_MS, QUICK_FOR_MS, QUICK_MS } from '../instances/polling.ts';
import { ownPollMs } from './own-polling.ts';

const AT = '2026-01-02T03:04:05.000Z';
const NOW_MS = Date.parse(AT) + 5_000;
const operation = { id: 'x', kind: 'restart', startedAt: AT } as const;

describe('how often a customer’s page asks', () => {
  it.each([
    ['rests', { status: 'running', operation: null }, CALM_MS],
    ['restarts', { status: 'running', operation }, QUICK_MS],
    ['is being made', { status: 'provisioning', operation: null }, QUICK_MS],
    ['is gone', { status: 'destroyed', operation: null }, false],
  ] as const)('while it %s', (_, view, expected) => {
    expect(ownPollMs({ ...view, createdAt: AT }, NOW_MS)).toBe(expected);
  });

  it('is calm again after what takes too long', () => {
    const view = { status: 'running', operation, createdAt: AT } as const;
    expect(ownPollMs(view, Date.parse(AT) + QUICK_FOR_MS)).toBe(CALM_MS);
  });
});
