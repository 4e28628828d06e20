/** repair, replace-volume: what an admin decides about a finding. */
import { ROUTES } from '@kiloclaw/platform-contract';
import type { Hono } from 'hono';
import type { AppContext } from '../http/context.ts';
import { readIdempotencyKey, readInput, readWaitMs } from '../http/input.ts';
import { ownedInstance } from '../http/instance-access.ts';
import { operationResponse } from './power.ts';

export function repairRoutes(app: Hono<AppContext>): void {
  app.post(ROUTES.repair.path, async (c) => {
    const body = await readInput(c, 'repair');
    const { finding, choice } = body;
    const idempotencyKey = readIdempotencyKey(c) ?? crypto.randomUUID();
    const waitMs = readWaitMs(c);
    const answer = await ownedInstance(c, body).ask((instance, caller) =>
      instance.repairInstance({ caller, idempotencyKey, waitMs, finding, choice }),
    );
    return operationResponse(c, answer);
  });

  app.post(ROUTES.replaceVolume.path, async (c) => {
    const body = await readInput(c, 'replaceVolume');
    const idempotencyKey = readIdempotencyKey(c) ?? crypto.randomUUID();
    const waitMs = readWaitMs(c);
    const answer = await ownedInstance(c, body).ask((instance, caller) =>
      instance.replaceVolume({ caller, idempotencyKey, waitMs }),
    );
    return operationResponse(c, answer);
  });
}
