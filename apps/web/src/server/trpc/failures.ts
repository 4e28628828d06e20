/** Everything that can go wrong, as the browser is told it: a stable code, a sentence for people, a way out. One place. */
import { RegistryUnavailable } from '@kiloclaw/db';
import {
  ERROR_STATUS,
  type ErrorCode,
  PlatformApiError,
  type Failure as PlatformFailure,
} from '@kiloclaw/platform-contract';
import { TRPCError } from '@trpc/server';
import { z } from 'zod';
import { ControlPlaneUnavailable } from '../control-plane.ts';
import { log } from '../log.ts';

const WEB_ERROR_STATUS = {
  signed_out: 401,
  wrong_credentials: 401,
  not_allowed: 403,
  person_not_found: 404,
  invitation_unusable: 409,
  address_in_use: 409,
  can_sign_in_already: 409,
  cannot_sign_in_yet: 409,
  last_admin: 409,
  oneself: 409,
  control_plane_unavailable: 503,
  sign_in_provider_unavailable: 503,
} as const;

export type FailureCode = ErrorCode | keyof typeof WEB_ERROR_STATUS;

export interface Failure {
  readonly code: FailureCode;
  readonly message: string;
  readonly details?: PlatformFailure['details'];
}

const TRPC_CODE_BY_STATUS = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  409: 'CONFLICT',
  413: 'PAYLOAD_TOO_LARGE',
  422: 'UNPROCESSABLE_CONTENT',
  429: 'TOO_MANY_REQUESTS',
  500: 'INTERNAL_SERVER_ERROR',
  502: 'BAD_GATEWAY',
  503: 'SERVICE_UNAVAILABLE',
  504: 'GATEWAY_TIMEOUT',
} as const;

/** The HTTP status that goes with a code. */
export const failureStatus = (code: FailureCode) => ({ ...ERROR_STATUS, ...WEB_ERROR_STATUS })[code];

/** A failure that is fit to be told as it is. */
export class Refusal extends TRPCError {
  readonly failure: Failure;

  constructor(code: FailureCode, message: string, details?: PlatformFailure['details']) {
    super({ code: TRPC_CODE_BY_STATUS[failureStatus(code)], message });
    this.failure = { code, message, ...(details === undefined ? {} : { details }) };
  }
}

export const signedOut = () =>
  new Refusal('signed_out', 'You are not signed in, or your session has ended. Sign in to go on.');
export const notAllowed = () => new Refusal('not_allowed', 'This is for admins. Sign in as one to go on.');

const unexpected = () =>
  new Refusal(
    'internal_error',
    'Something went wrong here. Try again; if it stays so, give the request id to the operators.',
  );

/** What the library refuses before any procedure: anybody can bring it about, so that it is nothing for the log. */
const UNREADABLE: readonly TRPCError['code'][] = [
  'PARSE_ERROR',
  'BAD_REQUEST',
  'METHOD_NOT_SUPPORTED',
  'UNSUPPORTED_MEDIA_TYPE',
];

const unreadable = () =>
  new Refusal(
    'invalid_request',
    'The request can’t be read. Ask one procedure at a time: a query by GET with its input as JSON in the address, a change by POST with JSON in the body.',
  );

const registryAway = () =>
  new Refusal(
    'registry_unavailable',
    'The database does not answer, so that nobody’s sign-in or list can be read. Instances go on as they are. Try again in a moment.',
  );

const controlPlaneAway = () =>
  new Refusal(
    'control_plane_unavailable',
    'The control plane does not answer. Instances go on as they are. Try again in a moment: what has arrived already is not done a second time.',
  );

function invalidInput(error: z.ZodError): Refusal {
  const fields = error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }));
  const named = fields.map(({ path, message }) => `${path || 'request'}: ${message}`).join('; ');
  return new Refusal('invalid_request', `The request can’t be used: ${named}.`, { fields });
}

/**
 * A query that failed without a word of Postgres, whose refusals all have a code. On the Workers runtime a refused
 * connection comes as such: `connection attempt failed`, and no code.
 */
function isDriverCutOff({ cause, ...error }: Error): boolean {
  if (!('query' in error && cause instanceof Error)) return false;
  return cause.name === 'Error' && !('code' in cause);
}

/** An error of the database's, however the libraries between wrapped it. */
export function isRegistryAway(error: unknown): boolean {
  const CAUSES_MAX = 5;
  let current = error;
  for (let depth = 0; depth < CAUSES_MAX && current instanceof Error; depth += 1) {
    if (current instanceof RegistryUnavailable) return true;
    const code: unknown = Reflect.get(current, 'code');
    if (
      typeof code === 'string' &&
      /^(E[A-Z]+|CONNECT_TIMEOUT|CONNECTION_[A-Z]+|57P0[123]|57014|53300|08...)$/.test(code)
    )
      return true;
    if (isDriverCutOff(current)) return true;
    current = current.cause;
  }
  return false;
}

interface Asked {
  readonly path: string;
  readonly requestId: string;
}

/** What the browser is told about `error`. What nobody expected is logged, and told without its cause. */
export function refusalFor(error: TRPCError, { path, requestId }: Asked): Refusal {
  const cause: unknown = error.cause ?? error;
  if (error instanceof Refusal) return error;
  if (cause instanceof Refusal) return cause;
  if (cause instanceof PlatformApiError) {
    if (cause.code !== 'unreadable_answer') return new Refusal(cause.code, cause.message, cause.details);
    return controlPlaneAway();
  }
  if (cause instanceof ControlPlaneUnavailable) return controlPlaneAway();
  if (cause instanceof z.ZodError && error.code === 'BAD_REQUEST') return invalidInput(cause);
  if (UNREADABLE.includes(error.code)) return unreadable();
  if (error.code === 'NOT_FOUND') return new Refusal('not_found', 'There is no such procedure.');
  if (isRegistryAway(cause)) return registryAway();
  log.error('procedure failed', { path, requestId, error: cause instanceof Error ? cause.name : 'unknown' });
  return unexpected();
}
