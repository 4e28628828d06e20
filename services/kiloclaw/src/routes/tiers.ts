import { DEFAULT_INSTANCE_TIER, INSTANCE_TIERS, OVERRIDE_PRESETS } from '@kiloclaw/instance-tiers';
import { ROUTES, type TiersView } from '@kiloclaw/platform-contract';
import type { Hono } from 'hono';
import type { AppContext } from '../http/context.ts';
import { readInput } from '../http/input.ts';

export function tiersRoute(app: Hono<AppContext>): void {
  app.get(ROUTES.tiers.path, async (c) => {
    await readInput(c, 'tiers');
    const view: TiersView = {
      tiers: INSTANCE_TIERS.map((tier) => ({ ...tier })),
      presets: Object.entries(OVERRIDE_PRESETS).map(([key, machineSize]) => ({ key, machineSize })),
      default: DEFAULT_INSTANCE_TIER,
    };
    return c.json(view);
  });
}
