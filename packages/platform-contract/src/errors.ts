/** Error codes of the platform API. Codes are stable, messages are for people. */
import { z } from 'zod';

export const ERROR_STATUS = {
  invalid_request: 400,
  unauthorized: 401,
  instance_not_found: 404,
  operation_not_found: 404,
  not_found: 404,
  operation_in_progress: 409,
  instance_not_provisioned: 409,
  instance_not_stopped: 409,
  instance_not_running: 409,
  instance_destroying: 409,
  use_resize: 409,
  plan_stale: 409,
  configuration_unknown: 409,
  idempotency_key_reused: 409,
  state_invalid: 409,
  payload_too_large: 413,
  tier_not_offered: 422,
  volume_would_shrink: 422,
  memory_would_shrink: 422,
  cpu_would_shrink: 422,
  not_an_upgrade: 422,
  override_not_larger: 422,
  preset_not_allowed: 422,
  volume_size_out_of_range: 422,
  volume_not_larger: 422,
  provider_unsupported: 422,
  host_too_small: 422,
  volume_mismatch: 422,
  rate_limited: 429,
  internal_error: 500,
  provider_error: 502,
  provider_capacity: 503,
  registry_unavailable: 503,
  overloaded: 503,
  provider_timeout: 504,
} as const;

export type ErrorCode = keyof typeof ERROR_STATUS;
export type ErrorStatus = (typeof ERROR_STATUS)[ErrorCode];

const codes = Object.keys(ERROR_STATUS) as [ErrorCode, ...ErrorCode[]];
export const ErrorCodeSchema = z
  .enum(codes)
  .meta({ id: 'ErrorCode', description: 'Stable: what callers compare.' });

export const ErrorDetailsSchema = z.record(z.string(), z.unknown());

/** An error as a value: what crosses RPC, stands in an operation's record and becomes an answer. */
export const FailureSchema = z
  .object({
    code: ErrorCodeSchema,
    message: z.string().describe('For people.'),
    details: ErrorDetailsSchema.optional().describe(
      'What the code is about: fields, ids, the provider’s status.',
    ),
  })
  .meta({ id: 'Failure', description: 'A refusal, or why an operation failed.' });
export type Failure = { code: ErrorCode; message: string; details?: Record<string, unknown> | undefined };

export const ErrorBodySchema = z
  .object({
    error: FailureSchema.extend({ requestId: z.string().describe('As in the header `x-request-id`.') }),
  })
  .meta({ id: 'Error', description: 'Every answer that is an error.' });

export type Result<T> = { ok: true; value: T } | { ok: false; error: Failure };

export function ok<T>(value: T): Result<T> {
  return { ok: true, value };
}

export function refuse(
  code: ErrorCode,
  message: string,
  details?: Record<string, unknown>,
): { ok: false; error: Failure } {
  return { ok: false, error: details === undefined ? { code, message } : { code, message, details } };
}
