import { ROUTES } from '@kiloclaw/platform-contract';
import type { Hono } from 'hono';
import type { AppContext } from '../http/context.ts';
import { readInput, readOperationId, readWaitMs } from '../http/input.ts';
import { ownedInstance } from '../http/instance-access.ts';
import { operationResponse } from './power.ts';

export function operationRoutes(app: Hono<AppContext>): void {
  app.get(ROUTES.operations.path, async (c) => {
    const { cursor = null, limit, ...named } = await readInput(c, 'operations');
    return c.json(
      await ownedInstance(c, named).ask((instance, caller) =>
        instance.listOperations(caller, { cursor, limit }),
      ),
    );
  });

  app.get(ROUTES.operation.path, async (c) => {
    const query = await readInput(c, 'operation');
    const operationId = readOperationId(c);
    return c.json(
      await ownedInstance(c, query).ask((instance, caller) => instance.getOperation(caller, operationId)),
    );
  });

  app.post(ROUTES.retryOperation.path, async (c) => {
    const body = await readInput(c, 'retryOperation');
    const operationId = readOperationId(c);
    const waitMs = readWaitMs(c);
    const answer = await ownedInstance(c, body).ask((instance, caller) =>
      instance.retryOperation(caller, operationId, waitMs),
    );
    return operationResponse(c, answer);
  });
}
