import { getTRPCErrorFromUnknown } from '@trpc/server';
import type { Context } from 'hono';
import { failureStatus, refusalFor } from '../trpc/failures.ts';
import type { AppContext } from './context.ts';

/** Answers a route that is no procedure with what went wrong, in the same words and codes. */
export function answerRefusal(c: Context<AppContext>, error: unknown): Response {
  const requestId = c.get('requestId');
  const { failure } = refusalFor(getTRPCErrorFromUnknown(error), { path: c.req.path, requestId });
  return c.json({ error: { ...failure, requestId } }, failureStatus(failure.code));
}
