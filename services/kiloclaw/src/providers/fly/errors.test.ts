import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HttpAnswer } from '../http-exchange.ts';
import { mayPass, PROVIDER_ERROR_KINDS, type ProviderErrorKind } from '../provider-error.ts';
import { classifyFlyRefusal, type FlyReason, type FlyRefusal, flyRefusalError } from './errors.ts';
import { ROUTES } from './routes.ts';

type About = FlyRefusal['about'];

const answerOf = (status: number, body: unknown, more: Partial<HttpAnswer> = {}): HttpAnswer => ({
  status,
  json: body,
  text: JSON.stringify(body) ?? '',
  headers: new Headers(),
  ...more,
});

const refusalOf = (httpStatus: number, text: string, more: Partial<FlyRefusal> = {}): FlyRefusal => ({
  method: 'POST',
  about: 'machine',
  httpStatus,
  isJson: true,
  statusWord: '',
  text,
  ...more,
});

const WORDS: readonly [number, About, string, ProviderErrorKind, FlyReason?][] = [
  [400, 'volume', 'no capacity', 'region_full'],
  [400, 'machine', 'invalid config.guest.memory_mb, minimum required 4096 MiB', 'invalid'],
  [400, 'machine', 'invalid config.guest.memory_mb, max config.guest.memory_mb: 2048', 'invalid'],
  [400, 'machine', 'volume not found', 'not_found', 'volume_missing'],
  [401, 'app', 'Authenticate: token validation error', 'auth'],
  [403, 'app', 'unauthorized', 'auth'],
  [403, 'machine', 'organization is using 4096 MB of memory in dfw which is over the allowed quota', 'quota'],
  [404, 'machine', 'machine not found', 'not_found'],
  [404, 'machine', 'invalid machine ID', 'not_found'],
  [
    409,
    'machine',
    'aborted: machine ID 148e2d1d7d1289 lease currently held by a@example.com, expires at 1',
    'conflict',
    'lease_held',
  ],
  [400, 'volume', 'insufficient capacity in region', 'region_full'],
  [403, 'machine', 'could not reserve resource for machine: insufficient capacity', 'host_full'],
  [412, 'machine', 'could not reserve resource for machine: insufficient CPUs available', 'host_full'],
  [422, 'machine', 'could not reserve resource for machine: out of capacity', 'host_full'],
  [422, 'volume', 'insufficient resources available', 'region_full'],
  [400, 'volume', 'no capacity available in iad', 'region_full'],
  [422, 'volume', "Couldn't allocate volume, not enough compute capacity left in iad", 'region_full'],
  [409, 'machine', 'aborted: current_version 01A does not match', 'conflict'],
  [
    409,
    'machine',
    'already_exists: unique machine name violation, machine ID 148e2d1d7d1289 already exists',
    'conflict',
    'already_exists',
  ],
  [
    409,
    'machine',
    'aborted: could not reserve resource for machine: insufficient memory available to fulfill request',
    'host_full',
  ],
  [
    409,
    'machine',
    'aborted: could not reserve resource for machine: insufficient CPUs available on the current host',
    'host_full',
  ],
  [409, 'volume', 'volume is currently bound to machine: 148e2d1d7d1289', 'precondition', 'volume_bound'],
  [
    412,
    'volume',
    'failed_precondition: volume is currently bound to machine: 148e2d1d7d1289',
    'precondition',
    'volume_bound',
  ],
  [412, 'machine', "insufficient resources to create new machine with existing volume 'vol_1'", 'host_full'],
  [412, 'machine', 'failed_precondition: machine getting replaced, refusing to start', 'precondition'],
  [
    412,
    'machine',
    "failed_precondition: unable to start machine from current state: 'created'",
    'precondition',
  ],
  [412, 'machine', 'failed_precondition: unable to destroy machine, not currently stopped', 'precondition'],
  [422, 'app', 'Validation failed: Name has already been taken', 'conflict', 'name_taken'],
  [422, 'app', 'Validation failed: Name is invalid', 'invalid'],
  [422, 'machine', 'your organization is limited to 50 machines', 'quota'],
  [422, 'machine', 'machine limit reached', 'quota'],
  [422, 'machine', 'To create more than 1 machine per app please add a payment method.', 'quota'],
  [413, 'machine', 'request body too large', 'invalid'],
  [429, 'machine', 'rate limit exceeded', 'rate_limited'],
];

