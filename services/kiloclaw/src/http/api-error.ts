/** Every error answer is made here: code, sentence, details, request id. */
import { ERROR_STATUS, type ErrorCode, type Failure } from '@kiloclaw/platform-contract';
import type { Context } from 'hono';
import type { z } from 'zod';
import type { AppContext } from './context.ts';

export class ApiError extends Error {
  readonly failure: Failure;
  constructor(code: ErrorCode, message: string, details?: Record<string, unknown>) {
    super(message);
    this.name = 'ApiError';
    this.failure = { code, message, ...(details && { details }) };
  }
}

export function errorAnswer(c: Context<AppContext>, failure: Failure) {
  return c.json({ error: { ...failure, requestId: c.get('requestId') } }, ERROR_STATUS[failure.code]);
}

/** `invalid_request` with the path of every field that is wrong. */
export function invalidRequest(error: z.ZodError): ApiError {
  const fields = error.issues.flatMap((issue) => {
    const path = issue.path.join('.');
    if (issue.code !== 'unrecognized_keys') return [{ path, message: issue.message }];
    return issue.keys.map((key) => ({
      path: path === '' ? key : `${path}.${key}`,
      message: 'unknown field',
    }));
  });
  const named = fields.map((field) => `${field.path || 'request'}: ${field.message}`).join('; ');
  return new ApiError('invalid_request', `The request can't be used: ${named}.`, { fields });
}
