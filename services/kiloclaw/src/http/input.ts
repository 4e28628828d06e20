/** Reads what a route's contract asks for: the body of a POST, the query of a GET, and the headers of a change. */
import {
  IDEMPOTENCY_KEY_HEADER,
  IdempotencyKeySchema,
  OperationIdSchema,
  ROUTES,
  type RouteName,
} from '@kiloclaw/platform-contract';
import type { Context } from 'hono';
import type { z } from 'zod';
import { ApiError, invalidRequest } from './api-error.ts';
import type { AppContext } from './context.ts';

export const WAIT_MOST_S = 300;

type Input<Name extends RouteName> = z.output<(typeof ROUTES)[Name]['input']>;

export async function readInput<Name extends RouteName>(
  c: Context<AppContext>,
  name: Name,
): Promise<Input<Name>> {
  const route = ROUTES[name];
  if (route.scope === 'full' && c.get('apiKey').scope !== 'full') {
    throw new ApiError('unauthorized', 'This key may read only.');
  }
  const raw = route.method === 'GET' ? c.req.query() : await readJson(c);
  const schema: z.ZodType = route.input;
  const parsed = schema.safeParse(raw);
  if (!parsed.success) throw invalidRequest(parsed.error);
  return parsed.data as Input<Name>;
}

async function readJson(c: Context<AppContext>): Promise<unknown> {
  try {
    return await c.req.json();
  } catch {
    throw new ApiError('invalid_request', 'The body is not JSON. Send a JSON object.', { fields: [] });
  }
}

export function readOperationId(c: Context<AppContext>): string {
  const parsed = OperationIdSchema.safeParse(c.req.param('id'));
  if (!parsed.success) throw new ApiError('operation_not_found', 'There is no such operation.');
  return parsed.data;
}

/** The caller's key for this change, or null. */
export function readIdempotencyKey(c: Context<AppContext>): string | null {
  const given = c.req.header(IDEMPOTENCY_KEY_HEADER);
  if (given === undefined) return null;
  const parsed = IdempotencyKeySchema.safeParse(given);
  if (!parsed.success)
    throw new ApiError('invalid_request', 'Idempotency-Key: must be 1–200 visible ASCII characters.', {
      path: 'Idempotency-Key',
    });
  return parsed.data;
}

/** How long to hold the answer back: `Prefer: wait=N`, in seconds, else the configured time. Milliseconds. */
export function readWaitMs(c: Context<AppContext>): number {
  const asked = /(?:^|[,;\s])wait=(\d{1,6})(?:$|[,;\s])/.exec(c.req.header('prefer') ?? '')?.[1];
  const seconds =
    asked === undefined ? c.get('settings').OPERATION_WAIT_S : Math.min(Number(asked), WAIT_MOST_S);
  return seconds * 1000;
}
