import { TRPCClientError } from '@trpc/client';
import { describe, expect, it } from 'vitest';
import { failureOf, isSignedOut } from './failure.ts';

function answered(data: Record<string, unknown>): TRPCClientError<never> {
  return TRPCClientError.from({ error: { message: 'm', code: -32_000, data } } as never);
}

describe('a failure', () => {
  it('is told in the server’s sentence, with its code, its request id and the fields that were refused', () => {
    const error = answered({
      code: 'invalid_request',
      message: 'The request can’t be used: reason: is missing.',
      requestId: 'r-1',
      details: { fields: [{ path: 'reason', message: 'is missing' }] },
    });
    expect(failureOf(error)).toEqual({
      code: 'invalid_request',
      message: 'The request can’t be used: reason: is missing.',
      requestId: 'r-1',
      fields: { reason: 'is missing' },
    });
  });

  it.each([
    new TypeError('Failed to fetch'),
    TRPCClientError.from(new Error('aborted')),
    answered({}),
    'text',
  ])('without an answer of ours is told as that: %s', (error) => {
    expect(failureOf(error)).toMatchObject({ code: 'unreachable', requestId: null, fields: {} });
  });

  it('is known as the end of a session', () => {
    expect(isSignedOut(answered({ code: 'signed_out', message: 'm', requestId: 'r' }))).toBe(true);
    expect(isSignedOut(answered({ code: 'not_allowed', message: 'm', requestId: 'r' }))).toBe(false);
  });
});
