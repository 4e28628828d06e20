/** What a call to the control plane can end in, as people and scripts are told it. */
import { type ErrorCode, PlatformApiError } from '@kiloclaw/platform-contract';
import { z } from 'zod';
import { CliError } from '../cli-error.ts';
import { EXIT, exitCodeOf } from '../exit-codes.ts';

/** Whose answer says nothing of what was asked: a lost one, or one of a server that could not get to it. */
const PASSING_CODES: ReadonlySet<ErrorCode | 'unreadable_answer'> = new Set([
  'unreadable_answer',
  'internal_error',
  'overloaded',
  'rate_limited',
]);
const SERVER_ERROR = 500;

/** Where there is more to say than the control plane's own sentence does. */
const NEXT_STEPS: Partial<Record<ErrorCode | 'unreadable_answer', string>> = {
  unauthorized:
    'Check the key: `kiloclaw login` replaces the one of a profile. A key may also be allowed to read only.',
  instance_not_found: 'Check the id and the owner: `kiloclaw instances list -q TEXT`.',
  operation_in_progress:
    'See what runs: `kiloclaw ops list INSTANCE`; wait for it: `kiloclaw ops watch INSTANCE`.',
  instance_not_stopped: 'Stop it first (`kiloclaw instances stop`), or add --apply now.',
  plan_stale:
    'The instance has changed since its plan was shown: run the command again and look at the new plan.',
  idempotency_key_reused: 'Give another --idempotency-key, or none.',
  registry_unavailable: 'Commands that name an instance and its owner (--user) go on without the registry.',
  unreadable_answer: 'Is this the address of the platform API, and not of the console?',
};

/** Whatever a call throws, as a `CliError`. */
export function describeFailure(error: unknown, apiUrl: string): CliError {
  if (error instanceof CliError) return error;
  if (error instanceof PlatformApiError) return fromApi(error);
  if (error instanceof z.ZodError) return unreadable(error);
  return unreachable(error, apiUrl);
}

function fromApi({ status, code, message, requestId, details }: PlatformApiError): CliError {
  const isServers = code !== 'unreadable_answer' || status >= SERVER_ERROR;
  return new CliError({
    exitCode: exitCodeOf(code),
    code,
    message,
    requestId,
    details,
    nextStep: NEXT_STEPS[code],
    isPassing: PASSING_CODES.has(code) && isServers,
  });
}

/** The answer is not what the contract says: the field is named, its content is not. */
function unreadable(error: z.ZodError): CliError {
  const fields = error.issues.map(({ path, message }) => `${path.join('.') || 'answer'}: ${message}`);
  return new CliError({
    exitCode: EXIT.unreachable,
    code: 'unreadable_answer',
    message: `The control plane’s answer is not what this CLI knows: ${fields.join('; ')}.`,
    nextStep:
      'Control plane and CLI may be of different releases: `kiloclaw --version` says which one this is.',
  });
}

function unreachable(error: unknown, apiUrl: string): CliError {
  return new CliError({
    exitCode: EXIT.unreachable,
    code: 'unreachable',
    message: `${apiUrl} does not answer: ${reasonOf(error)}.`,
    nextStep: 'Is the address right, and the control plane running? See `kiloclaw profile show`.',
    isPassing: true,
  });
}

/** fetch says "fetch failed", and what is the matter in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  if (error.name === 'TimeoutError') return 'no answer in time';
  const { cause } = error;
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.code;
  return cause instanceof Error ? cause.message : error.message;
}
