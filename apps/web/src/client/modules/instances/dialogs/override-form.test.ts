import { SetSizeOverrideBodySchema } from '@kiloclaw/platform-contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  expiresAtOf,
  expiryProblem,
  type OverrideForm,
  overrideProblem,
  reasonProblem,
} from './override-form.ts';

const NOW_MS = Date.parse('2026-03-01T12:00:00Z');
const FORM: OverrideForm = {
  preset: 'perf-4-8',
  reason: 'Out of memory',
  expiry: 'none',
  expiryDate: '',
  restartNow: false,
};
const localText = (atMs: number) => {
  const at = new Date(atMs - new Date(atMs).getTimezoneOffset() * 60_000);
  return at.toISOString().slice(0, 16);
};

describe('the expiry', () => {
  it.each([
    ['none', undefined],
    ['1h', '2026-03-01T13:00:00.000Z'],
    ['24h', '2026-03-02T12:00:00.000Z'],
    ['7d', '2026-03-08T12:00:00.000Z'],
  ] as const)('%s is %s', (expiry, expiresAt) => {
    expect(expiresAtOf({ expiry, expiryDate: '' }, NOW_MS)).toBe(expiresAt);
  });

  it('of a date is that minute in the reader’s own time zone', () => {
    const expiryDate = localText(NOW_MS + 3_600_000);
    expect(expiresAtOf({ expiry: 'date', expiryDate }, NOW_MS)).toBe('2026-03-01T13:00:00.000Z');
  });

  it.each([
    ['', 'Say when'],
    ['not a date', 'Say when'],
    [localText(NOW_MS), 'still to come'],
    [localText(NOW_MS - 60_000), 'still to come'],
  ])('%j as a date is refused', (expiryDate, problem) => {
    expect(expiryProblem({ expiry: 'date', expiryDate }, NOW_MS)).toContain(problem);
  });

  it('is looked at only where a date is asked for', () => {
    expect(expiryProblem({ expiry: '1h', expiryDate: '' }, NOW_MS)).toBeUndefined();
  });
});

describe('the reason', () => {
  it('is refused exactly where the contract refuses it', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ minLength: 495, maxLength: 505 }),
      fc.constantFrom('', '   ', '😀'.repeat(300), 'a'.repeat(500), ` ${'a'.repeat(500)} `, 'a'.repeat(501)),
    );
    fc.assert(
      fc.property(text, (reason) => {
        const accepted = SetSizeOverrideBodySchema.shape.reason.safeParse(reason).success;
        expect(reasonProblem(reason) === undefined).toBe(accepted);
      }),
    );
  });
});

describe('the form', () => {
  it.each([
    [{}, undefined],
    [{ preset: '', reason: '' }, 'Choose a size first.'],
    [{ reason: ' ' }, 'Say why the size is lent.'],
    [{ expiry: 'date' }, 'Say when the size is to be taken back.'],
  ] as const)('%j lacks: %s', (part, problem) => {
    expect(overrideProblem({ ...FORM, ...part }, NOW_MS)).toBe(problem);
  });
});
