import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HttpAnswer } from '../http-exchange.ts';
import { PROVIDER_ERROR_KINDS } from '../provider-error.ts';
import { classifyNorthflankRefusal, northflankRefusalError } from './errors.ts';
import { secondsUntilReset } from './rate-limit.ts';
import { ROUTES } from './routes.ts';

const SECRET = 'canary-env-value';

function answer(status: number, body: unknown, headers: HeadersInit = {}): HttpAnswer {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const json: unknown = typeof body === 'string' ? undefined : body;
  return { status, json, text, headers: new Headers(headers) };
}

const told = (message: string) => ({ error: { status: 400, message } });
const kindAndReason = (route: (typeof ROUTES)[keyof typeof ROUTES], given: HttpAnswer) => {
  const { kind, facts } = northflankRefusalError(route, given);
  return [kind, facts.details?.reason ?? null];
};

describe('a refusal', () => {
  it.each([
    ['createService', 400, told('unknown plan'), 'invalid', null],
    ['createVolume', 422, told('validation failed'), 'invalid', null],
    ['getService', 401, told('unauthorized'), 'auth', null],
    ['createProject', 403, told('forbidden'), 'auth', null],
    ['createProject', 403, told('project limit reached'), 'quota', null],
    ['createService', 402, told('payment method needed'), 'quota', null],
    ['getService', 404, told('not found'), 'not_found', null],
    ['getService', 404, '<html>nothing here</html>', 'unavailable', 'not_from_the_api'],
    ['createProject', 409, told('identifier in use'), 'conflict', null],
    ['resumeService', 409, told('the service is not paused'), 'conflict', null],
    ['deleteVolume', 409, told('volume is attached to a service'), 'precondition', 'in_use'],
    ['deleteProject', 400, told("project isn't empty"), 'precondition', 'in_use'],
    ['deleteProject', 409, told('it has dependencies that have not been deleted'), 'precondition', 'in_use'],
    ['createService', 409, told('insufficient capacity in the region'), 'region_full', null],
    ['patchService', 422, told('not enough resources'), 'host_full', null],
    ['getService', 429, told('too many requests'), 'rate_limited', null],
    ['getService', 502, '<html>Bad gateway</html>', 'unavailable', null],
    ['createService', 502, '<html>Bad gateway</html>', 'ambiguous', null],
    ['patchService', 408, told('timeout'), 'ambiguous', null],
    ['getService', 302, '', 'unavailable', null],
  ] as const)('of %s by %i %j is %s', (name, status, body, kind, reason) => {
    expect(kindAndReason(ROUTES[name], answer(status, body))).toEqual([kind, reason]);
  });

  it.each([{ message: 'no quota left' }, { error: 'no quota left' }, told('no quota left')])(
    'is read in each form that others have met: %j',
    (body) => {
      expect(kindAndReason(ROUTES.createProject, answer(403, body))[0]).toBe('quota');
    },
  );

  it('names the field that it is about, and nothing else of the body', () => {
    const body = told(`"spec.storageSize" must be larger; runtimeEnvironment.PASSPHRASE was ${SECRET}`);
    const { message, facts } = northflankRefusalError(ROUTES.updateVolume, answer(400, body));
    expect(message).toContain('storageSize');
    expect(JSON.stringify([message, facts])).not.toContain(SECRET);
    expect(JSON.stringify([message, facts])).not.toContain('PASSPHRASE');
  });

  it('is of a kind of the taxonomy, whatever the status and body', () => {
    const routes = fc.constantFrom(...Object.values(ROUTES));
    const statuses = fc.integer({ min: 300, max: 599 });
    fc.assert(
      fc.property(
        routes,
        statuses,
        fc.jsonValue(),
        fc.string(),
        ({ method, about }, httpStatus, json, text) => {
          const isJson = typeof json === 'object' && json !== null;
          const { kind } = classifyNorthflankRefusal({ method, about, httpStatus, isJson, text });
          expect(PROVIDER_ERROR_KINDS).toContain(kind);
          // Only a read can be known to have done nothing.
          if (httpStatus >= 500) expect(kind).toBe(method === 'GET' ? 'unavailable' : 'ambiguous');
        },
      ),
    );
  });
});

describe('the end of a rate limit', () => {
  const NOW_MS = Date.UTC(2026, 10, 23);

  it.each([
    ['1800', 1_800],
    ['0', 0],
    ['12.2', 13],
    [String(NOW_MS / 1_000 + 90), 90],
    [String(NOW_MS / 1_000 - 90), 0],
    ['soon', null],
    ['-3', null],
    [null, null],
  ])('told as %j is %j seconds away', (value, expected) => {
    expect(secondsUntilReset(value, NOW_MS)).toBe(expected);
  });
});
