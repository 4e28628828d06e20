/** The headers that the platform API reads and writes, as the OpenAPI document has them. */
import {
  IDEMPOTENCY_KEY_HEADER,
  IdempotencyKeySchema,
  REQUEST_ID_HEADER,
  ROUTES,
  type RouteContract,
  type RouteName,
  runsOperation,
} from '@kiloclaw/platform-contract';
import { z } from 'zod';
import { WAIT_MOST_S } from '../http/input.ts';
import { REQUEST_ID } from '../http/middleware.ts';

const RequestIdParameter = z
  .string()
  .regex(REQUEST_ID)
  .optional()
  .meta({
    description: 'The caller’s own id of this request. Logged, audited and answered; one is made else.',
    param: { id: 'RequestId', in: 'header', name: REQUEST_ID_HEADER },
  });

const IdempotencyKeyParameter = IdempotencyKeySchema.optional().meta({
  description:
    'Unique to the caller, kept for 24 hours: asked again with the same key, the first operation is answered, and nothing is done twice.',
  param: { id: 'IdempotencyKey', in: 'header', name: IDEMPOTENCY_KEY_HEADER },
});

const PreferParameter = z
  .string()
  .optional()
  .meta({
    description: `\`wait=N\`: how many seconds the answer may be held back until the operation has ended, at most ${WAIT_MOST_S}. Then 202.`,
    example: 'wait=60',
    param: { id: 'Prefer', in: 'header', name: 'prefer' },
  });

const RequestIdHeader = z.string().meta({
  description: 'The id of this request: the caller’s, or one that was made.',
  header: { id: 'RequestId' },
});

const RetryAfterHeader = z
  .string()
  .optional()
  .meta({
    description: 'Seconds to wait before asking again.',
    header: { id: 'RetryAfter' },
  });

/** What a request to any path may carry. */
export const anyRequestHeaders = [RequestIdParameter];

/** What a request to a route may carry. */
export function requestHeaders(name: RouteName) {
  const route: RouteContract = ROUTES[name];
  const waits = route.answers?.[202] !== undefined;
  // The retry of an operation is named by the operation's own id.
  const takesKey = runsOperation(name) && !route.path.includes(':id');
  return [
    ...anyRequestHeaders,
    ...(takesKey ? [IdempotencyKeyParameter] : []),
    ...(waits ? [PreferParameter] : []),
  ];
}

export const answerHeaders = z.object({ [REQUEST_ID_HEADER]: RequestIdHeader });
export const rateLimitedHeaders = answerHeaders.extend({ 'retry-after': RetryAfterHeader });