describe('a refusal', () => {
  it.each(WORDS)('%i on a %s "%s" is %s', (httpStatus, about, text, kind, reason) => {
    expect(classifyFlyRefusal(refusalOf(httpStatus, text, { about }))).toEqual(
      reason ? { kind, reason } : { kind },
    );
  });

  it.each([400, 403, 409, 412, 422])(
    'with a capacity word is capacity at %i, whatever its prose',
    (httpStatus) => {
      for (const statusWord of ['insufficient_capacity', 'volume_placement_capacity']) {
        const kindAbout = (about: About) =>
          classifyFlyRefusal(refusalOf(httpStatus, '', { about, statusWord })).kind;
        expect(kindAbout('machine')).toBe('host_full');
        expect(kindAbout('volume')).toBe('region_full');
      }
    },
  );

  it('for lack of room lacks a region where a volume is made, and a host where one grows', () => {
    const refusal = refusalOf(409, 'aborted: could not reserve resource for volume', { about: 'volume' });
    expect(classifyFlyRefusal(refusal)).toEqual({ kind: 'region_full' });
    expect(classifyFlyRefusal({ ...refusal, method: 'PUT' })).toEqual({ kind: 'host_full' });
  });

  it('with the word name_taken needs no prose', () => {
    const refusal = refusalOf(422, 'x', { about: 'app', statusWord: 'name_taken' });
    expect(classifyFlyRefusal(refusal)).toEqual({ kind: 'conflict', reason: 'name_taken' });
  });

  it.each([408, 500, 502, 503, 504, 301, 302, 0])(
    'of status %i leaves a write in doubt and a read to be repeated',
    (httpStatus) => {
      expect(classifyFlyRefusal(refusalOf(httpStatus, '')).kind).toBe('ambiguous');
      expect(classifyFlyRefusal(refusalOf(httpStatus, '', { method: 'DELETE' })).kind).toBe('ambiguous');
      expect(classifyFlyRefusal(refusalOf(httpStatus, '', { method: 'GET' })).kind).toBe('unavailable');
    },
  );

  it('of 404 that is not the API’s own proves nothing', () => {
    const refusal = refusalOf(404, '<html>Not Found</html>', { method: 'GET', isJson: false });
    expect(classifyFlyRefusal(refusal)).toEqual({ kind: 'unavailable', reason: 'not_from_the_api' });
  });
});

describe('for any refusal', () => {
  const anyRefusal: fc.Arbitrary<FlyRefusal> = fc.record({
    method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE'),
    about: fc.constantFrom('app', 'volume', 'machine'),
    httpStatus: fc.oneof(
      fc.constantFrom(400, 401, 403, 404, 408, 409, 412, 422, 429, 500, 503),
      fc.integer({ min: 0, max: 999 }),
    ),
    isJson: fc.boolean(),
    statusWord: fc.constantFrom('', 'unknown', 'insufficient_capacity', 'name_taken', 'toString'),
    text: fc.oneof(fc.string(), fc.constantFrom(...WORDS.map(([, , text]) => text))),
  });

  it('there is one kind of the taxonomy', () => {
    fc.assert(
      fc.property(anyRefusal, (refusal) => {
        expect(PROVIDER_ERROR_KINDS).toContain(classifyFlyRefusal(refusal).kind);
      }),
    );
  });

  it('a read is never in doubt, and a write never merely unavailable unless the API was not reached', () => {
    fc.assert(
      fc.property(anyRefusal, (refusal) => {
        const { kind, reason } = classifyFlyRefusal(refusal);
        if (refusal.method === 'GET') expect(kind).not.toBe('ambiguous');
        else if (kind === 'unavailable') expect(reason).toBe('not_from_the_api');
      }),
    );
  });

  it('no 409 or 412 is capacity without words that say so', () => {
    const plain = fc
      .string()
      .filter((text) => !/capacity|insufficient|reserve|quota|allowed|limit/i.test(text));
    fc.assert(
      fc.property(plain, fc.constantFrom(409, 412), (text, httpStatus) => {
        expect(['conflict', 'precondition']).toContain(classifyFlyRefusal(refusalOf(httpStatus, text)).kind);
      }),
    );
  });

  it('only a JSON 404, or a 400 for a volume, says that something is not there', () => {
    fc.assert(
      fc.property(anyRefusal, (refusal) => {
        if (classifyFlyRefusal(refusal).kind !== 'not_found') return;
        expect(refusal.httpStatus === 400 || (refusal.httpStatus === 404 && refusal.isJson)).toBe(true);
      }),
    );
  });

  it('the sentence says what was asked, and never quotes the answer', () => {
    const canary = 'canary 7f3a';
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.values(ROUTES)),
        fc.integer({ min: 300, max: 599 }),
        (route, status) => {
          const error = flyRefusalError(route, answerOf(status, { error: canary, status: canary }));
          expect(JSON.stringify([error.message, error.facts])).not.toContain(canary);
          expect(error.message).toContain(route.doing);
        },
      ),
    );
  });
});

