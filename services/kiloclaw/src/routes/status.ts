import { ROUTES } from '@kiloclaw/platform-contract';
import type { Hono } from 'hono';
import type { AppContext } from '../http/context.ts';
import { readInput } from '../http/input.ts';
import { ownedInstance } from '../http/instance-access.ts';

export function statusRoutes(app: Hono<AppContext>): void {
  app.get(ROUTES.status.path, async (c) => {
    const query = await readInput(c, 'status');
    return c.json(await ownedInstance(c, query).ask((instance, caller) => instance.getStatus(caller)));
  });

  app.get(ROUTES.debugStatus.path, async (c) => {
    const query = await readInput(c, 'debugStatus');
    const live = query.live ?? false;
    return c.json(
      await ownedInstance(c, query).ask((instance, caller) => instance.getDebugState(caller, { live })),
    );
  });
}
