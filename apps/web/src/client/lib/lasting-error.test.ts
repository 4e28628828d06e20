import { expect, it } from 'vitest';
import { lastingError } from './lasting-error.ts';

const NEVER_ASKED = { data: undefined, error: null, failureReason: null };

it('nothing has failed before the first try has', () => {
  expect(lastingError(null, NEVER_ASKED)).toBeNull();
});

it('a failure is told as soon as the first try has failed, though another one is under way', () => {
  expect(lastingError(null, { ...NEVER_ASKED, failureReason: 'away' })).toBe('away');
});

it('a failure stands while it is asked anew, and gives way to the next one', () => {
  expect(lastingError('away', NEVER_ASKED)).toBe('away');
  expect(lastingError('away', { ...NEVER_ASKED, error: 'gone' })).toBe('gone');
});

it('an answer makes an end of it', () => {
  expect(lastingError('away', { ...NEVER_ASKED, data: {} })).toBeNull();
});

it('a later failure beside an answer is told, too', () => {
  expect(lastingError(null, { data: {}, error: 'away', failureReason: 'away' })).toBe('away');
});