describe('flyRefusalError', () => {
  it('carries status, request id and the wait that was asked for', () => {
    const answer = answerOf(429, { error: 'slow down' }, { requestId: '01REQ', retryAfterMs: 7_000 });
    const error = flyRefusalError(ROUTES.startMachine, answer);
    expect(error.facts).toMatchObject({
      provider: 'fly',
      httpStatus: 429,
      providerRequestId: '01REQ',
      retryAfterMs: 7_000,
    });
    expect(mayPass(error)).toBe(true);
  });

  it('names the machine that holds the name, and the field that is wrong, but none of the environment', () => {
    const detailsOf = (status: number, error: string) =>
      flyRefusalError(ROUTES.createMachine, answerOf(status, { error })).facts.details;
    expect(detailsOf(409, 'already_exists: machine ID 148e2d1d7d1289 already exists')).toEqual({
      reason: 'already_exists',
      machineId: '148e2d1d7d1289',
    });
    expect(detailsOf(409, 'already_exists')).toEqual({ reason: 'already_exists' });
    expect(detailsOf(400, 'invalid config.guest.memory_mb, minimum 4096')).toEqual({
      field: 'config.guest.memory_mb',
    });
    expect(detailsOf(400, 'invalid config.env.api_key')).toBeUndefined();
  });

  it('tells who holds a lease, and until when', () => {
    const detailsOf = (error: string) =>
      flyRefusalError(ROUTES.updateMachine, answerOf(409, { error })).facts.details;
    const held = 'aborted: machine ID 148e2d1d7d1289 lease currently held by';
    expect(detailsOf(`${held} a@tokens.example.com, expires at 2026-01-02T03:04:05Z.`)).toEqual({
      reason: 'lease_held',
      heldBy: 'a@tokens.example.com',
      heldUntil: '2026-01-02T03:04:05Z',
    });
    expect(detailsOf(`${held} somebody`)).toEqual({ reason: 'lease_held' });
  });

  it.each([400, 404, 408, 409, 412])(
    'of a wait for a version that was replaced is told apart (%i)',
    (status) => {
      const reasonOf = (state: string) => {
        const error = `machine failed to reach desired state, stopped, currently ${state}`;
        return flyRefusalError(ROUTES.waitForMachine, answerOf(status, { error })).facts.details?.reason;
      };
      expect(reasonOf('replaced')).toBe('version_replaced');
      expect(reasonOf('replacing')).toBeUndefined();
    },
  );

  it.each([
    ['a page', '<html>quota</html>', undefined],
    ['null', 'null', null],
    ['a list', '[]', []],
    ['odd types', '{"error":7}', { error: 7 }],
  ])('reads %s without stumbling', (_what, text, json) => {
    const error = flyRefusalError(ROUTES.createVolume, answerOf(422, json, { text }));
    expect(PROVIDER_ERROR_KINDS).toContain(error.kind);
  });
});
