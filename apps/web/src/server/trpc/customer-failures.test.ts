import { RegistryUnavailable } from '@kiloclaw/db';
import { ERROR_STATUS, type ErrorCode, PlatformApiError } from '@kiloclaw/platform-contract';
import { TRPCError } from '@trpc/server';
import { describe, expect, it } from 'vitest';
import { ControlPlaneUnavailable } from '../control-plane.ts';
import { customerSentence, forCustomers } from './customer-failures.ts';
import { notAllowed, Refusal } from './failures.ts';

const CODES = Object.keys(ERROR_STATUS) as ErrorCode[];

/** The control plane's refusal, with words and details that tell of a lent size. */
function refused(code: ErrorCode): TRPCError {
  const error = { code, message: 'canary', details: { asked: 'canary' }, requestId: 'canary' };
  const cause = new PlatformApiError(ERROR_STATUS[code], { error });
  return new TRPCError({ code: 'INTERNAL_SERVER_ERROR', message: 'canary', cause });
}

const failureOf = (error: TRPCError) => (error instanceof Refusal ? error.failure : null);

describe('a refusal of the control plane’s, for customers', () => {
  it.each(CODES)('%s is told in our sentence, without details', (code) => {
    const told = forCustomers(refused(code));
    expect(JSON.stringify([failureOf(told), told.message])).not.toContain('canary');
    expect(failureOf(told)?.message).toBe(customerSentence(code));
  });

  it.each([
    'host_too_small',
    'override_not_larger',
    'preset_not_allowed',
    'plan_stale',
    'provider_unsupported',
    'provider_error',
    'state_invalid',
    'unauthorized',
  ] as const)('%s is told as any trouble on our side', (code) => {
    expect(failureOf(forCustomers(refused(code)))).toEqual(
      failureOf(forCustomers(refused('internal_error'))),
    );
  });

  it.each(['instance_not_found', 'operation_in_progress', 'provider_capacity', 'rate_limited'] as const)(
    '%s keeps its code: a page can go by it',
    (code) => {
      expect(failureOf(forCustomers(refused(code)))?.code).toBe(code);
    },
  );

  it('is left alone where it is the web’s own', () => {
    const own = notAllowed();
    expect(forCustomers(own)).toBe(own);
  });
});

it.each([
  ['the control plane', new ControlPlaneUnavailable('away'), 'control_plane_unavailable'],
  ['the database', new RegistryUnavailable('away', null), 'registry_unavailable'],
])('a customer reads no word of %s that does not answer', (_part, cause, code) => {
  const told = forCustomers(new TRPCError({ code: 'INTERNAL_SERVER_ERROR', cause }));
  expect(failureOf(told)?.code).toBe(code);
  expect(told.message).toMatch(/Try again in a moment/);
  expect(told.message).not.toMatch(/control plane|database|registry/i);
});

it('what nobody expected passes as it is, to be logged', () => {
  const error = new TRPCError({ code: 'INTERNAL_SERVER_ERROR', cause: new Error('unexpected') });
  expect(forCustomers(error)).toBe(error);
});
