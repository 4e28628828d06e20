import { RegistryUnavailable } from '@kiloclaw/db';
import { TRPCError } from '@trpc/server';
import { expect, it } from 'vitest';
import { refusalFor } from './failures.ts';

/** As Drizzle wraps what its driver throws. */
function failedQuery(cause: Error): Error {
  return Object.assign(new Error('Failed query: select 1', { cause }), { query: 'select 1', params: [] });
}

function codeOf(cause: Error): string {
  const error = new TRPCError({ code: 'INTERNAL_SERVER_ERROR', cause });
  return refusalFor(error, { path: 'public.session', requestId: 'request-1' }).failure.code;
}

it.each([
  ['a connection refused on the Workers runtime', failedQuery(new Error('connection attempt failed'))],
  [
    'the same below the library of sign-in',
    new Error('Failed to get session', { cause: failedQuery(new Error('connection attempt failed')) }),
  ],
  [
    'a connection refused in Node',
    failedQuery(Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })),
  ],
  [
    'a server that shuts down',
    failedQuery(Object.assign(new Error('terminating'), { code: '57P01', name: 'PostgresError' })),
  ],
  ['a question that had no answer', new RegistryUnavailable('CONNECT_TIMEOUT', 'CONNECT_TIMEOUT')],
])('tells that the registry is away: %s', (_what, cause) => {
  expect(codeOf(cause)).toBe('registry_unavailable');
});

it.each([
  [
    'what Postgres refuses',
    failedQuery(Object.assign(new Error('no column'), { code: '42703', name: 'PostgresError' })),
  ],
  ['a mistake in the driver’s parameters', failedQuery(new TypeError('not a date'))],
  ['an error without a query', new Error('connection attempt failed')],
])('does not take for that: %s', (_what, cause) => {
  expect(codeOf(cause)).toBe('internal_error');
});
