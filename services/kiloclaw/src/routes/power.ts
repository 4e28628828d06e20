/** start, stop, restart, destroy: one shape, four kinds of operation. */
import { isUnfinished, type OperationAnswer, ROUTES } from '@kiloclaw/platform-contract';
import type { Context, Hono } from 'hono';
import { ApiError } from '../http/api-error.ts';
import type { AppContext } from '../http/context.ts';
import { readIdempotencyKey, readInput, readWaitMs } from '../http/input.ts';
import { ownedInstance } from '../http/instance-access.ts';

export function powerRoutes(app: Hono<AppContext>): void {
  for (const kind of ['start', 'stop', 'restart', 'destroy'] as const) {
    app.post(ROUTES[kind].path, async (c) => {
      const body = await readInput(c, kind);
      const idempotencyKey = readIdempotencyKey(c) ?? crypto.randomUUID();
      const waitMs = readWaitMs(c);
      const answer = await ownedInstance(c, body).ask((instance, caller) =>
        instance.change({ caller, kind, idempotencyKey, waitMs }),
      );
      return operationResponse(c, answer);
    });
  }
}

/** 200 when it has ended well, 202 while it runs; a failed one answers with its error. */
export function operationResponse(c: Context<AppContext>, answer: OperationAnswer) {
  throwIfFailed(answer);
  return c.json(answer, isUnfinished(answer.operation.status) ? 202 : 200);
}

export function throwIfFailed({ operation }: OperationAnswer): void {
  if (operation.status !== 'failed' && operation.status !== 'superseded') return;
  const error = operation.error ?? { code: 'internal_error' as const, message: 'The operation failed.' };
  throw new ApiError(error.code, error.message, { ...error.details, operationId: operation.id });
}
